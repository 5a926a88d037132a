package mmd

import (
	"cmp"
	"slices"

	"sdrm/autograd"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

// lossDirections is the number of directions of a step, ours: those of other
// steps are others.
const lossDirections = 32

func init() {
	register(Regulariser{
		Name: "swd", Title: "Sliced Wasserstein distance, squared", Paper: "Bonneel et al., J. Math. Imaging Vis. 2015",
		Defaults: "order 2, 32 random directions, others in each step",
		Term: func(_ Estimator, seed uint64) Term {
			return func(t *autograd.Tape, level *autograd.Var, benign, malicious []int) *autograd.Var {
				return SlicedLoss(t, level, benign, malicious, lossDirections, seed)
			}
		},
	})
}

// SlicedLoss records the squared sliced Wasserstein distance of order 2 between
// the samples of level listed in benign and those listed in malicious, a single
// number:
//
//	L = mean over directions u of ∫₀¹ (F⁻¹(q) − G⁻¹(q))² dq,
//
// F⁻¹ and G⁻¹ being the quantile functions of the projections on u, which are
// steps. With w_ij the length of the piece on which they are those of samples i
// and j,
//
//	dL/dx_i = mean over u of Σ_j 2·w_ij·⟨u, x_i − y_j⟩·u:
//
// sorting is a constant to the gradient. Direction number k of a step depends on
// the seed, the tape's Step and k only. An empty set makes the loss 0 without
// a gradient; samples that are not finite make it NaN. A sample number that the
// level does not have, and less than one projection, panic.
func SlicedLoss(t *autograd.Tape, level *autograd.Var, benign, malicious []int, projections int, seed uint64) *autograd.Var {
	if projections < 1 {
		panic("mmd: SlicedLoss: wants at least one projection")
	}
	op := autograd.Next[slicedLoss](t)
	if op.open(t, op, level, benign, malicious, 1) {
		op.project(projections, directionArgs{seed: seed, purpose: rng.Regularise, epoch: t.Step})
		matchLoop.Run(projections, op)
		op.out.Value.Data[0] = float32(mean(op.costs))
	}
	return &op.out
}

type slicedLoss struct {
	term
	directions tensor.View // a direction a row
	normals    []float64
	projected  tensor.View // a direction a row: the first set, then the second
	slopes     tensor.View // derivatives of the loss with respect to these
	order      []int32     // for a direction the rows of either set, by their projections
	costs      []float64   // of the directions
}

// project makes the directions and projects the rows on them.
func (op *slicedLoss) project(projections int, d directionArgs) {
	s, n := &op.sets, len(op.sets.rows)
	s.centre()
	room := func(v tensor.View, cols int) tensor.View {
		return tensor.Matrix(resize(v.Data, projections*cols), projections, cols)
	}
	op.directions, op.projected, op.slopes = room(op.directions, s.width), room(op.projected, n), room(op.slopes, n)
	op.order, op.costs = resize(op.order, projections*n), resize(op.costs, projections)
	op.normals = resize(op.normals, projections*s.width)
	d.directions, d.normals = op.directions, op.normals
	directionLoop.Run(projections, d)
	tensor.GemmSplitK(op.projected, op.directions, s.samples().T())
}

// matchLoop matches the sets along one direction.
var matchLoop = parallel.NewLoop(func(p **slicedLoss, i int) {
	op := *p
	n := len(op.sets.rows)
	values, order := op.projected.Row(i), op.order[i*n:(i+1)*n]
	for j := range order {
		order[j] = int32(j)
	}
	first, second := order[:op.sets.first], order[op.sets.first:]
	byValue := func(x, y int32) int { return cmp.Compare(values[x], values[y]) }
	slices.SortStableFunc(first, byValue)
	slices.SortStableFunc(second, byValue)
	op.costs[i] = match(values, first, second, op.slopes.Row(i), 1/float64(len(op.costs)))
})

// match returns W₂² of two samples on the line, given by the numbers of their
// values, which rise, and sets the derivatives of weight times that.
func match(values []float32, first, second []int32, slopes []float32, weight float64) float64 {
	clear(slopes)
	n, m := len(first), len(second)
	sum := 0.0
	// In units of 1/(n·m) every step of either quantile function is a whole number.
	for i, j, at := 0, 0, 0; i < n && j < m; {
		next := min((i+1)*m, (j+1)*n)
		share := float64(next-at) / (float64(n) * float64(m))
		d := float64(values[first[i]]) - float64(values[second[j]])
		sum += float64(share * float64(d*d))
		slope := float32(2 * weight * share * d)
		slopes[first[i]] += slope
		slopes[second[j]] -= slope
		at = next
		if next == (i+1)*m {
			i++
		}
		if next == (j+1)*n {
			j++
		}
	}
	return sum
}

// Backward multiplies the derivatives of the projections with the directions.
func (op *slicedLoss) Backward(t *autograd.Tape) {
	tensor.Gemm(op.borrow(len(op.sets.rows)), op.slopes.T(), op.directions, false)
	op.scatter(t)
}
