package autograd

import "sdrm/tensor"

// ConcatChannels is the channels of a and behind them those of b: a is N×H×W×A,
// b is N×H×W×B, the result is N×H×W×(A+B). The first A channels of dy are the
// gradient of a, the others that of b.
func ConcatChannels(t *Tape, a, b *Var) *Var {
	op := Next[concatChannels](t)
	op.a, op.b = a, b
	s := a.Value.Shape
	y := t.Output(&op.out, op, tensor.Shape{s.N(), s.H(), s.W(), s.C() + b.Value.Shape.C()}, a, b)
	tensor.ConcatChannels(y.Value, a.Value, b.Value)
	return y
}

type concatChannels struct {
	a, b *Var
	out  Var
}

func (op *concatChannels) Backward(t *Tape) {
	dy := op.out.Grad
	t.contribute(op.a, func(da *tensor.Tensor) { tensor.TakeChannels(da, dy, 0) })
	t.contribute(op.b, func(db *tensor.Tensor) { tensor.TakeChannels(db, dy, op.a.Value.Shape.C()) })
}
