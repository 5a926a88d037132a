package autograd

import "sdrm/tensor"

// Conv2DNorm is Conv2D followed by BatchNormFixed2D and what comes after that,
// with the same bits, but without the maps in between: the result is finished
// while it is in the cache. Everything but x is a constant, b may be nil:
//
//	y = (conv(x) − mean)/√(var + ε) · gamma + beta,  dx = convᵀ(dy · gamma/√(var + ε))
//
// A result that is pooled must fit tensor.NormPoolFits and has no gradient.
func Conv2DNorm(t *Tape, x *Var, w, b, gamma, beta *tensor.Tensor, running tensor.RunningStats, g tensor.ConvGeometry, then AfterNorm) *Var {
	op := Next[conv2DNorm](t)
	op.x, op.w, op.gamma, op.running, op.g, op.then = x, w, gamma, running, g, then
	shape := g.Out(x.Value.Shape, w.Shape.C())
	if then == NormReLUPool {
		y := t.Output(&op.out, op, halving.Out(shape), x)
		tensor.Conv2DNormPool(y.Value, x.Value, w, b, gamma, beta, running, g)
		return y
	}
	y := t.Output(&op.out, op, shape, x)
	tensor.Conv2DNorm(y.Value, x.Value, w, b, gamma, beta, running, g, then == NormReLU)
	return y
}

// AfterNorm is what comes after a batch normalisation in the same op.
type AfterNorm int

// What may come after it.
const (
	NormOnly     AfterNorm = iota
	NormReLU               // a ReLU
	NormReLUPool           // a ReLU, then MaxPool2D of 2×2 windows
)

type conv2DNorm struct {
	x        *Var
	w, gamma *tensor.Tensor
	running  tensor.RunningStats
	g        tensor.ConvGeometry
	then     AfterNorm
	out      Var
}

func (op *conv2DNorm) Backward(t *Tape) {
	if op.then == NormReLUPool {
		panic("autograd: Conv2DNorm: a pooled result has no gradient")
	}
	dz := t.Scratch(op.out.Value.Shape)
	tensor.BatchNormInferenceGrad(dz, op.out.Grad, op.out.Value, op.gamma, op.running, op.then == NormReLU)
	dx := t.Gradient(op.x)
	tensor.Conv2DGradInput(dx, dz, op.w, op.g)
	t.Free(dz)
	t.Deliver(op.x, dx)
}
