package autograd

import "sdrm/tensor"

// ScaleChannels multiplies every channel of every sample of x with a factor of
// its own; s is {N,1,1,C}.
//
//	y[n,i,j,c] = x[n,i,j,c]·s[n,c]
//	dx[n,i,j,c] = dy[n,i,j,c]·s[n,c],  ds[n,c] = Σ_{i,j} dy[n,i,j,c]·x[n,i,j,c]
func ScaleChannels(t *Tape, x, s *Var) *Var {
	op := Next[scaleChannels](t)
	op.x, op.s = x, s
	y := t.result(&op.out, op, x.Value.Shape, x, s)
	t.backwardReads(y, s)
	if s.needsGrad {
		t.backwardReads(y, x)
	}
	tensor.ScaleChannels(y.Value, x.Value, s.Value)
	return y
}

type scaleChannels struct {
	x, s *Var
	out  Var
}

func (op *scaleChannels) Backward(t *Tape) {
	dy := op.out.Grad
	t.contribute(op.s, func(ds *tensor.Tensor) { tensor.ScaleChannelsGrad(ds, dy, op.x.Value) })
	if op.x.needsGrad {
		dx := t.gradientInPlace(op.x, &op.out)
		tensor.ScaleChannels(dx, dy, op.s.Value)
		t.Deliver(op.x, dx)
	}
}
