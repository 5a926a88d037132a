package mmd

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sdrm/asm"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// tests lists the measures with their evidence.
var tests = map[string]func(a, b tensor.View, r Resampling) Evidence{
	"biased": func(a, b tensor.View, r Resampling) Evidence {
		return Compare(a, b).SquaredTest(Prototype(), Biased, r)
	},
	"unbiased":   func(a, b tensor.View, r Resampling) Evidence { return Compare(a, b).SquaredTest(Median(), Unbiased, r) },
	"energy":     func(a, b tensor.View, r Resampling) Evidence { return Compare(a, b).EnergyTest(r) },
	"sliced":     func(a, b tensor.View, r Resampling) Evidence { return SliceTest(a, b, 10, 3, MeanSlice, r) },
	"max-sliced": func(a, b tensor.View, r Resampling) Evidence { return SliceTest(a, b, 10, 3, MaxSlice, r) },
	"linear":     func(a, b tensor.View, r Resampling) Evidence { return LinearTimeTest(a, b, Median(), r) },
}

// TestResamplesEqualMeasures: what one matrix gives for a split or a redrawn
// pair of sets is what the measure gives for the sets themselves.
func TestResamplesEqualMeasures(t *testing.T) {
	a, b := random(1, 13, 40, 0, 1), random(2, 9, 40, 0.4, 1)
	kernel := Kernel{Multiples: []float64{20, 60}, Rule: Given}
	c := Compare(a, b)
	r := Resampling{Seed: 5}
	// sets gathers the rows of a resample, each as often as it was drawn.
	sets := func(d draw, number int) (x, y tensor.View) {
		first, second := make([]float32, len(c.rows)), make([]float32, len(c.rows))
		d(first, second, r, number)
		var one, two [][]float32
		for i, row := range c.rows {
			for range int(first[i]) {
				one = append(one, row)
			}
			for range int(second[i]) {
				two = append(two, row)
			}
		}
		return matrix(one), matrix(two)
	}
	gaussian := c.similarities(2, func(dst, squared, _ []float32) {
		for i, d := range squared {
			v, _ := kernel.at(float64(d), 1)
			dst[i] = float32(v)
		}
	})
	distance := c.similarities(0, func(dst, squared, _ []float32) {
		for i, d := range squared {
			dst[i] = -float32(math.Sqrt(float64(d)))
		}
	})
	projected := c.slice(8, 3)
	for name, d := range map[string]draw{"as is": asIs(13), "split": split(c.order, 13), "redraw": redraw(13, 22)} {
		costs := projected.resample(projected.ranks(), MeanSlice, d, r, 4)
		for number := range 4 {
			x, y := sets(d, number)
			if x.Rows != 13 || y.Rows != 9 {
				t.Fatalf("%s: %d and %d rows are drawn", name, x.Rows, y.Rows)
			}
			for _, e := range []Estimator{Biased, Unbiased} {
				got := gaussian.estimates(d, r, count(4), e, anyGroups)[number]
				near(t, fmt.Sprint(name, " ", e), got, Squared(x, y, kernel, e), 1e-6)
			}
			want := EnergyDistance(x, y)
			near(t, name+" energy", distance.estimates(d, r, count(4), Biased, anyGroups)[number], want, 1e-5*want)
			want = SlicedWasserstein(x, y, 8, 3)
			near(t, name+" sliced", math.Sqrt(costs[number]), want, 1e-5*want)
		}
	}
}

