package defenses

import (
	"errors"
	"fmt"
	"math"

	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// Input is what a detector is shown and told.
type Input struct {
	// Latents holds one inspected sample a row: the samples that the model, or
	// their label, puts into one class.
	Latents tensor.View
	// Clean holds clean latents of the same class that the defender owns. Only
	// detectors that need them look at them.
	Clean tensor.View
	// Others holds clean latents of other classes that the defender owns, one
	// class each. Only detectors that compare classes look at them.
	Others []tensor.View
	// Channels is how many channels a pixel of a latent has, its fastest index;
	// 0 stands for all values being channels of one pixel. Only detectors that
	// compare channels look at it.
	Channels int
	// Seed names the streams of detectors that draw.
	Seed uint64
	// ExpectedPoison is the share of the inspected samples that the defender
	// takes for poisoned, between 0 and 1. Only detectors that need it look.
	ExpectedPoison float64
}

// A Detector tells poisoned samples from benign ones by their latents.
type Detector interface {
	// Name is the detector's short name, as tables and flags use it.
	Name() string
	// Needs says what of an Input the detector looks at beside the latents.
	Needs() Needs
	// Inspect judges every inspected sample. Latents that no detector could
	// judge are an ErrLatents.
	Inspect(in Input) (Verdict, error)
}

// Needs says which of the things that a defender may know a detector looks at.
type Needs struct {
	PoisonShare bool // Input.ExpectedPoison
	Clean       bool // Input.Clean
	Others      bool // Input.Others
}

// Verdict is a detector's answer: its own decision and everything that a
// defender could decide by.
type Verdict struct {
	Detector string
	// Canonical is the decision as the detector's authors make it.
	Canonical Decision
	// Options are what a defender in the best case chooses from.
	Options []Option
}

// Decision is a flag for every sample and how it came about.
type Decision struct {
	Flags []bool
	// Variant names the score behind the flags, Scores is that score: the
	// higher, the more suspicious.
	Variant string
	Scores  []float64
	// Threshold is what the rule compared with; ThresholdRule says how.
	Threshold     float64
	ThresholdRule string
}

// Option is a score by which samples can be flagged, the higher the more
// suspicious.
type Option struct {
	Variant string
	Scores  []float64
	// Fixed is nil if the defender may put a threshold anywhere, or the flags
	// that this option stands for, with Threshold and its rule as in Decision.
	Fixed         []bool
	Threshold     float64
	ThresholdRule string
}

// ErrLatents is the error for latents that cannot be inspected.
var ErrLatents = errors.New("unusable latents")

// prepare checks latents and returns their rows in the order of their values,
// with each row's place in the input. field names them in errors.
func prepare(detector, field string, latents tensor.View, least int) (sorted tensor.View, order []int, err error) {
	if err := check(detector, field, latents, least); err != nil {
		return tensor.View{}, nil, err
	}
	order = linalg.Order(latents)
	return linalg.Take(latents, order), order, nil
}

// coordinates checks the inspected latents and returns their coordinates along
// their principal components, in the order of their values, with each row's
// place in the input.
func coordinates(detector string, latents tensor.View, components int) (b *linalg.Basis, points tensor.View, order []int, err error) {
	if err := check(detector, "latents", latents, 2); err != nil {
		return nil, tensor.View{}, nil, err
	}
	order = linalg.Order(latents)
	b, points, err = linalg.Coordinates(latents, order, components)
	return b, points, order, usable(detector, "latents", b, err)
}

// check says what is wrong with latents, which field names in errors.
func check(detector, field string, latents tensor.View, least int) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s: %w: %s: %s", detector, ErrLatents, field, fmt.Sprintf(format, args...))
	}
	if latents.Rows < least {
		return fail("found %d samples, expected at least %d", latents.Rows, least)
	}
	if latents.Cols < 1 {
		return fail("found samples without values")
	}
	constant, squares := true, 0.0
	for i, norm := range linalg.SquaredNorms(latents) {
		if math.IsNaN(norm) || math.IsInf(norm, 0) {
			for j := range latents.Cols {
				if v := float64(latents.At(i, j)); math.IsNaN(v) || math.IsInf(v, 0) {
					return fail("value %d of sample %d is %v, expected a finite number", j, i, v)
				}
			}
		}
		squares += norm
		for j := 0; constant && j < latents.Cols; j++ {
			constant = latents.At(i, j) == latents.At(0, j)
		}
	}
	if constant {
		return fail("all %d samples are equal, expected different ones", latents.Rows)
	}
	if !(squares <= math.MaxFloat32/16) { // leaves room for differences
		return fail("the values are too large to square in float32")
	}
	return nil
}

// basis fits principal components, and names detector and field if it cannot.
func basis(detector, field string, latents tensor.View, components int) (*linalg.Basis, error) {
	b, err := linalg.PCA(latents, components)
	return b, usable(detector, field, b, err)
}

// usable is the error of a fit, or that it found nothing.
func usable(detector, field string, b *linalg.Basis, err error) error {
	if err == nil && b.Components.Rows == 0 {
		err = errors.New("the samples differ by no more than rounding")
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s: %w", detector, ErrLatents, field, err)
	}
	return nil
}

// sameWidth checks that samples have as many values as the inspected ones.
func sameWidth(detector, field string, x tensor.View, want int) error {
	if x.Cols != want {
		return fmt.Errorf("%s: %w: %s: found samples of %d values, expected %d", detector, ErrLatents, field, x.Cols, want)
	}
	return nil
}

// checkShare checks the expected share of poison.
func checkShare(detector string, share float64) error {
	if !(share >= 0 && share <= 1) {
		return fmt.Errorf("%s: expected poison is %v, expected a share between 0 and 1", detector, share)
	}
	return nil
}

// restore brings values from the order of the samples' values into the order of
// the input.
func restore[T any](sorted []T, order []int) []T {
	values := make([]T, len(sorted))
	for i, to := range order {
		values[to] = sorted[i]
	}
	return values
}

// negate returns −x, which ranks the samples the other way round.
func negate(x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = -v
	}
	return y
}

// atLeast flags the scores that reach the threshold.
func atLeast(scores []float64, threshold float64) []bool {
	flags := make([]bool, len(scores))
	for i, s := range scores {
		flags[i] = s >= threshold
	}
	return flags
}
