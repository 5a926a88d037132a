package autograd

import "sdrm/tensor"

// CopyAgain is x, computed again where it was given up.
func CopyAgain(t *Tape, x *Var) *Var {
	op := Next[copyAgain](t)
	op.x = x
	y := t.result(&op.out, op, x.Value.Shape, x)
	t.computesAgain(y, op, true, 1, x)
	tensor.Copy(y.Value, x.Value)
	return y
}

type copyAgain struct {
	x   *Var
	out Var
}

func (op *copyAgain) compute(t *Tape, y *Var) {
	t.restore(op.x)
	tensor.Copy(t.revive(y), op.x.Value)
}

func (op *copyAgain) Backward(t *Tape) {
	t.contribute(op.x, func(dx *tensor.Tensor) { tensor.Copy(dx, op.out.Grad) })
}