// Permutations that one product decides fall on the side where two products put
// them, also where permutations tie, and no estimate is off by more than the doubt.
func TestPermutationsAreDecidedAsByTwoProducts(t *testing.T) {
	repeated := func(rows, values int) tensor.View { // few values, so that samples are equal
		x := random(9, rows, 3, 0, 1)
		for i := range x.Data {
			x.Data[i] = float32(i / 3 % values)
		}
		return x
	}
	for name, sets := range map[string][2]tensor.View{
		"few":     {random(1, 3, 4, 0, 1), random(2, 2, 4, 0, 1)},
		"pairs":   {repeated(4, 2), repeated(4, 2)},
		"equal":   {repeated(5, 1), repeated(6, 1)},
		"unequal": {random(1, 2, 9, 0, 1), random(2, 50, 9, 0.1, 1)},
		"near":    {random(1, 60, 30, 0, 1), random(2, 60, 30, 0, 1)},
		"far":     {random(1, 40, 30, 0, 1), random(2, 60, 30, 3, 1)},
		"offset":  {random(1, 40, 30, 1000, 1), random(2, 60, 30, 1000, 1)},
		"chunks":  {random(1, 700, 3, 0, 1), random(2, 600, 3, 0, 1)},
	} {
		c := Compare(sets[0], sets[1])
		base := c.base(Prototype())
		r := Resampling{Permutations: 60, Seed: 5}
		d := split(c.order, c.first)
		for _, g := range []*similarity{c.similarities(5, Prototype().of(max(base, 1e-9))), c.similarities(0, minusDistances)} {
			for _, e := range []Estimator{Biased, Unbiased} {
				want, doubt := g.estimates(d, r, count(r.Permutations), e, anyGroups), g.doubt(e)
				for i, v := range g.estimates(d, r, count(r.Permutations), e, allRows) {
					if !(math.Abs(v-want[i]) <= doubt) {
						t.Errorf("%s %v: one product gives %v, two %v, and the doubt is %v", name, e, v, want[i], doubt)
					}
				}
				drawn := redraw(c.first, len(c.rows))
				if got, want := g.estimates(drawn, r, count(9), e, ownRows), g.estimates(drawn, r, count(9), e, anyGroups); !slices.Equal(got, want) {
					t.Errorf("%s %v: bootstraps of products with the rows that count are %v, with all %v", name, e, got, want)
				}
				for _, observed := range append(want[:10:10], 0, -1, 1, want[10]+doubt, want[11]-doubt/2) {
					for i, v := range g.permuted(observed, d, r, e) {
						if v >= observed != (want[i] >= observed) {
							t.Errorf("%s %v: permutation %d is %v, expected on the side of %v seen from %v", name, e, i, v, want[i], observed)
						}
					}
				}
			}
		}
	}
}

func TestEvidenceOfShiftedSets(t *testing.T) {
	a, b := random(1, 60, 30, 0, 1), random(2, 50, 30, 0.6, 1)
	for name, test := range tests {
		e := test(a, b, Resampling{Permutations: 199, Resamples: 199, Seed: 1})
		if e.P > .05 {
			t.Errorf("%s: shifted sets have p-value %v", name, e.P)
		}
		if !(e.Low > 0 && e.Low < e.High) {
			t.Errorf("%s: the interval of shifted sets is %v to %v", name, e.Low, e.High)
		}
	}
}

// TestPValuesOfEqualDistributions are uniform.
func TestPValuesOfEqualDistributions(t *testing.T) {
	const runs = 60
	for name, test := range tests {
		sum, below := 0.0, 0
		for seed := range uint64(runs) {
			p := test(random(2*seed, 20, 5, 0, 1), random(2*seed+1, 24, 5, 0, 1), Resampling{Permutations: 99, Seed: seed}).P
			sum += p
			if p <= .1 {
				below++
			}
		}
		// Four standard errors.
		near(t, name+": mean", sum/runs, .5, 4*math.Sqrt(1./12/runs))
		if below > 15 {
			t.Errorf("%s: %d of %d p-values are at most 0.1", name, below, runs)
		}
	}
}

// TestDifferences: of every measure the bounds lie around the difference, those of
// a set less itself around 0, and without resamples there are none.
func TestDifferences(t *testing.T) {
	a, b, beside := random(1, 40, 20, 0, 1), random(2, 40, 20, 1, 1), random(3, 40, 20, 0.1, 1)
	for name, test := range tests {
		r := Resampling{Resamples: 99, Seed: 1}
		far, little := test(a, b, r), test(a, beside, r)
		if d := far.Minus(little); !(d.Low > 0 && d.Low <= d.Value && d.Value <= d.High) {
			t.Errorf("%s: the difference is %+v", name, d)
		}
		if d := little.Minus(far); !(d.High < 0) {
			t.Errorf("%s: the difference the other way is %+v", name, d)
		}
		if d := far.Minus(far); !(d.Value == 0 && d.Low < 0 && d.High > 0) {
			t.Errorf("%s: less itself it is %+v", name, d)
		}
		if d := far.Minus(test(a, beside, Resampling{})); !math.IsNaN(d.Low) || !math.IsNaN(d.High) || !(d.Value > 0) {
			t.Errorf("%s: without resamples %+v", name, d)
		}
	}
}

