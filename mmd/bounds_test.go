package mmd

import (
	"slices"
	"testing"

	"sdrm/tensor"
)

// The bounds of a difference are those of unbiased estimates, whichever the values are.
func TestBoundsOfADifferenceAreOfUnbiasedEstimates(t *testing.T) {
	r := Resampling{Resamples: 99, Seed: 1}
	few, many := Compare(random(1, 8, 5, 0, 1), random(2, 8, 5, 1, 1)), Compare(random(3, 40, 5, 0, 1), random(4, 40, 5, 1, 1))
	biased := few.SquaredTest(Prototype(), Biased, r).Minus(many.SquaredTest(Prototype(), Biased, r))
	unbiased := few.SquaredTest(Prototype(), Unbiased, r).Minus(many.SquaredTest(Prototype(), Unbiased, r))
	near(t, "low", biased.Low, unbiased.Low, 1e-12)
	near(t, "high", biased.High, unbiased.High, 1e-12)
}

// Bounds of sliced distances have the unit of the samples, not its square.
func TestBoundsOfSlicedDistancesAreUnderTheRoot(t *testing.T) {
	for _, kind := range []SliceKind{MeanSlice, MaxSlice} {
		e := SliceTest(random(1, 40, 3, 0, 1), random(2, 40, 3, 20, 1), 20, 3, kind, Resampling{Resamples: 99, Seed: 1})
		if !(e.Low > 0.9*e.Value && e.Low < e.Value && e.High > e.Value && e.High < 1.1*e.Value) {
			t.Errorf("kind %v: %v, %v to %v", kind, e.Value, e.Low, e.High)
		}
	}
}

// The median distance of the linear-time estimate is that of both sets.
func TestLinearTimeTakesTheMedianOfBothSets(t *testing.T) {
	a, b := random(1, 12, 4, 0, 1), random(2, 12, 4, 3, 5)
	var squared []float64
	rows := make([][]float32, 0, 24)
	for i := range 12 {
		rows = append(rows, a.Row(i), b.Row(i))
	}
	for i := range rows {
		for j := range i {
			squared = append(squared, squaredDistance(rows[i], rows[j]))
		}
	}
	slices.Sort(squared)
	n := len(squared)
	given := Kernel{Multiples: []float64{squared[(n-1)/2] + squared[n/2]}, Rule: Given}
	near(t, "value", LinearTimeTest(a, b, Median(), Resampling{}).Value, LinearTimeTest(a, b, given, Resampling{}).Value, 1e-6)
}

// A bandwidth whose reciprocal is beyond float32 gives no number anywhere, and a little
// larger one gives all of them.
func TestBandwidthsAreFloat32(t *testing.T) {
	a, b := random(1, 12, 4, 0, 1), random(2, 12, 4, 1, 1)
	scaled := func(x tensor.View, by float32) tensor.View {
		y := tensor.Matrix(make([]float32, x.Rows*x.Cols), x.Rows, x.Cols)
		for i := range x.Rows {
			for k, v := range x.Row(i) {
				y.Row(i)[k] = v * by
			}
		}
		return y
	}
	for _, c := range []struct {
		kernel Kernel
		scale  float32
		number bool
	}{
		{Gaussian(LeastSigma), 1, true}, {Gaussian(LargestSigma), 1, true}, {Gaussian(1e-20), 1, false}, {Gaussian(1e-170), 1, false},
		{Prototype(), 1e-18, true}, {Prototype(), 1e-20, false}, {Median(), 1e-18, true}, {Median(), 1e-21, false},
		{Prototype(), 1e-24, false}, {Median(), 1e-24, false}, // squares of the distances are 0 in float32
	} {
		x, y := scaled(a, c.scale), scaled(b, c.scale)
		e := Compare(x, y).SquaredTest(c.kernel, Unbiased, Resampling{Permutations: 9, Resamples: 9, Seed: 1})
		witness, _ := Compare(x, y).Witness(c.kernel)
		for name, v := range map[string]float64{"value": Squared(x, y, c.kernel, Unbiased), "p": e.P, "low": e.Low, "high": e.High,
			"witness": witness[0], "linear": LinearTimeTest(x, y, c.kernel, Resampling{}).Value} {
			if v-v == 0 != c.number {
				t.Errorf("%v, scale %g: %s is %v", c.kernel, c.scale, name, v)
			}
		}
		if v := EnergyDistance(x, y); v-v == 0 != (c.scale > 1e-19) {
			t.Errorf("scale %g: the Energy Distance is %v", c.scale, v)
		}
	}
}
