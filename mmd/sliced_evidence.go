package mmd

import (
	"cmp"
	"math"
	"slices"

	"sdrm/internal/parallel"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// SliceTest is slice(…).distance with its evidence. The interval is that of the
// squared distance, from which the bias of small samples is not taken out,
// under the root.
func SliceTest(a, b tensor.View, projections int, seed uint64, kind SliceKind, r Resampling) Evidence {
	var joint distances
	joint.load(linalg.Take(a, linalg.Order(a)), linalg.Take(b, linalg.Order(b)))
	s := joint.slice(projections, seed)
	out := Evidence{Value: s.distance(kind)}
	if math.IsNaN(out.Value) {
		return unknown()
	}
	// The observed cost comes by the same way as the others, so that equal
	// splits tie.
	ranks := s.ranks()
	observed := s.resample(ranks, kind, asIs(s.first), r, 1)[0]
	order := merge(joint.rows, joint.first)
	out.P = pValue(observed, s.resample(ranks, kind, split(order, s.first), r, r.Permutations), 0)
	squared := bootstrap{observed, observed, s.resample(ranks, kind, redraw(s.first, len(order)), r, r.Resamples)}
	low, high := squared.distance()
	out.Low, out.High = math.Sqrt(low), math.Sqrt(high)
	out.estimate, out.truth = math.Sqrt(observed), math.Sqrt(observed)
	for _, v := range squared.resampled {
		out.resampled = append(out.resampled, math.Sqrt(v))
	}
	return out
}

// ranks lists for every direction the rows by their projections.
func (s *slicing) ranks() [][]int32 {
	ranks := make([][]int32, s.projected.Rows)
	rankLoop.Run(len(ranks), rankArgs{s, ranks})
	return ranks
}

type rankArgs struct {
	s     *slicing
	ranks [][]int32
}

var rankLoop = parallel.NewLoop(func(a *rankArgs, i int) {
	values := a.s.projected.Row(i)
	order := make([]int32, len(values))
	for j := range order {
		order[j] = int32(j)
	}
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(values[x], values[y]) })
	a.ranks[i] = order
})

// resample returns the squared distances of count resamples.
func (s *slicing) resample(ranks [][]int32, kind SliceKind, d draw, r Resampling, count int) []float64 {
	out := make([]float64, count)
	resliceLoop.Run(count, resliceArgs{s, ranks, kind, d, r, out})
	return out
}

type resliceArgs struct {
	s     *slicing
	ranks [][]int32
	kind  SliceKind
	draw  draw
	r     Resampling
	out   []float64
}

// resliceLoop measures one resample a task. In the order of the projections, no
// sample needs to be sorted.
var resliceLoop = parallel.NewLoop(func(a *resliceArgs, number int) {
	if a.r.stopped() {
		return
	}
	n := a.s.projected.Cols
	first, second := make([]float32, n), make([]float32, n)
	a.draw(first, second, a.r, number)
	costs := make([]float64, len(a.ranks))
	x, y := make([]float32, a.s.first+1), make([]float32, n-a.s.first+1)
	for i, order := range a.ranks {
		values := a.s.projected.Row(i)
		m, k := 0, 0
		for _, j := range order {
			// Written first and counted then: which of the sets a sample is in
			// cannot be predicted.
			v, inFirst, inSecond := values[j], int(first[j]), int(second[j])
			x[m], y[k] = v, v
			for c := 1; c < inFirst; c++ {
				x[m+c] = v
			}
			for c := 1; c < inSecond; c++ {
				y[k+c] = v
			}
			m, k = m+inFirst, k+inSecond
		}
		costs[i] = sortedWasserstein2(x[:m], y[:k])
	}
	a.out[number] = a.kind.combine(costs)
})