// TestIntervalsCover the MMD² of two normal distributions on the line, which is
// known: with s² = σ² + 2 and distance δ it is 2σ/s·(1 − exp(−δ²/2s²)); and the
// difference of two of these.
func TestIntervalsCover(t *testing.T) {
	const delta, sigma = 1.0, 1.0
	s2 := sigma*sigma + 2.0
	squared := func(delta float64) float64 { return 2 * sigma / math.Sqrt(s2) * (1 - math.Exp(-delta*delta/(2*s2))) }
	want, difference := squared(delta), squared(delta)-squared(delta/2)
	for name, test := range map[string]func(a, b tensor.View, r Resampling) Evidence{
		"unbiased": func(a, b tensor.View, r Resampling) Evidence {
			return Compare(a, b).SquaredTest(Gaussian(sigma), Unbiased, r)
		},
		"biased": func(a, b tensor.View, r Resampling) Evidence {
			return Compare(a, b).SquaredTest(Gaussian(sigma), Biased, r)
		},
		"linear": func(a, b tensor.View, r Resampling) Evidence { return LinearTimeTest(a, b, Gaussian(sigma), r) },
	} {
		runs := 80
		if name == "linear" { // takes a tenth of the time
			runs = 400
		}
		covered, differences := 0, 0
		for seed := range uint64(runs) {
			r := Resampling{Resamples: 200, Seed: seed}
			e := test(random(2*seed, 60, 1, 0, 1), random(2*seed+1, 60, 1, delta, 1), r)
			if e.Low <= want && want <= e.High {
				covered++
			}
			control := test(random(1000+2*seed, 60, 1, 0, 1), random(1001+2*seed, 60, 1, delta/2, 1), r)
			if d := e.Minus(control); d.Low <= difference && difference <= d.High && d.Value == e.Value-control.Value {
				differences++
			}
		}
		if min(covered, differences) < runs*86/100 {
			t.Errorf("%s: %d of %d intervals cover %v, %d the difference %v", name, covered, runs, want, differences, difference)
		}
	}
}

func TestEvidenceDoesNotSeeTheOrder(t *testing.T) {
	a, b := random(1, 17, 12, 0, 1), random(2, 14, 12, 0.3, 1)
	for i := range 6 { // 0 and −0 are equal, so that these rows are
		copy(a.Row(i), a.Row(0))
		a.Row(i)[0] = float32(math.Copysign(0, float64(i%2)-0.5))
	}
	r := Resampling{Permutations: 50, Resamples: 50, Seed: 2}
	for name, test := range tests {
		want := test(a, b, r)
		if got := test(permuted(a, 8), permuted(b, 9), r); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
		r := r
		r.Seed++
		if got := test(a, b, r); reflect.DeepEqual(got, want) {
			t.Errorf("%s: two seeds give the same evidence", name)
		}
	}
}

func TestEvidenceHasTheSameBitsEverywhere(t *testing.T) {
	a, b := random(1, 37, 1500, 0, 1), random(2, 41, 1500, 0.2, 1)
	r := Resampling{Permutations: 30, Resamples: 30, Seed: 2}
	for name, test := range tests {
		want := test(a, b, r)
		for _, k := range asm.Available() {
			for _, workers := range []int{1, 2, 7} {
				restore := asm.Use(k)
				parallel.SetWorkers(workers)
				got := test(a, b, r)
				parallel.SetWorkers(0)
				restore()
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s, %v, %d workers: got %+v, want %+v", name, k.ISA, workers, got, want)
				}
			}
		}
	}
}

func TestEvidenceOfBadSets(t *testing.T) {
	good, nan := random(1, 4, 2, 0, 1), random(2, 4, 2, 0, 1)
	nan.Data[3] = float32(math.NaN())
	same := tensor.Matrix(make([]float32, 8), 4, 2)
	r := Resampling{Permutations: 9, Resamples: 9}
	for name, test := range tests {
		infinite := tensor.Matrix(slices.Repeat([]float32{float32(math.Inf(1))}, 8), 4, 2)
		if e := test(infinite, infinite, r); !math.IsNaN(e.Value) || !math.IsNaN(e.P) {
			t.Errorf("%s of infinite samples: %+v", name, e)
		}
		for what, b := range map[string]tensor.View{"empty": tensor.Matrix(nil, 0, 2), "nan": nan} {
			if diff := cmp.Diff(unknown(), test(good, b, r), cmpopts.EquateNaNs(), cmpopts.IgnoreUnexported(Evidence{})); diff != "" {
				t.Errorf("%s of %s: %s", name, what, diff)
			}
		}
		e := test(same, same, r)
		if e.Value != 0 || e.P != 1 || e.Low != 0 || e.High != 0 {
			t.Errorf("%s of equal samples: %+v", name, e)
		}
		for _, b := range []tensor.View{random(3, 4, 2, 1, 1), good} {
			e = test(good, b, Resampling{})
			if !math.IsNaN(e.P) || !math.IsNaN(e.Low) || !math.IsNaN(e.High) || math.IsNaN(e.Value) {
				t.Errorf("%s without resamples: %+v", name, e)
			}
		}
		e = test(same, same, Resampling{})
		if e.Value != 0 || !math.IsNaN(e.P) || !math.IsNaN(e.Low) || !math.IsNaN(e.High) {
			t.Errorf("%s of equal samples without resamples: %+v", name, e)
		}
	}
	if e := Compare(good, random(3, 1, 2, 1, 1)).EnergyTest(r); math.IsNaN(e.P) || !math.IsNaN(e.Low) {
		t.Errorf("energy of a single sample: %+v", e)
	}
}

