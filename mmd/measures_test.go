package mmd

import (
	"fmt"
	"math"
	"testing"

	"sdrm/asm"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

func random(seed uint64, n, d int, shift, scale float64) tensor.View {
	s := rng.New(seed, rng.Generate, 0, 0)
	x := tensor.Matrix(make([]float32, n*d), n, d)
	for i := range x.Data {
		x.Data[i] = float32(shift + float64(scale*s.Normal()))
	}
	return x
}

// permuted returns the rows of x in another order.
func permuted(x tensor.View, seed uint64) tensor.View {
	y := tensor.Matrix(append([]float32(nil), x.Data...), x.Rows, x.Cols)
	s := rng.New(seed, rng.Generate, 1, 0)
	s.Shuffle(y.Rows, func(i, j int) {
		for k := range y.Cols {
			a, b := &y.Data[i*y.Cols+k], &y.Data[j*y.Cols+k]
			*a, *b = *b, *a
		}
	})
	return y
}

// measures lists the distances that are never negative.
var measures = map[string]func(a, b tensor.View) float64{
	"biased":          func(a, b tensor.View) float64 { return Squared(a, b, Prototype(), Biased) },
	"energy":          EnergyDistance,
	"sliced":          func(a, b tensor.View) float64 { return SlicedWasserstein(a, b, 20, 3) },
	"max-sliced":      func(a, b tensor.View) float64 { return slice(a, b, 20, 3).distance(MaxSlice) },
	"median":          func(a, b tensor.View) float64 { return Squared(a, b, Median(), Biased) },
	"given":           func(a, b tensor.View) float64 { return Squared(a, b, Gaussian(9), Biased) },
	"compared":        func(a, b tensor.View) float64 { return Compare(a, b).Squared(Prototype(), Biased) },
	"compared energy": func(a, b tensor.View) float64 { return Compare(a, b).EnergyDistance() },
}

func TestIdenticalSetsAreExactlyZero(t *testing.T) {
	for name, measure := range measures {
		for _, n := range []int{1, 2, 17, 50} {
			for _, d := range []int{1, 33, 3000} {
				a := random(uint64(n), n, d, 3, 1)
				if got := measure(a, a); got != 0 {
					t.Errorf("%s of %d×%d and itself: got %v, want 0", name, n, d, got)
				}
				if got := measure(a, permuted(a, 4)); got != 0 {
					t.Errorf("%s of %d×%d and itself in another order: got %v, want 0", name, n, d, got)
				}
			}
		}
	}
}

func TestMeasuresAreDistances(t *testing.T) {
	for name, measure := range measures {
		t.Run(name, func(t *testing.T) {
			a, near1, far := random(1, 30, 64, 0, 1), random(2, 25, 64, 0.5, 1), random(3, 25, 64, 2, 1)
			if d := measure(a, near1); !(d > 0) {
				t.Errorf("different sets are at a distance of %v", d)
			}
			if measure(a, far) <= measure(a, near1) {
				t.Error("a larger shift is no farther")
			}
			near(t, "symmetry", measure(near1, a), measure(a, near1), 1e-6*measure(a, near1))
			// A common constant changes nothing.
			shift := func(x tensor.View) tensor.View {
				y := tensor.Matrix(append([]float32(nil), x.Data...), x.Rows, x.Cols)
				for i := range y.Data {
					y.Data[i] += 64
				}
				return y
			}
			near(t, "shift", measure(shift(a), shift(far)), measure(a, far), 1e-5*measure(a, far))
		})
	}
}

func TestSeparatePointsHaveTheBiasFloor(t *testing.T) {
	// One point against another: mean distance D, so k(D) is a sum of constants.
	a, b := tensor.Matrix([]float32{0, 0}, 1, 2), tensor.Matrix([]float32{3, 4}, 1, 2)
	want := 2 * (5 - (math.Exp(-4) + math.Exp(-2) + math.Exp(-1) + math.Exp(-.5) + math.Exp(-.25)))
	near(t, "biased", Squared(a, b, Prototype(), Biased), want, 1e-12)
	near(t, "energy", EnergyDistance(a, b), 10, 1e-6)
}

// TestClosePairs holds distances that a Gram product alone would lose to 1e-5
// of their float64 value.
func TestClosePairs(t *testing.T) {
	for _, gap := range []float64{1e-1, 1e-3, 1e-5} {
		for _, d := range []int{7, 2048, 16384} {
			t.Run(fmt.Sprintf("gap=%g/d=%d", gap, d), func(t *testing.T) {
				centres, noise := random(5, 6, d, 0, 1), random(6, 24, d, 0, gap)
				x := tensor.Matrix(make([]float32, 24*d), 24, d)
				for i := range x.Rows {
					for j := range d {
						x.Data[i*d+j] = centres.At(i%6, j) + noise.At(i, j)
					}
				}
				var s distances
				s.load(x, tensor.Matrix(nil, 0, d))
				s.measure(false)
				for i := range x.Rows {
					for j := range i + 1 {
						want := 0.0
						for k := range d {
							diff := float64(x.At(i, k)) - float64(x.At(j, k))
							want += diff * diff
						}
						near(t, "squared distance", float64(s.squared[i*s.stride+j]), want, 1e-5*want)
					}
				}
			})
		}
	}
}

func TestMeasuresOfBadSets(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	one := tensor.Matrix([]float32{1, 2}, 1, 2)
	for name, c := range map[string]struct{ a, b tensor.View }{
		"empty": {one, tensor.Matrix(nil, 0, 2)},
		"nan":   {one, tensor.Matrix([]float32{nan, 1}, 1, 2)},
		"inf":   {tensor.Matrix([]float32{inf, 1}, 1, 2), one},
	} {
		for kind, measure := range measures {
			if got := measure(c.a, c.b); !math.IsNaN(got) {
				t.Errorf("%s of %s: got %v, want NaN", kind, name, got)
			}
		}
	}
	if got := Squared(one, one, Prototype(), Unbiased); !math.IsNaN(got) {
		t.Errorf("unbiased of single members: got %v, want NaN", got)
	}
	same := tensor.Matrix([]float32{1, 2, 1, 2}, 2, 2)
	for kind, measure := range measures {
		if got := measure(same, one); got != 0 {
			t.Errorf("%s of equal points: got %v, want 0", kind, got)
		}
	}
}

func TestWrongShapesPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"widths":      func() { EnergyDistance(random(1, 2, 3, 0, 1), random(1, 2, 4, 0, 1)) },
		"projections": func() { SlicedWasserstein(random(1, 2, 3, 0, 1), random(1, 2, 3, 0, 1), 0, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("does not panic")
				}
			}()
			f()
		})
	}
}

