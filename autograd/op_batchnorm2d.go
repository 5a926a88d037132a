package autograd

import "sdrm/tensor"

// NormParams are the parameters of a batch normalisation.
type NormParams struct {
	Gamma, Beta *Var // an element per channel
	Running     tensor.RunningStats
	// Fixed says that the running statistics are constants to normalise with, and
	// that gamma and beta need no gradient. Else the statistics are the batch's,
	// which also move the running ones.
	Fixed bool
}

// BatchNorm2D normalises every channel of x,
//
//	y = (x − mean)/√(var + ε) · gamma + beta,
//
// and does what follows, which takes no further pass over the map: all but
// tensor.NormAddReLU. What a convolution follows is not computed: that normalises
// what it reads of x. The gradient is tensor.BatchNormGrad's, or
// tensor.BatchNormInferenceGrad's if n is Fixed: a result that is pooled has none
// then.
func BatchNorm2D(t *Tape, x *Var, n NormParams, then tensor.AfterNorm) *Var {
	op, pinned := Next[batchNorm2D](t), len(t.pinned)
	op.x, op.norm = x, newNorm(t, n, then)
	if x.place != nil {
		op.norm.tensors.Moments = &x.place.moments
	}
	read := t.where(x)
	y := op.norm.result(t, &op.out, op, x.shape, x, n.Gamma, n.Beta)
	if n.Fixed {
		op.norm.backwardReads(t, y)
		tensor.BatchNormInference(y.Value, read, op.norm.tensors)
	} else {
		t.backwardRestores(y, x)
		op.norm.backwardReads(t, y)
		if y.needsGrad {
			t.computesAgain(y, op, true, 2, x, n.Gamma, n.Beta)
		}
		tensor.BatchNormTraining(y.Value, read, op.norm.tensors)
	}
	t.unpin(pinned)
	return y
}

type batchNorm2D struct {
	x    *Var
	norm norm
	out  Var
}

func (op *batchNorm2D) source() (*Var, tensor.NormStats) { return op.x, op.norm.tensors.Stats }

func (op *batchNorm2D) gradSums(t *Tape) tensor.NormSums { return op.norm.gradSums(t, op.x) }

func (op *batchNorm2D) compute(t *Tape, y *Var) {
	op.norm.compute(t, y, t.where(op.x))
}

func (op *batchNorm2D) Backward(t *Tape) {
	dy := op.out.Grad
	var x *tensor.Tensor // a Fixed normalisation has no use for it
	if !op.norm.Fixed {
		x = t.where(op.x)
	}
	switch {
	case !op.x.needsGrad:
		op.norm.backward(t, tensor.BatchNormGrads{}, dy, op.out.Value, x)
	case op.x.hasGrad && !op.norm.Fixed:
		op.norm.backward(t, tensor.BatchNormGrads{X: op.x.Grad, Adds: true}, dy, op.out.Value, x)
	default:
		dx := t.gradientInPlace(op.x, &op.out)
		op.norm.backward(t, tensor.BatchNormGrads{X: dx}, dy, op.out.Value, x)
		t.Deliver(op.x, dx)
	}
}

// norm is the state of a batch normalisation in an op.
type norm struct {
	NormParams
	tensors tensor.BatchNorm
}

func newNorm(t *Tape, n NormParams, then tensor.AfterNorm) norm {
	if n.Fixed && (n.Gamma.needsGrad || n.Beta.needsGrad) {
		panic("autograd: BatchNorm2D: with fixed statistics gamma and beta have no gradient")
	}
	if n.Fixed && then == tensor.NormReLUConv {
		panic("autograd: BatchNorm2D: with fixed statistics the result is stored")
	}
	stats := tensor.NormStatsIn(t.Saved(tensor.NormStatsShape(len(n.Gamma.Value.Data))))
	return norm{n, tensor.BatchNorm{Gamma: n.Gamma.Value, Beta: n.Beta.Value, Running: n.Running, Stats: stats, Then: then}}
}

// result prepares v as the result of op for a map of shape x. It is not stored where
// a convolution follows, unless no gradient keeps what that reads in its place.
func (n *norm) result(t *Tape, v *Var, op normalisedOp, x tensor.Shape, inputs ...*Var) *Var {
	if n.tensors.Then != tensor.NormReLUConv {
		return t.result(v, op, n.tensors.Then.Out(x), inputs...)
	}
	if t.unstored(v, op, x, inputs...); v.needsGrad {
		v.reads = op
	} else {
		v.Value = t.get(x)
	}
	return v
}

// gradSums restores x, what was normalised, for the sums over the gradient, and
// returns where they are kept until backward.
func (n *norm) gradSums(t *Tape, x *Var) tensor.NormSums {
	if n.tensors.Sums != nil {
		panic("autograd: BatchNorm2D: two convolutions read a result that is not stored")
	}
	n.tensors.Sums = t.get(tensor.NormSumsShape(x.shape))
	return tensor.NormSums{X: t.where(x), Stats: n.tensors.Stats, Sums: n.tensors.Sums}
}

type normalisedOp interface {
	Op
	normalised
}

// backwardReads says what backward reads beside the input, where y is the result
// of the op.
func (n *norm) backwardReads(t *Tape, y *Var) {
	t.backwardReads(y, n.Gamma, n.Beta)
	if then := n.tensors.Then; then == tensor.NormReLUPool || then == tensor.NormAddReLU || n.Fixed && then == tensor.NormReLU {
		t.backwardReads(y, y)
	}
}

// compute sets y to the result for x once more.
func (n *norm) compute(t *Tape, y *Var, x *tensor.Tensor) {
	t.restore(n.Gamma)
	t.restore(n.Beta)
	n.tensors.Gamma, n.tensors.Beta = n.Gamma.Value, n.Beta.Value
	tensor.BatchNormAgain(t.revive(y), x, n.tensors)
}

// backward delivers the gradients of gamma and beta and computes that of x, unless
// d.X is nil, and after NormAddReLU d.Sum.
func (n *norm) backward(t *Tape, d tensor.BatchNormGrads, dy, y, x *tensor.Tensor) {
	if n.Fixed {
		n.tensors.Gamma, n.tensors.Beta = n.Gamma.Value, n.Beta.Value
		b := n.tensors
		if b.Then == tensor.NormAddReLU {
			tensor.ReLUGrad(d.Sum, dy, y)
			dy, b.Then = d.Sum, tensor.NormOnly
		}
		tensor.BatchNormInferenceGrad(d.X, dy, y, b)
		return
	}
	of := n.gradients(t)
	of.X, of.Sum, of.Adds = d.X, d.Sum, d.Adds
	tensor.BatchNormGrad(of, dy, y, x, n.tensors)
	n.deliver(t, of)
}

// gradients returns where the gradients of gamma and beta go until deliver.
func (n *norm) gradients(t *Tape) tensor.BatchNormGrads {
	n.tensors.Gamma, n.tensors.Beta = n.Gamma.Value, n.Beta.Value
	return tensor.BatchNormGrads{Gamma: t.gradientOrScratch(n.Gamma), Beta: t.gradientOrScratch(n.Beta)}
}

func (n *norm) deliver(t *Tape, d tensor.BatchNormGrads) {
	t.memory.Put(n.tensors.Sums)
	n.tensors.Sums = nil
	t.deliverOrFree(n.Gamma, d.Gamma)
	t.deliverOrFree(n.Beta, d.Beta)
}
