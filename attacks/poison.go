package attacks

import (
	"fmt"

	"sdrm/datasets"
	"sdrm/internal/rng"
)

// A Mode says when the samples to poison are drawn. In both modes the trigger
// goes on the image that comes out of the pipeline, as in the prototype of
// arXiv:2111.05077: a patch in a corner would not survive a crop.
type Mode int

const (
	// Prototype draws anew at every fetch, as the prototype does.
	Prototype Mode = iota

	// Frozen draws once for all epochs: every sample is poisoned always or
	// never, as in a poisoned data set on disk.
	Frozen
)

var modeNames = [...]string{Prototype: "prototype", Frozen: "frozen"}

// String returns the mode's name, "prototype" or "frozen".
func (m Mode) String() string { return modeNames[m] }

// ParseMode returns the mode of the given name.
func ParseMode(name string) (Mode, error) {
	for m, n := range modeNames {
		if n == name {
			return Mode(m), nil
		}
	}
	return 0, fmt.Errorf("attacks: unknown mode %q, want prototype or frozen", name)
}

// Poison says which samples of a data set an attack poisons: of the images
// whose label is not Target, each independently with probability Rate. They get
// the trigger and the label Target.
type Poison struct {
	Attack Attack
	Target int     // the label the trigger shall lead to
	Rate   float64 // in [0, 1]
	Mode   Mode
	Seed   uint64
}

// Check returns an error that names the field out of range, for a data set with
// the given number of classes.
func (p Poison) Check(classes int) error {
	if p.Attack == nil {
		return fmt.Errorf("attacks: poison: no attack")
	}
	if p.Target < 0 || p.Target >= classes {
		return fmt.Errorf("attacks: poison: target is %d, want 0 to %d", p.Target, classes-1)
	}
	if !(p.Rate >= 0 && p.Rate <= 1) {
		return fmt.Errorf("attacks: poison: rate is %v, want 0 to 1", p.Rate)
	}
	if p.Mode < 0 || int(p.Mode) >= len(modeNames) {
		return fmt.Errorf("attacks: poison: mode is %d, want prototype or frozen", int(p.Mode))
	}
	return nil
}

// Edit returns the edit for a training loader, as its Config.After.
func (p Poison) Edit() datasets.Edit {
	return func(epoch, index int, s *datasets.Sample) bool {
		if p.Mode == Frozen {
			epoch = 0
		}
		draw := rng.New(p.Seed, rng.Select, epoch, index)
		return draw.Float64() < p.Rate && p.plant(s)
	}
}

// Trigger returns the edit for a test loader that measures the success of the
// attack, as its Config.After: it poisons every image whose label is not
// Target.
func (p Poison) Trigger() datasets.Edit {
	return func(_, _ int, s *datasets.Sample) bool { return p.plant(s) }
}

// plant poisons a sample, unless it is of the target class.
func (p Poison) plant(s *datasets.Sample) bool {
	if s.Label == p.Target {
		return false
	}
	p.Attack.Apply(s.Pixels, s.H, s.W)
	s.Label = p.Target
	return true
}