// TestStridedSets measures a matrix laid out in columns.
func TestStridedSets(t *testing.T) {
	a, b := random(1, 5, 9, 0, 1), random(2, 9, 4, 1, 1)
	columns := tensor.Matrix(make([]float32, 36), 4, 9)
	for i := range 4 {
		for j := range 9 {
			columns.Data[i*9+j] = b.At(j, i)
		}
	}
	for name, measure := range measures {
		if got, want := measure(a, b.T()), measure(a, columns); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func TestSlicesDependOnTheirSeed(t *testing.T) {
	a, b := random(1, 9, 20, 0, 1), random(2, 7, 20, 1, 2)
	if SlicedWasserstein(a, b, 5, 1) == SlicedWasserstein(a, b, 5, 2) {
		t.Error("two seeds give the same directions")
	}
}

func TestMeasuresHaveTheSameBitsEverywhere(t *testing.T) {
	a, b := random(1, 37, 2500, 0, 1), random(2, 41, 2500, 0.2, 1)
	for name, measure := range measures {
		want := measure(a, b)
		for _, k := range asm.Available() {
			for _, workers := range []int{1, 2, 7} {
				restore := asm.Use(k)
				parallel.SetWorkers(workers)
				got := measure(a, b)
				parallel.SetWorkers(0)
				restore()
				if got != want {
					t.Errorf("%s, %v, %d workers: got %v, want %v", name, k.ISA, workers, got, want)
				}
			}
		}
	}
}
