package attacks

import (
	"fmt"
	"slices"
	"strings"

	"sdrm/datasets"
	"sdrm/internal/rng"
)

// A Mode says when the images to poison are drawn. In both modes the trigger
// goes on the image that comes out of the pipeline, as in the prototype of
// arXiv:2111.05077: a patch in a corner would not survive a crop.
type Mode int

const (
	// Prototype draws anew at every fetch, as the prototype does.
	Prototype Mode = iota

	// Frozen draws once for all epochs: every image is poisoned always or
	// never, as in a poisoned data set on disk.
	Frozen
)

var modeNames = []string{Prototype: "prototype", Frozen: "frozen"}

// ModeNames names the modes that a spec chooses from.
func ModeNames() []string { return slices.Clone(modeNames) }

// String returns the mode's name, "prototype" or "frozen".
func (m Mode) String() string { return modeNames[m] }

// ParseMode returns the mode of the given name.
func ParseMode(name string) (Mode, error) {
	m := slices.Index(modeNames, name)
	if m < 0 {
		return 0, fmt.Errorf("attacks: unknown mode %q, want %s", name, strings.Join(modeNames, " or "))
	}
	return Mode(m), nil
}

// Poison is an attack at work on a data set: each image that the attack's
// victims choose is poisoned independently with probability Rate.
type Poison struct {
	Attack  Attack
	Target  int     // the class that the trigger shall lead to, or of all classes the one that is judged
	Rate    float64 // in [0, 1]
	Mode    Mode
	Seed    uint64
	Classes int // of the data set
}

// Check returns an error that names the field out of range.
func (p Poison) Check() error {
	a := p.Attack
	if a.Trigger == nil || a.Victims.Train == nil || a.Victims.Test == nil {
		return fmt.Errorf("attacks: poison: no attack")
	}
	if p.Target < 0 || p.Target >= p.Classes {
		return fmt.Errorf("attacks: poison: target is %d, want 0 to %d", p.Target, p.Classes-1)
	}
	if !(p.Rate >= 0 && p.Rate <= 1) {
		return fmt.Errorf("attacks: poison: rate is %v, want 0 to 1", p.Rate)
	}
	if p.Mode < 0 || int(p.Mode) >= len(modeNames) {
		return fmt.Errorf("attacks: poison: mode is %d, want %s", int(p.Mode), strings.Join(modeNames, " or "))
	}
	if a.isNone() {
		return nil
	}
	return p.checkVictims()
}

// checkVictims returns an error if a class is named that is not there, if none can be
// poisoned or tested, if one shall be called what it is, or if there cannot be as many
// covers as wanted.
func (p Poison) checkVictims() error {
	v := p.Attack.Victims
	for _, label := range v.Classes {
		if label >= p.Classes {
			return fmt.Errorf("attacks: poison: options name class %d, want 0 to %d", label, p.Classes-1)
		}
	}
	train, test := false, false
	for label := range p.Classes {
		wanted, counts := p.Wanted(label)
		if counts && wanted == label {
			return fmt.Errorf("attacks: poison: target is %d: class %d would be led to itself, want another", p.Target, label)
		}
		chosen, share := v.Train(label, p.Target), float64(v.CoverRatio*p.Rate)
		if chosen {
			share += p.Rate
		}
		if len(v.Classes) > 0 && v.Cover != nil && label == p.Target && v.Cover(label, p.Target) {
			return fmt.Errorf("attacks: poison: target is %d, which is a class of covers: they would teach that the trigger leads there", label)
		}
		if v.Cover != nil && v.Cover(label, p.Target) && share > 1 {
			return fmt.Errorf("attacks: poison: rate is %v with %v covers for each: more than there are images of class %d", p.Rate, v.CoverRatio, label)
		}
		train, test = train || chosen, test || counts
	}
	if !train || !test {
		return fmt.Errorf("attacks: poison: the attack is on none of the %d classes", p.Classes)
	}
	return nil
}

// CheckTrigger returns an error if the trigger changes nothing of images of a size, in
// training or in tests, given its options. What is trained it passes over.
func (p Poison) CheckTrigger(h, w, c int) error {
	if _, ok := p.Attack.Trigger.(Trained); ok || p.Attack.isNone() {
		return nil
	}
	before := make([]uint8, h*w*c)
	for i := range before {
		before[i] = uint8(i*i*9 + 31*i + i>>3) // all levels, side by side at random
	}
	for _, test := range []bool{false, true} {
		after := slices.Clone(before)
		p.Attack.Trigger.Apply(Image{Pixels: after, H: h, W: w, C: c, Role: datasets.Poisoned, Test: test, seed: p.Seed})
		if slices.Equal(before, after) {
			when := "training"
			if test {
				when = "tests"
			}
			return fmt.Errorf("attacks: poison: in %s the trigger changes no level of an image of %d×%d×%d, want options with which it does", when, h, w, c)
		}
	}
	return nil
}

