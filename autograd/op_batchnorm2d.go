package autograd

import "sdrm/tensor"

// BatchNorm2D normalises every channel of x, with the statistics of the batch
// in training (which also move the running ones) and with the running ones in
// inference:
//
//	y = (x − mean)/√(var + ε) · gamma + beta
//
// followed by a ReLU if relu; the two together read x once. The gradient is
// tensor.BatchNormGrad's.
func BatchNorm2D(t *Tape, x, gamma, beta *Var, running tensor.RunningStats, relu bool) *Var {
	op := Next[batchNorm2D](t)
	op.x, op.gamma, op.beta, op.relu = x, gamma, beta, relu
	y := t.Output(&op.out, op, x.Value.Shape, x, gamma, beta)
	if t.Mode == Inference {
		tensor.BatchNormInference(y.Value, x.Value, gamma.Value, beta.Value, running, relu)
		return y
	}
	op.stats = tensor.NormStatsIn(t.Saved(tensor.NormStatsShape(x.Value.Shape.C())))
	tensor.BatchNorm(y.Value, x.Value, x.moments, gamma.Value, beta.Value, op.stats, running, relu)
	t.freeMoments(x)
	return y
}

type batchNorm2D struct {
	x, gamma, beta *Var
	relu           bool
	stats          tensor.NormStats
	out            Var
}

func (op *batchNorm2D) Backward(t *Tape) {
	dy := op.out.Grad
	dgamma, dbeta := t.gradientOrScratch(op.gamma), t.gradientOrScratch(op.beta)
	var dx *tensor.Tensor
	if op.x.needsGrad {
		dx = t.GradientInPlace(op.x, &op.out)
	}
	tensor.BatchNormGrad(dx, dgamma, dbeta, dy, op.x.Value, op.gamma.Value, op.stats, op.relu)
	t.deliverOrFree(op.gamma, dgamma)
	t.deliverOrFree(op.beta, dbeta)
	if op.x.needsGrad {
		t.Deliver(op.x, dx)
	}
}
