package mmd

import (
	"math"
	"slices"

	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

// SlicedWasserstein returns the sliced Wasserstein distance of order 2,
//
//	( mean over directions u of W₂²(⟨u, a⟩, ⟨u, b⟩) )^½,
//
// over the given number of directions, drawn uniformly from the unit sphere
// (Bonneel et al., J. Math. Imaging and Vision 2015; the definition and default
// order of the POT library). Sets of different sizes are compared through their
// quantile functions. Direction i depends on the seed and i only. The result is
// NaN if a set is empty or samples are not finite. Samples of different lengths
// and less than one projection panic.
func SlicedWasserstein(a, b tensor.View, projections int, seed uint64) float64 {
	return slice(a, b, projections, seed).distance(MeanSlice)
}

// SliceKind says how the distances along the directions become one.
type SliceKind int

// The sliced distances.
const (
	MeanSlice SliceKind = iota // the root of the mean of W₂²
	MaxSlice                   // the root of the largest W₂² (Deshpande et al., CVPR 2019; like POT, over the drawn directions only)
)

// slicing holds two sets projected on many directions, for any number of
// measures.
type slicing struct {
	projected tensor.View // a direction a row: the first set, then the second
	first     int
}

// slice projects the rows of a and b on the given number of directions.
func slice(a, b tensor.View, projections int, seed uint64) *slicing {
	var s distances
	s.load(a, b)
	return s.slice(projections, seed)
}

// slice projects the loaded rows.
func (s *distances) slice(projections int, seed uint64) *slicing {
	if projections < 1 {
		panic("mmd: wants at least one projection")
	}
	out := &slicing{first: s.first}
	if min(s.first, len(s.rows)-s.first) < 1 {
		return out
	}
	s.centre()

	// A block of directions at a time bounds the memory they take.
	const block = 64
	out.projected = tensor.Matrix(make([]float32, projections*len(s.rows)), projections, len(s.rows))
	normals := make([]float64, min(block, projections)*s.width)
	for first := 0; first < projections; first += block {
		n := min(block, projections-first)
		directions := tensor.Matrix(make([]float32, n*s.width), n, s.width)
		directionLoop.Run(n, directionArgs{directions, normals, seed, rng.Measure, 0, first})
		tensor.GemmSplitK(out.projected.Slice(first, n), directions, s.samples().T())
	}
	return out
}

// centre centres the loaded rows without making their number rounder.
func (s *distances) centre() {
	s.stride = len(s.rows)
	s.mean = resize(s.mean, s.width)
	s.centred = resize(s.centred, s.stride*s.width)
	centreLoop.Run(s.columnTasks(), s)
}

// distance returns the distance, NaN if a set is empty or samples are not
// finite.
func (s *slicing) distance(kind SliceKind) float64 {
	if s.projected.Rows == 0 {
		return math.NaN()
	}
	costs := make([]float64, s.projected.Rows)
	sliceLoop.Run(len(costs), sliceArgs{costs, s})
	return math.Sqrt(kind.combine(costs))
}

// combine makes one squared distance of those along the directions.
func (k SliceKind) combine(costs []float64) float64 {
	if k == MaxSlice {
		return slices.Max(costs)
	}
	return mean(costs)
}

type directionArgs struct {
	directions tensor.View
	normals    []float64 // as many: what they are before they have unit length
	seed       uint64
	purpose    rng.Purpose
	epoch      int // of the streams
	first      int
}

var directionLoop = parallel.NewLoop(func(a *directionArgs, i int) {
	stream := rng.New(a.seed, a.purpose, a.epoch, a.first+i)
	direction := a.normals[i*a.directions.Cols : (i+1)*a.directions.Cols]
	sum := 0.0
	for j := range direction {
		v := stream.Normal()
		direction[j] = v
		sum += float64(v * v)
	}
	length := math.Sqrt(sum)
	for j, v := range direction {
		a.directions.Data[i*a.directions.Cols+j] = float32(v / length)
	}
})

type sliceArgs struct {
	costs  []float64
	slices *slicing
}

var sliceLoop = parallel.NewLoop(func(a *sliceArgs, i int) {
	row := slices.Clone(a.slices.projected.Row(i))
	a.costs[i] = wasserstein2(row[:a.slices.first], row[a.slices.first:])
})

// wasserstein2 returns W₂² of two samples on the line. It sorts them.
func wasserstein2(x, y []float32) float64 {
	slices.Sort(x)
	slices.Sort(y)
	return sortedWasserstein2(x, y)
}

// sortedWasserstein2 is the integral over q in [0, 1] of the squared difference
// of the quantile functions of two rising samples.
func sortedWasserstein2(x, y []float32) float64 {
	// In units of 1/(n·m) every step of either function is a whole number.
	n, m := len(x), len(y)
	sum := 0.0
	if n == m { // the same, without looking for the next step
		for i, v := range x {
			d := float64(v) - float64(y[i])
			sum += float64(float64(n) * float64(d*d))
		}
		return sum / (float64(n) * float64(n))
	}
	for i, j, at := 0, 0, 0; i < n && j < m; {
		next := min((i+1)*m, (j+1)*n)
		d := float64(x[i]) - float64(y[j])
		sum += float64(float64(next-at) * float64(d*d))
		at = next
		if next == (i+1)*m {
			i++
		}
		if next == (j+1)*n {
			j++
		}
	}
	return sum / (float64(n) * float64(m))
}
