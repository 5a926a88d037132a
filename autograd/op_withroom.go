package autograd

import "sdrm/tensor"

// WithRoom is x, with memory for so many channels in front of its own, where
// ConcatChannels puts them: what layer after layer of a densely connected block joins
// to a map is copied once. The gradient is that of x. The results are not stored by
// themselves, and read by BatchNorm2D and ConcatChannels alone. In a pass that does
// not train it is x itself.
func WithRoom(t *Tape, x *Var, channels int) *Var {
	if t.Mode != Training || !x.needsGrad {
		return x
	}
	op := Next[withRoom](t)
	all := x.shape
	all[3] += channels
	op.x, op.free = x, all.C()
	t.result(&op.all, op, all)
	op.moments = t.Saved(tensor.MomentsShape(all))
	y := t.unstored(&op.out, op, x.shape, x)
	t.computesAgain(y, op, false, 1)
	op.put(t, y, &op.place, x)
	return y
}

type withRoom struct {
	x       *Var
	all     Var            // all channels, those too that are not there yet
	moments *tensor.Tensor // of all channels, which a normalisation needs
	free    int            // channels in front that are not there yet
	place   place
	out     Var
}

func (op *withRoom) Backward(t *Tape) {
	t.contribute(op.x, func(dx *tensor.Tensor) { tensor.TakeChannels(dx, op.out.Grad, 0) })
	t.release(&op.all)
}

func (op *withRoom) compute(t *Tape, y *Var) { op.place.compute(t, y) }

// put puts the channels of x before those that are there. All of them together are y,
// whose place at is.
func (op *withRoom) put(t *Tape, y *Var, at *place, x *Var) {
	c, pinned := x.shape.C(), len(t.pinned)
	front := t.where(x)
	op.free -= c
	tensor.PutChannels(op.all.Value, front, op.free)
	moments := op.moments.Channels(op.free, c)
	tensor.Moments(&moments, front)
	t.unpin(pinned)
	at.room = op
	at.value = op.all.Value.Channels(op.free, y.shape.C())
	at.moments = op.moments.Channels(op.free, y.shape.C())
	y.place = at
}

// hasRoom tells whether v lies in a room, with nothing but free channels in front, and
// so many of them.
func (v *Var) hasRoom(channels int) bool {
	return v.place != nil && v.place.room.free >= channels && v.place.room.free == v.place.first()
}

// place is where a value lies in a room: the last of its channels.
type place struct {
	room                 *withRoom
	value, grad, moments tensor.Tensor
}

func (p *place) first() int { return p.room.all.shape.C() - p.value.Shape.C() }

// compute sets the value of y, whose place it is.
func (p *place) compute(t *Tape, y *Var) { tensor.TakeChannels(t.revive(y), &p.value, 0) }

// where restores v and returns where its value lies, which may be channels of a map.
func (t *Tape) where(v *Var) *tensor.Tensor {
	if v.place != nil {
		return &v.place.value
	}
	t.restore(v)
	return v.Value
}

// deliverToPlace is Deliver for a value that lies in a room, and so does its gradient.
func (t *Tape) deliverToPlace(v *Var, g *tensor.Tensor) {
	all := &v.place.room.all
	if !all.hasGrad && v.place.first() == 0 {
		all.Grad, all.hasGrad = g, true
		v.takePlaceGrad()
		return
	}
	if !all.hasGrad {
		all.Grad, all.hasGrad = t.get(all.shape), true
		tensor.Zero(all.Grad)
	}
	v.takePlaceGrad()
	tensor.AddChannels(v.Grad, g)
	t.memory.Put(g)
}

// takePlaceGrad makes the gradient that its room holds v's.
func (v *Var) takePlaceGrad() {
	p := v.place
	p.grad = p.room.all.Grad.Channels(p.first(), v.shape.C())
	v.Grad, v.hasGrad = &p.grad, true
}
