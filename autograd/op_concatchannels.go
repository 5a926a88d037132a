package autograd

import "sdrm/tensor"

// ConcatChannels is the channels of a and behind them those of b: a is N×H×W×A,
// b is N×H×W×B, the result is N×H×W×(A+B). The first A channels of dy are the
// gradient of a, the others that of b.
func ConcatChannels(t *Tape, a, b *Var) *Var {
	op := Next[concatChannels](t)
	op.a, op.b = a, b
	s := a.Value.Shape
	y := t.result(&op.out, op, tensor.Shape{s.N(), s.H(), s.W(), s.C() + b.Value.Shape.C()}, a, b)
	t.computesAgain(y, op, a, b)
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
	t.contribute(op.b, func(db *tensor.Tensor) { tensor.TakeChannels(db, dy, op.a.shape.C()) })
}

func (op *concatChannels) compute(t *Tape) { op.computeIn(t, op.out.Value, 0) }

// computeIn sets the channels of y from first on to the result. Where b is such a
// result itself and was given up, its channels are taken from where they come from.
func (op *concatChannels) computeIn(t *Tape, y *tensor.Tensor, first int) {
	t.restore(op.a)
	tensor.PutChannels(y, op.a.Value, first)
	first += op.a.shape.C()
	if inner, ok := op.b.again.(*concatChannels); ok && op.b.Value == nil {
		inner.computeIn(t, y, first)
		return
	}
	t.restore(op.b)
	tensor.PutChannels(y, op.b.Value, first)
}
