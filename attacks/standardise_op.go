package attacks

import (
	"math"

	"sdrm/autograd"
	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// standardiseEpsilon is added to the variance of a sample, as batch normalisation
// adds it.
const standardiseEpsilon = 1e-5

// standardise gives the elements of each sample the mean 0 and the variance 1:
//
//	y = (x − mean)/√(variance + ε),  dx = (dy − mean(dy) − y·mean(dy·y))/√(variance + ε)
func standardise(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	op := autograd.Next[standardiseOp](t)
	op.x = x
	n := x.Value.Shape.N()
	if cap(op.scale) < n {
		op.scale = make([]float64, n)
	}
	op.scale = op.scale[:n]
	y := t.Output(&op.out, op, x.Value.Shape, x)
	standardiseLoop.Run(n, op)
	return y
}

type standardiseOp struct {
	x        *autograd.Var
	scale    []float64 // by sample
	gradient *tensor.Tensor
	out      autograd.Var
}

// standardiseLoop makes sample i.
var standardiseLoop = parallel.NewLoop(func(p **standardiseOp, i int) {
	op := *p
	x, y := op.x.Value.Sample(i), op.out.Value.Sample(i)
	mean, squares := 0.0, 0.0
	for _, v := range x {
		mean += float64(v)
	}
	mean /= float64(len(x))
	for _, v := range x {
		d := float64(v) - mean
		squares += float64(d * d)
	}
	op.scale[i] = 1 / math.Sqrt(squares/float64(len(x))+standardiseEpsilon)
	for k, v := range x {
		y[k] = float32((float64(v) - mean) * op.scale[i])
	}
})

// Backward makes the gradient of each sample.
func (op *standardiseOp) Backward(t *autograd.Tape) {
	op.gradient = t.Gradient(op.x)
	standardiseGradLoop.Run(len(op.scale), op)
	t.Deliver(op.x, op.gradient)
}

// standardiseGradLoop makes the gradient of sample i.
var standardiseGradLoop = parallel.NewLoop(func(p **standardiseOp, i int) {
	op := *p
	y, dy, dx := op.out.Value.Sample(i), op.out.Grad.Sample(i), op.gradient.Sample(i)
	sum, along := 0.0, 0.0
	for k, v := range dy {
		sum += float64(v)
		along += float64(float64(v) * float64(y[k]))
	}
	n := float64(len(dy))
	sum, along = sum/n, along/n
	for k, v := range dy {
		dx[k] = float32((float64(v) - sum - float64(float64(y[k])*along)) * op.scale[i])
	}
})