// Role returns what a training image becomes in an epoch, given its place in the
// set and its label.
func (p Poison) Role(epoch, index, label int) datasets.Role {
	draw := rng.New(p.Seed, rng.Select, p.drawn(epoch), index)
	return p.Attack.Victims.role(label, p.Target, draw.Float64(), p.Rate)
}

// Poisonable returns the places of the training images, given by their labels,
// that are poisoned in some epoch.
func (p Poison) Poisonable(labels []int) []int {
	places := []int{}
	for i, label := range labels {
		poisoned := p.Rate > 0 && p.Attack.Victims.Train(label, p.Target)
		if poisoned && (p.Mode != Frozen || p.Role(0, i, label) == datasets.Poisoned) {
			places = append(places, i)
		}
	}
	return places
}

// Label returns the label that a training image is given with its role.
func (p Poison) Label(role datasets.Role, label int) int {
	if role == datasets.Poisoned {
		return p.Attack.Labels.trained(label, p.Target, p.Classes)
	}
	return label
}

// Wanted returns the class that the model shall call a triggered test image of
// the label, and whether that counts for the success of the attack. If it does
// not, the class is the label.
func (p Poison) Wanted(label int) (class int, counts bool) {
	if !p.Attack.Victims.Test(label, p.Target) {
		return label, false
	}
	return p.Attack.Labels.wanted(label, p.Target, p.Classes), true
}

// Leads tells whether the attack leads triggered test images of the label to the
// class.
func (p Poison) Leads(label, class int) bool {
	wanted, counts := p.Wanted(label)
	return counts && wanted == class
}

// IsTarget tells whether the attack leads any class to this one.
func (p Poison) IsTarget(class int) bool {
	for label := range p.Classes {
		if p.Leads(label, class) {
			return true
		}
	}
	return false
}

// Share returns the share of poisoned images among those labelled as the
// target, if all classes were of one size. Without an attack it is that of one
// that relabels images of all other classes: what a defender expects who does not
// know that there is none.
func (p Poison) Share() float64 {
	if p.Attack.isNone() {
		p.Attack.Victims, p.Attack.Labels = AllButTarget, AllToOne
	}
	poisoned, own := 0, 1.0
	for label := range p.Classes {
		if !p.Attack.Victims.Train(label, p.Target) {
			continue
		}
		if label == p.Target {
			own -= p.Rate
		}
		if p.Label(datasets.Poisoned, label) == p.Target {
			poisoned++
		}
	}
	rest := float64(p.Rate * float64(poisoned))
	return rest / (own + rest)
}

// Edit returns the edit for a training loader, as its Config.After.
func (p Poison) Edit() datasets.Edit {
	return func(epoch, index int, s *datasets.Sample) datasets.Role {
		role := p.Role(epoch, index, s.Label)
		return p.plant(s, p.Label(role, s.Label), Image{Index: index, Role: role, epoch: p.drawn(epoch)})
	}
}

// Marks returns the edit for the loader of the model's training: Edit, or if the
// trigger is a Generator, which sees the batch itself, roles and labels alone.
func (p Poison) Marks() datasets.Edit {
	if _, ok := p.Attack.Trigger.(Generator); !ok {
		return p.Edit()
	}
	return func(epoch, index int, s *datasets.Sample) datasets.Role {
		role := p.Role(epoch, index, s.Label)
		s.Label = p.Label(role, s.Label)
		return role
	}
}

// TestEdit returns the edit for a test loader that measures the success of the
// attack, as its Config.After: the images that count are Poisoned, with the
// trigger and the label that is wanted of the model.
func (p Poison) TestEdit() datasets.Edit {
	return func(_, index int, s *datasets.Sample) datasets.Role {
		wanted, counts := p.Wanted(s.Label)
		m := Image{Index: index, Test: true, epoch: testEpoch}
		if counts {
			m.Role = datasets.Poisoned
		}
		return p.plant(s, wanted, m)
	}
}

// TriggerEdit returns the edit for a test loader that puts the trigger on every
// image, as TestEdit puts it on those that count, and leaves the labels.
func (p Poison) TriggerEdit() datasets.Edit {
	return func(_, index int, s *datasets.Sample) datasets.Role {
		return p.plant(s, s.Label, Image{Index: index, Test: true, Role: datasets.Poisoned, epoch: testEpoch})
	}
}

// testEpoch keeps the streams of test images apart from all of training.
const testEpoch = -1

// drawn returns the epoch in whose name an epoch draws.
func (p Poison) drawn(epoch int) int {
	if p.Mode == Frozen {
		return 0
	}
	return epoch
}

// plant makes of a sample what m says, unless that is Clean.
func (p Poison) plant(s *datasets.Sample, label int, m Image) datasets.Role {
	if m.Role != datasets.Clean {
		m.Pixels, m.H, m.W, m.C, m.View, m.seed, m.sample = s.Pixels, s.H, s.W, s.C, s.View, p.Seed, s
		p.Attack.Trigger.Apply(m)
		s.Label = label
	}
	return m.Role
}
