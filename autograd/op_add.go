package autograd

import "sdrm/tensor"

// Add is y = a + b for values of one shape; dy is the gradient of both. a and b
// may be the same.
func Add(t *Tape, a, b *Var) *Var {
	op := Next[add](t)
	op.a, op.b = a, b
	y := t.result(&op.out, op, a.Value.Shape, a, b)
	if t.bound > 0 && y.needsGrad {
		t.computesAgain(y, op, false, 1, a, b)
	}
	tensor.Add(y.Value, a.Value, b.Value)
	return y
}

type add struct {
	a, b *Var
	out  Var
}

func (op *add) compute(t *Tape, y *Var) {
	// The older may be what the other is made of, and is there then.
	first, second := op.a, op.b
	if second.order < first.order {
		first, second = second, first
	}
	t.restore(first)
	t.restore(second)
	tensor.Add(t.revive(y), op.a.Value, op.b.Value)
}

func (op *add) Backward(t *Tape) {
	dy := op.out.Grad
	// The last input that needs dy gets it without a copy, if that can be.
	last := op.b
	if op.a.needsGrad {
		t.contribute(op.b, func(db *tensor.Tensor) { tensor.Copy(db, dy) })
		last = op.a
	}
	d := t.gradientInPlace(last, &op.out)
	if d != dy {
		tensor.Copy(d, dy)
	}
	t.Deliver(last, d)
}
