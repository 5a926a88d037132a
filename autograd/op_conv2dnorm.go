package autograd

import "sdrm/tensor"

// Conv2DNorm is Conv2D, then BatchNorm2D and what follows that, with the same
// bits:
//
//	z = conv(x),  y = (z − mean)/√(var + ε) · gamma + beta
//
// The statistics are gathered, or if n is Fixed the result finished and z never
// stored, while z is in the cache. On the way back y is computed again where it
// is read, from z, and dz is written over z, unless both gradients of the convolution
// are computed in one pass, which makes dz where it is read. Followed by a convolution, y is not
// computed at all: that normalises what it reads of z.
func Conv2DNorm(t *Tape, x *Var, c ConvParams, n NormParams, then tensor.AfterNorm) *Var {
	return recordConv2DNorm(t, x, c, n, then, nil)
}

// Conv2DNormAddReLU is Conv2D, then BatchNorm2D, Add and ReLU in one pass over the
// map, with the same bits:
//
//	y = max(Conv2DNorm(x) + plus, 0)
func Conv2DNormAddReLU(t *Tape, x *Var, c ConvParams, n NormParams, plus *Var) *Var {
	return recordConv2DNorm(t, x, c, n, tensor.NormAddReLU, plus)
}

func recordConv2DNorm(t *Tape, x *Var, c ConvParams, n NormParams, then tensor.AfterNorm, plus *Var) *Var {
	op, pinned := Next[conv2DNorm](t), len(t.pinned)
	op.x, op.conv, op.norm, op.plus = x, c, newNorm(t, n, then), plus
	read, before := t.read(x)
	z := c.out(x)
	if !n.Fixed {
		t.result(&op.z, op, z)
	}
	y := op.norm.result(t, &op.out, op, z, x, c.Weight, c.Bias, n.Gamma, n.Beta, plus)
	c.backwardReads(t, y, x)
	op.norm.backwardReads(t, y)
	if plus != nil {
		op.norm.tensors.Plus = plus.Value
	}
	if n.Fixed {
		tensor.Conv2DNormInference(y.Value, read, c.tensors(before), op.norm.tensors)
		t.unpin(pinned)
		return y
	}
	tensor.Conv2DNormTraining(y.Value, op.z.Value, read, c.tensors(before), op.norm.tensors)
	t.unpin(pinned)
	if y.needsGrad {
		t.backwardReads(y, &op.z)
		c.computesAgain(t, &op.z, op, x)
		t.computesAgain(y, op, true, 2, &op.z, n.Gamma, n.Beta, plus)
	}
	t.Done(&op.z)
	return y
}

type conv2DNorm struct {
	x    *Var
	conv ConvParams
	norm norm
	plus *Var // nil: nothing is added
	z    Var  // not of a Fixed normalisation
	out  Var
}

func (op *conv2DNorm) source() (*Var, tensor.NormStats) { return &op.z, op.norm.tensors.Stats }

func (op *conv2DNorm) gradSums(t *Tape) tensor.NormSums { return op.norm.gradSums(t, &op.z) }

func (op *conv2DNorm) compute(t *Tape, v *Var) {
	if v == &op.z {
		op.conv.compute(t, v, op.x)
		return
	}
	if op.plus != nil { // before z, which may be made of the same
		t.restore(op.plus)
		op.norm.tensors.Plus = op.plus.Value
	}
	t.restore(&op.z)
	op.norm.compute(t, v, op.z.Value)
}

func (op *conv2DNorm) Backward(t *Tape) {
	if op.plus == nil && op.fuses() {
		op.backwardInOne(t)
		return
	}
	dz, dy := op.z.Value, op.out.Grad
	if op.norm.Fixed {
		dz = t.get(op.out.shape)
	}
	d := tensor.BatchNormGrads{X: dz}
	if op.plus != nil {
		d.Sum = op.gradientOfSum(t)
	}
	op.norm.backward(t, d, dy, op.out.Value, op.z.Value)
	if op.plus != nil {
		t.deliverOrFree(op.plus, d.Sum)
	}
	t.release(&op.out)
	op.conv.backward(t, op.x, dz)
	t.memory.Put(dz)
	op.z.Value = nil
}

// fuses tells whether both gradients of the convolution are computed in one pass, so
// that dz is never stored.
func (op *conv2DNorm) fuses() bool {
	return !op.norm.Fixed && op.x.needsGrad && op.conv.learns() &&
		tensor.FusesNormGrad(op.x.shape, op.conv.tensors(tensor.NormStats{}), op.norm.tensors.Then)
}

func (op *conv2DNorm) backwardInOne(t *Tape) {
	x, before := t.read(op.x)
	d := tensor.ConvNormGrads{Norm: op.norm.gradients(t)}
	d.Conv = tensor.Conv{Weights: t.gradientOrScratch(op.conv.Weight), Geometry: op.conv.Geometry, Before: before}
	d.X = t.Gradient(op.x)
	if op.x.reads != nil {
		d.Sums = op.x.reads.gradSums(t)
	}
	tensor.Conv2DNormGrad(d, op.out.Grad, op.z.Value, x, op.conv.tensors(tensor.NormStats{}), op.norm.tensors)
	op.norm.deliver(t, d.Norm)
	t.deliverOrFree(op.conv.Weight, d.Conv.Weights)
	t.Deliver(op.x, d.X)
	t.release(&op.z)
}

// gradientOfSum returns where the gradient of what the ReLU is given goes, which is that
// of plus too and to be delivered to it.
func (op *conv2DNorm) gradientOfSum(t *Tape) *tensor.Tensor {
	if op.plus.needsGrad {
		return t.gradientInPlace(op.plus, &op.out)
	}
	return t.get(op.plus.shape)
}
