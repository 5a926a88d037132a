package autograd

import "sdrm/tensor"

// ConcatChannels is the channels of a and behind them those of b: a is N×H×W×A,
// b is N×H×W×B, the result is N×H×W×(A+B). The first A channels of dy are the
// gradient of a, the others that of b. Where b has room in front, see WithRoom, the
// result is there.
func ConcatChannels(t *Tape, a, b *Var) *Var {
	op, pinned := Next[concatChannels](t), len(t.pinned)
	op.a, op.b = a, b
	s := a.shape
	s[3] += b.shape.C()
	if op.inRoom = b.hasRoom(a.shape.C()); op.inRoom {
		y := t.unstored(&op.out, op, s, a, b)
		t.computesAgain(y, op, false, 1)
		b.place.room.put(t, y, &op.place, a)
		return y
	}
	front, behind := t.where(a), t.where(b)
	y := t.result(&op.out, op, s, a, b)
	if y.needsGrad {
		t.computesAgain(y, op, true, 1, a, b)
	}
	tensor.ConcatChannels(y.Value, front, behind)
	t.unpin(pinned)
	return y
}

type concatChannels struct {
	a, b   *Var
	inRoom bool // b is, and so is the result
	place  place
	out    Var
}

func (op *concatChannels) Backward(t *Tape) {
	dy := op.out.Grad
	t.contribute(op.a, func(da *tensor.Tensor) { tensor.TakeChannels(da, dy, 0) })
	if op.inRoom {
		op.b.takePlaceGrad()
		return
	}
	t.contribute(op.b, func(db *tensor.Tensor) { tensor.TakeChannels(db, dy, op.a.shape.C()) })
}

func (op *concatChannels) compute(t *Tape, y *Var) {
	if op.inRoom {
		op.place.compute(t, y)
		return
	}
	behind := t.where(op.b) // the older one first: a may be made of it
	front := t.where(op.a)
	tensor.ConcatChannels(t.revive(y), front, behind)
}
