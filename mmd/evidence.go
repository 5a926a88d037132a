package mmd

import (
	"math"
	"slices"

	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor/linalg"
)

// Evidence is a measure with what chance has to say about it.
type Evidence struct {
	// Value is the measure.
	Value float64
	// P is the share of random splits of the joint set, the observed one
	// included, whose measure is at least that large: the p-value of a
	// permutation test of equal distributions.
	P float64
	// Low and High bound the distance of the distributions with 95 %
	// confidence by the basic bootstrap. A biased Value may lie above them.
	Low, High float64

	bootstrap
}

// Difference is by how much a measure is larger than that of other sets, and the
// bounds of this with 95 % confidence.
type Difference struct{ Value, Low, High float64 }

// Minus returns the difference to the evidence about a control. Its bounds, by the
// basic bootstrap, are NaN where one of both has no resamples. They are those of the
// unbiased estimates where the Evidence has these: what the biases of two Values
// from as many samples have in common cancels in the difference.
func (e Evidence) Minus(control Evidence) Difference {
	b := bootstrap{estimate: e.estimate - control.estimate, truth: e.truth - control.truth}
	n := min(len(e.resampled), len(control.resampled))
	for i := range n {
		// Resamples of one number come from the same random numbers. Those of two
		// are drawn apart.
		b.resampled = append(b.resampled, e.resampled[i]-control.resampled[(i+1)%n])
	}
	low, high := b.interval()
	return Difference{e.Value - control.Value, low, high}
}

// Resampling says how often sets are split and drawn anew, and by which random
// numbers. No permutations leave P, no resamples Low and High NaN.
type Resampling struct {
	Permutations int
	Resamples    int
	Seed         uint64
	// Stopped is asked now and then, if it is not nil, by several goroutines,
	// whether nobody wants the evidence any more: what comes early then means
	// nothing.
	Stopped func() bool
}

// stopped tells whether the evidence is not wanted any more.
func (r Resampling) stopped() bool { return r.Stopped != nil && r.Stopped() }

// confidence is the share of bootstrap resamples between the bounds.
const confidence = 0.95

// same is the evidence about sets whose samples are all equal.
func same(r Resampling) Evidence {
	e := unknown()
	e.Value = 0
	if r.Permutations > 0 {
		e.P = 1
	}
	if r.Resamples > 0 {
		e.Low, e.High = 0, 0
	}
	return e
}

// unknown is the evidence about sets that cannot be compared.
func unknown() Evidence {
	return Evidence{Value: math.NaN(), P: math.NaN(), Low: math.NaN(), High: math.NaN()}
}

// pValue is the share of the permuted measures, and of the observed one, that
// are at least the observed one (Phipson and Smyth, 2010). Measures that are less by at
// most tie are taken for equal ones whose sums were rounded otherwise.
func pValue(observed float64, permuted []float64, tie float64) float64 {
	if len(permuted) == 0 {
		return math.NaN()
	}
	if math.IsNaN(observed) {
		return observed
	}
	atLeast := 1
	for _, v := range permuted {
		if v >= observed-tie {
			atLeast++
		}
	}
	return float64(atLeast) / float64(len(permuted)+1)
}

// bootstrap is an estimate and the resampled ones, whose truth is known: the
// measure of the samples that they were drawn from.
type bootstrap struct {
	estimate, truth float64
	resampled       []float64
}

// interval returns the bounds of the estimate minus the errors of the resampled
// ones, NaN if there are none.
func (b bootstrap) interval() (low, high float64) {
	if len(b.resampled) == 0 {
		return math.NaN(), math.NaN()
	}
	sorted := slices.Sorted(slices.Values(b.resampled))
	tail := (1 - confidence) / 2
	low = b.estimate - (linalg.Quantile(sorted, 1-tail) - b.truth)
	high = b.estimate - (linalg.Quantile(sorted, tail) - b.truth)
	return low, high
}

// distance is the interval of a distance: none is below 0.
func (b bootstrap) distance() (low, high float64) {
	low, high = b.interval()
	return max(0, low), max(0, high)
}

// draw fills weights with how often each of the joint rows counts for the first
// and for the second set in a resample, given its number.
type draw func(first, second []float32, r Resampling, number int)

// asIs leaves the sets as they are.
func asIs(size int) draw {
	return func(first, second []float32, _ Resampling, _ int) {
		for i := range first {
			first[i], second[i] = 0, 1
			if i < size {
				first[i], second[i] = 1, 0
			}
		}
	}
}

// split divides the joint set anew into sets of the old sizes. order lists the
// rows by their values: the draw depends on them and not on where they stand.
func split(order []int, size int) draw {
	return func(first, second []float32, r Resampling, number int) {
		stream := rng.New(r.Seed, rng.Measure, 1, number)
		shuffled := slices.Clone(order)
		stream.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		clear(first)
		clear(second)
		for i, at := range shuffled {
			if i < size {
				first[at] = 1
			} else {
				second[at] = 1
			}
		}
	}
}

// redraw draws from each set, whose rows stand in the order of their values, as
// many rows as it has, with replacement.
func redraw(size, rows int) draw {
	return func(first, second []float32, r Resampling, number int) {
		stream := rng.New(r.Seed, rng.Resample, 0, number)
		clear(first)
		clear(second)
		for range size {
			first[stream.IntN(size)]++
		}
		for range rows - size {
			second[size+stream.IntN(rows-size)]++
		}
	}
}

// drawArgs fills a row of weights a task.
type drawArgs struct {
	draw          draw
	r             Resampling
	numbers       []int // of the resamples
	first, second []float32
	rows          int
}

var drawLoop = parallel.NewLoop(func(a *drawArgs, i int) {
	if a.r.stopped() {
		return
	}
	lo, hi := i*a.rows, (i+1)*a.rows
	a.draw(a.first[lo:hi], a.second[lo:hi], a.r, a.numbers[i])
})
