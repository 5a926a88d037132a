package autograd

import "sdrm/tensor"

// Conv2DNorm is Conv2D, then BatchNorm2D and what follows that, with the same
// bits:
//
//	z = conv(x),  y = (z − mean)/√(var + ε) · gamma + beta
//
// The statistics are gathered, or if n is Fixed the result finished and z never
// stored, while z is in the cache. On the way back dz is written over z.
func Conv2DNorm(t *Tape, x *Var, c ConvParams, n NormParams, then tensor.AfterNorm) *Var {
	op := Next[conv2DNorm](t)
	op.x, op.conv, op.norm, op.z = x, c, newNorm(t, n, then), nil
	z := c.out(x)
	if !n.Fixed {
		op.z = t.Saved(z)
	}
	y := t.Output(&op.out, op, then.Out(z), x, c.Weight, c.Bias, n.Gamma, n.Beta)
	if n.Fixed {
		tensor.Conv2DNormInference(y.Value, x.Value, c.tensors(), op.norm.tensors)
	} else {
		tensor.Conv2DNormTraining(y.Value, op.z, x.Value, c.tensors(), op.norm.tensors)
	}
	return y
}

type conv2DNorm struct {
	x    *Var
	conv ConvParams
	norm norm
	z    *tensor.Tensor // nil: not stored
	out  Var
}

func (op *conv2DNorm) Backward(t *Tape) {
	dz := op.z
	if dz == nil {
		dz = t.Saved(op.out.Value.Shape)
	}
	op.norm.backward(t, dz, op.out.Grad, op.out.Value, op.z)
	t.release(&op.out)
	op.conv.backward(t, op.x, dz)
	t.FreeSaved(dz)
}
