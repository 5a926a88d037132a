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
	op.take(t, op.a, 0)
	op.take(t, op.b, op.a.Value.Shape.C())
}

// take delivers the channels of dy from the given one on.
func (op *concatChannels) take(t *Tape, v *Var, first int) {
	if v.needsGrad {
		dv := t.Gradient(v)
		tensor.TakeChannels(dv, op.out.Grad, first)
		t.Deliver(v, dv)
	}
}
