package autograd

import (
	"fmt"

	"sdrm/tensor"
)

// WeightedSum is Σ weights[i]·scalars[i], a single number; each scalar's
// gradient is its weight. It is how losses are put together.
func WeightedSum(t *Tape, weights []float32, scalars []*Var) *Var {
	if len(weights) != len(scalars) {
		panic(fmt.Sprintf("autograd: WeightedSum: %d weights for %d scalars", len(weights), len(scalars)))
	}
	op := Next[weightedSum](t)
	op.weights = append(op.weights[:0], weights...)
	op.scalars = append(op.scalars[:0], scalars...)
	y := t.result(&op.out, op, tensor.Shape{1, 1, 1, 1}, op.scalars...)
	sum := 0.0
	for i, s := range op.scalars {
		if s.Value.Shape.Len() != 1 {
			panic(fmt.Sprintf("autograd: WeightedSum: scalar %d has shape %v", i, s.Value.Shape))
		}
		sum += float64(float64(op.weights[i]) * float64(s.Value.Data[0]))
	}
	y.Value.Data[0] = float32(sum)
	return y
}

type weightedSum struct {
	weights []float32
	scalars []*Var
	out     Var
}

func (op *weightedSum) Backward(t *Tape) {
	dy := op.out.Grad.Data[0]
	for i, s := range op.scalars {
		t.contribute(s, func(ds *tensor.Tensor) { ds.Data[0] = dy * op.weights[i] })
	}
}
