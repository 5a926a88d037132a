package defenses

import (
	"context"
	"errors"
	"fmt"
	"math"

	"sdrm/internal/rng"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// ErrLatents is the error for latents that cannot be inspected.
var ErrLatents = errors.New("unusable latents")

// leastClean is how many clean latents of a class a detector needs that looks at
// any (ours).
const leastClean = 4

// unusable is the error of a detector about its input; kind is ErrLatents or
// ErrImages.
func unusable(d Detector, kind error, format string, args ...any) error {
	return fmt.Errorf("%s: %w: %w", d.Name(), kind, fmt.Errorf(format, args...))
}

// checkLatents returns an error unless there are latents to inspect and, where
// the detector needs it, a share of poison.
func (in Input) checkLatents(ctx context.Context, d Detector) error {
	if ctx.Err() != nil {
		return context.Canceled
	}
	if d.Needs().PoisonShare && !(in.ExpectedPoison >= 0 && in.ExpectedPoison <= 1) {
		return fmt.Errorf("%s: expected poison is %v, expected a share between 0 and 1", d.Name(), in.ExpectedPoison)
	}
	return checkRows(d, "latents", in.Latents, 2, in.Latents.Cols)
}

// checkBoth is checkLatents, and the same for the clean latents.
func (in Input) checkBoth(ctx context.Context, d Detector) error {
	if err := in.checkLatents(ctx, d); err != nil {
		return err
	}
	return checkRows(d, "clean latents", in.Clean, leastClean, in.Latents.Cols)
}

// checkRows says what is wrong with latents, which field names in errors: least
// samples of the given width are wanted, finite and not all equal.
func checkRows(d Detector, field string, x tensor.View, least, width int) error {
	fail := func(format string, args ...any) error {
		return unusable(d, ErrLatents, "%s: %s", field, fmt.Sprintf(format, args...))
	}
	if x.Rows < least {
		return fail("found %d samples, expected at least %d", x.Rows, least)
	}
	if x.Cols < 1 {
		return fail("found samples without values")
	}
	constant, squares := true, 0.0
	for i, norm := range linalg.SquaredNorms(x) {
		if math.IsNaN(norm) || math.IsInf(norm, 0) {
			for j := range x.Cols {
				if v := float64(x.At(i, j)); math.IsNaN(v) || math.IsInf(v, 0) {
					return fail("value %d of sample %d is %v, expected a finite number", j, i, v)
				}
			}
		}
		squares += norm
		for j := 0; constant && j < x.Cols; j++ {
			constant = x.At(i, j) == x.At(0, j)
		}
	}
	switch {
	case constant:
		return fail("all %d samples are equal, expected different ones", x.Rows)
	case !(squares <= math.MaxFloat32/16): // leaves room for differences
		return fail("the values are too large to square in float32")
	case x.Cols != width:
		return fail("found samples of %d values, expected %d", x.Cols, width)
	}
	return nil
}

// otherClass is the field of the i-th of Input.Others.
func otherClass(i int) string { return fmt.Sprintf("other class %d", i) }

// coordinates checks the inspected latents and returns their coordinates along
// their principal components, in the order of their values, with each row's
// place in the input.
func (in Input) coordinates(ctx context.Context, d Detector, components int) (b *linalg.Basis, points tensor.View, order []int, err error) {
	if err := in.checkLatents(ctx, d); err != nil {
		return nil, tensor.View{}, nil, err
	}
	order = linalg.Order(in.Latents)
	b, points, err = linalg.Coordinates(in.Latents, order, components)
	return b, points, order, fitted(d, "latents", b, err)
}

// basis fits principal components, and names detector and field if it cannot.
func basis(d Detector, field string, latents tensor.View, components int) (*linalg.Basis, error) {
	b, err := linalg.PCA(latents, components)
	return b, fitted(d, field, b, err)
}

// fitted is the error of a fit, or that it found nothing.
func fitted(d Detector, field string, b *linalg.Basis, err error) error {
	if err == nil && b.Components.Rows == 0 {
		err = errors.New("the samples differ by no more than rounding")
	}
	if err != nil {
		return unusable(d, ErrLatents, "%s: %w", field, err)
	}
	return nil
}

// sorted returns the rows of x in the order of their values, with each row's
// place in x.
func sorted(x tensor.View) (rows tensor.View, order []int) {
	order = linalg.Order(x)
	return linalg.Take(x, order), order
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

// drawn returns the numbers below n in an order that is drawn.
func drawn(n int, stream rng.Stream) []int {
	return shuffled(linalg.Numbers(n), stream)
}

// shuffled brings x into an order that is drawn.
func shuffled(x []int, stream rng.Stream) []int {
	stream.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
	return x
}

// everyOther views the rows of a matrix with even (0) or odd (1) numbers.
func everyOther(x tensor.View, first int) tensor.View {
	x.Data = x.Data[first*x.RowStride:]
	x.Rows = (x.Rows + 1 - first) / 2
	x.RowStride *= 2
	return x
}
