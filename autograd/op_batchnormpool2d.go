package autograd

import "sdrm/tensor"

// BatchNormPool2D is BatchNorm2D with its ReLU followed by MaxPool2D of 2×2
// windows, with the same bits, but without the map in between. x must fit
// tensor.NormPoolFits.
func BatchNormPool2D(t *Tape, x, gamma, beta *Var, running tensor.RunningStats) *Var {
	op := Next[batchNormPool2D](t)
	op.x, op.gamma, op.beta = x, gamma, beta
	y := t.Output(&op.out, op, halving.Out(x.Value.Shape), x, gamma, beta)
	if t.Mode == Inference {
		tensor.BatchNormPoolInference(y.Value, x.Value, gamma.Value, beta.Value, running)
		return y
	}
	op.stats = tensor.NormStatsIn(t.Saved(tensor.NormStatsShape(x.Value.Shape.C())))
	tensor.BatchNormPool(y.Value, x.Value, x.moments, gamma.Value, beta.Value, op.stats, running)
	t.freeMoments(x)
	return y
}

// halving is the pooling that follows a normalisation in the same op.
var halving = tensor.PoolGeometry{Kernel: 2, Stride: 2}

type batchNormPool2D struct {
	x, gamma, beta *Var
	stats          tensor.NormStats
	out            Var
}

func (op *batchNormPool2D) Backward(t *Tape) {
	x := op.x.Value
	dgamma, dbeta := t.gradientOrScratch(op.gamma), t.gradientOrScratch(op.beta)
	var dx *tensor.Tensor
	if op.x.needsGrad {
		dx = t.GradientOverValue(op.x)
	}
	tensor.BatchNormPoolGrad(dx, dgamma, dbeta, op.out.Grad, op.out.Value, x, op.gamma.Value, op.stats)
	t.deliverOrFree(op.gamma, dgamma)
	t.deliverOrFree(op.beta, dbeta)
	if op.x.needsGrad {
		t.Deliver(op.x, dx)
	}
}
