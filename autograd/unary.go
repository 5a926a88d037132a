package autograd

import "sdrm/tensor"

// function is a differentiable function of one tensor, with its constants.
type function interface {
	// forward sets y.
	forward(y, x *tensor.Tensor)
	// backward sets dx from the gradient dy of y. It reads y and x as far as reads
	// says.
	backward(dx, dy, y, x *tensor.Tensor)
	reads() reading
}

// reading says which values a backward reads.
type reading struct{ y, x bool }

// unary is the op of a function.
type unary[F function] struct {
	f       F
	x       *Var
	inPlace bool // dx may be dy
	out     Var
}

// elementwise records f, whose result has the shape of x; its backward allows dx
// to be dy.
func elementwise[F function](t *Tape, x *Var, f F) *Var { return record(t, x, x.Value.Shape, f, true) }

// reduction records f with a result of the given shape.
func reduction[F function](t *Tape, x *Var, shape tensor.Shape, f F) *Var {
	return record(t, x, shape, f, false)
}

func record[F function](t *Tape, x *Var, shape tensor.Shape, f F, inPlace bool) *Var {
	op := Next[unary[F]](t)
	op.f, op.x, op.inPlace = f, x, inPlace
	y := t.result(&op.out, op, shape, x)
	if f.reads().x {
		t.backwardReads(y, x)
	}
	if f.reads().y {
		t.backwardReads(y, y)
	}
	if t.bound > 0 && y.needsGrad {
		t.computesAgain(y, op, false, 1, x)
	}
	f.forward(y.Value, x.Value)
	return y
}

func (op *unary[F]) compute(t *Tape, y *Var) {
	t.restore(op.x)
	op.f.forward(t.revive(y), op.x.Value)
}

func (op *unary[F]) Backward(t *Tape) {
	dy := op.out.Grad
	var dx *tensor.Tensor
	if op.inPlace {
		dx = t.gradientInPlace(op.x, &op.out)
	} else {
		dx = t.Gradient(op.x)
	}
	op.f.backward(dx, dy, op.out.Value, op.x.Value)
	t.Deliver(op.x, dx)
}