// Where half of all pairs coincide, the median distance is 0, and what lies
// elsewhere is found all the same.
func TestMedianOfMostlyEqualSamples(t *testing.T) {
	clean := random(1, 60, 8, 0, 0)
	mixed := random(1, 80, 8, 0, 0)
	copy(mixed.Data[60*8:], random(2, 20, 8, 5, 1).Data)
	r := Resampling{Permutations: 99, Resamples: 99, Seed: 1}
	for _, e := range []Estimator{Biased, Unbiased} {
		if got := Compare(mixed, clean).SquaredTest(Median(), e, r); !(got.Value > 0.05) || got.P > 0.05 || !(got.Low > 0) {
			t.Errorf("%v: %+v, want a difference", e, got)
		}
	}
}

// TestStreamedDistances have the bits of those that are held.
func TestStreamedDistances(t *testing.T) {
	a, b := random(1, 700, 20, 0, 1), random(2, 610, 20, 0.1, 1)
	for _, k := range []Kernel{Prototype(), Median()} {
		var held, streamed discrepancy
		for _, m := range []*discrepancy{&held, &streamed} {
			m.load(a, b)
			m.measure(m == &streamed)
		}
		if len(streamed.squared) >= len(held.squared) {
			t.Errorf("%d distances are held, of %d", len(streamed.squared), len(held.squared))
		}
		if got, want := streamed.evaluate(k, Unbiased, false), held.evaluate(k, Unbiased, false); got != want {
			t.Errorf("streamed %v, held %v", got, want)
		}
		if got, want := streamed.energy(Biased, false), held.energy(Biased, false); got != want {
			t.Errorf("energy: streamed %v, held %v", got, want)
		}
	}
}

func TestLinearTimeIsUnbiased(t *testing.T) {
	const runs = 300
	sum, squares := 0.0, 0.0
	for seed := range uint64(runs) {
		v := LinearTimeTest(random(2*seed, 30, 2, 0, 1), random(2*seed+1, 40, 2, 0, 1), Gaussian(1), Resampling{}).Value
		sum += v
		squares += v * v
	}
	near(t, "mean of equal distributions", sum/runs, 0, 4*math.Sqrt(squares)/runs)
}

// repeated returns n rows of which the first ones are 1 and the others 0.
func repeated(n, ones int) tensor.View {
	x := tensor.Matrix(make([]float32, 2*n), n, 2)
	for i := range 2 * ones {
		x.Data[i] = 1
	}
	return x
}

// Also where rows repeat, whose pairs must be drawn and not found side by side.
func TestLinearTimeIsUnbiasedOfRepeatedRows(t *testing.T) {
	const runs, n = 200, 100
	k := Gaussian(1)
	unbiased := func(what string, want float64, sets func(seed uint64) (a, b tensor.View)) {
		sum, squares, below := 0.0, 0.0, 0
		for seed := range uint64(runs) {
			a, b := sets(seed)
			for _, x := range [][]float32{a.Data, b.Data} {
				for i := range x {
					x[i] += float32(seed) // other values are paired otherwise
				}
			}
			e := LinearTimeTest(a, b, k, Resampling{Permutations: 99, Seed: seed})
			sum += e.Value
			squares += (e.Value - want) * (e.Value - want)
			if e.P <= 0.05 {
				below++
			}
		}
		near(t, "mean of "+what, sum/runs, want, 4*math.Sqrt(squares)/runs)
		if want == 0 && below > runs*10/100 {
			t.Errorf("%s: p is at most 0.05 in %d of %d", what, below, runs)
		}
	}
	unbiased("two values", 0, func(seed uint64) (a, b tensor.View) {
		return repeated(n, ones(n, seed, 0)), repeated(n, ones(n, seed, 1))
	})
	unbiased("half zeros", 0, func(seed uint64) (a, b tensor.View) {
		a, b = random(2*seed, n, 2, 0, 1), random(2*seed+1, n, 2, 0, 1)
		clear(a.Data[:2*ones(n, seed, 0)])
		clear(b.Data[:2*ones(n, seed, 1)])
		return a, b
	})
	unbiased("values of which half are there again", 0, func(seed uint64) (a, b tensor.View) {
		atoms := random(3*seed, n, 2, 0, 1)
		draw := func(set int) tensor.View {
			stream, rows := rng.New(seed, rng.Measure, 9, set), make([]int, n)
			for i := range rows {
				rows[i] = stream.IntN(n)
			}
			return linalg.Take(atoms, rows)
		}
		return draw(2), draw(3)
	})
	// Of 0 and 1, evenly, and 0 alone: k of equal rows is 1, of others exp(−1).
	unbiased("two values and one", (1-math.Exp(-1))/2, func(seed uint64) (a, b tensor.View) {
		return repeated(n, ones(n, seed, 0)), repeated(n, 0)
	})
}

