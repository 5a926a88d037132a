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
	if y.needsGrad {
		t.computesAgain(y, op, true, 1, a, b)
	}
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

func (op *concatChannels) compute(t *Tape, y *Var) {
	op.restoreParts(t)
	op.put(t.revive(y), 0)
}

// restoreParts restores what the channels of the result come from: those of b,
// where that is such a result itself and was given up, from its own parts.
func (op *concatChannels) restoreParts(t *Tape) {
	if inner := op.inner(); inner != nil {
		inner.restoreParts(t)
	} else {
		t.restore(op.b)
	}
	t.restore(op.a)
}

// put sets the channels of y from first on to the result.
func (op *concatChannels) put(y *tensor.Tensor, first int) {
	tensor.PutChannels(y, op.a.Value, first)
	first += op.a.shape.C()
	if inner := op.inner(); inner != nil {
		inner.put(y, first)
		return
	}
	tensor.PutChannels(y, op.b.Value, first)
}

// inner returns the op of b if its result was given up, else nil.
func (op *concatChannels) inner() *concatChannels {
	inner, _ := op.b.again.(*concatChannels)
	if op.b.Value != nil {
		return nil
	}
	return inner
}