// ones is how many of n coins fall on one side.
func ones(n int, seed uint64, set int) (sum int) {
	coins := rng.New(seed, rng.Measure, 9, set)
	for range n {
		sum += int(coins.Uint64() >> 63)
	}
	return sum
}

// Splits of rows that repeat, and groups that are exchanged, have equal measures,
// however their sums are rounded: p is what counting gives.
func TestPValuesCountTies(t *testing.T) {
	const permutations = 1999
	r := Resampling{Permutations: permutations, Seed: 4}
	for name, test := range tests {
		for _, c := range []struct{ n, first, second int }{{20, 8, 13}, {20, 5, 11}, {20, 6, 15}, {300, 150, 170}} {
			if name == "linear" {
				continue // its permutations are of pairs
			}
			ones, exact := c.first+c.second, 0.0
			for k := max(0, ones-c.n); k <= min(c.n, ones); k++ { // in the first group
				if d := 2*k - ones; d*d >= (c.first-c.second)*(c.first-c.second) {
					exact += math.Exp(choose(c.n, k) + choose(c.n, ones-k) - choose(2*c.n, ones))
				}
			}
			found := test(repeated(c.n, c.first), repeated(c.n, c.second), r).P
			near(t, fmt.Sprintf("%s: p of %d and %d of %d", name, c.first, c.second, c.n), found, exact, 4*math.Sqrt(exact*(1-exact)/permutations)+1./permutations)
		}
		for seed := range uint64(20) {
			least := 2. / 20 // of the splits of three and three rows
			if name == "linear" {
				least = 1. / 2 // of the signs of a pair
			}
			found := test(random(2*seed, 3, 4, 0, 1), random(2*seed+1, 3, 4, 3, 1), r).P
			if deviation := math.Sqrt(least * (1 - least) / permutations); found < least-4*deviation {
				t.Errorf("%s: p of three and three rows is %v, want at least %v", name, found, least)
			}
		}
	}
}

// choose returns the logarithm of the number of ways to choose k of n.
func choose(n, k int) float64 {
	log := func(n int) float64 {
		v, _ := math.Lgamma(float64(n + 1))
		return v
	}
	return log(n) - log(k) - log(n-k)
}

func TestSplitsAreUniform(t *testing.T) {
	counts := make([]float64, 6)
	d := split([]int{0, 1, 2, 3, 4, 5}, 2)
	first, second := make([]float32, 6), make([]float32, 6)
	for number := range 3000 {
		d(first, second, Resampling{Seed: 1}, number)
		for i, v := range first {
			counts[i] += float64(v)
			if v+second[i] != 1 {
				t.Fatalf("row %d is in %v sets", i, v+second[i])
			}
		}
	}
	for i, n := range counts {
		near(t, fmt.Sprint("row ", i), n/3000, 1./3, 4*math.Sqrt(2./9/3000))
	}
}

// Evidence that nobody wants is not gathered; to be asked changes nothing.
func TestEvidenceStops(t *testing.T) {
	a, b := random(1, 12, 5, 0, 1), random(2, 9, 5, 0.5, 1)
	for name, test := range tests {
		want := test(a, b, Resampling{Permutations: 300, Resamples: 300, Seed: 4})
		var asked atomic.Int64
		got := test(a, b, Resampling{Permutations: 300, Resamples: 300, Seed: 4, Stopped: func() bool { asked.Add(1); return false }})
		if got.P != want.P || got.Low != want.Low || got.High != want.High || asked.Load() < 4 {
			t.Errorf("%s: asked %d times: P %v from %v to %v, want %v from %v to %v", name, asked.Load(), got.P, got.Low, got.High, want.P, want.Low, want.High)
		}
		began := time.Now()
		test(a, b, Resampling{Permutations: 1_000_000, Resamples: 1_000_000, Stopped: func() bool { return time.Since(began) > time.Millisecond }})
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: stops after %v", name, took)
		}
	}
}
