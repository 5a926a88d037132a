package autograd

import "sdrm/tensor"

// ConvParams are the parameters of a convolution.
type ConvParams struct {
	Weight   *Var // the filters, K×K×Cin/G×Cout for G groups
	Bias     *Var // Cout elements; nil for none
	Geometry tensor.ConvGeometry
}

// Conv2D is the cross-correlation of x, N×H×W×Cin, with the filters w plus a
// bias b per output channel.
//
//	y[n,i,j,o] = b[o] + Σ_{r,s,c} x[n, i·stride+r−pad, j·stride+s−pad, c] · w[r,s,c,o]
func Conv2D(t *Tape, x *Var, c ConvParams) *Var {
	op, pinned := Next[conv2D](t), len(t.pinned)
	op.x, op.conv = x, c
	read, before := t.read(x)
	y := t.result(&op.out, op, c.out(x), x, c.Weight, c.Bias)
	c.backwardReads(t, y, x)
	if y.needsGrad {
		c.computesAgain(t, y, op, x)
	}
	tensor.Conv2D(y.Value, read, c.tensors(before))
	t.unpin(pinned)
	return y
}

type conv2D struct {
	x    *Var
	conv ConvParams
	out  Var
}

func (op *conv2D) compute(t *Tape, y *Var) { op.conv.compute(t, y, op.x) }

func (op *conv2D) Backward(t *Tape) { op.conv.backward(t, op.x, op.out.Grad) }

func (c ConvParams) out(x *Var) tensor.Shape {
	return c.Geometry.Out(x.shape, c.Weight.Value.Shape.C())
}

// tensors returns the convolution of what is normalised before, if there are statistics.
func (c ConvParams) tensors(before tensor.NormStats) tensor.Conv {
	v := tensor.Conv{Weights: c.Weight.Value, Geometry: c.Geometry, Before: before}
	if c.Bias != nil {
		v.Bias = c.Bias.Value
	}
	return v
}

// backwardReads says what backward reads, where y is the result of the op.
func (c ConvParams) backwardReads(t *Tape, y, x *Var) {
	t.backwardReads(y, c.Weight)
	if c.learns() {
		t.backwardRestores(y, x)
	}
}

// computesAgain says that op can convolve x to y again, if there is a Bound.
func (c ConvParams) computesAgain(t *Tape, y *Var, op computed, x *Var) {
	if t.bound > 0 {
		s := c.Weight.Value.Shape
		t.computesAgain(y, op, false, 2*s.N()*s.H()*s.W(), x, c.Weight, c.Bias)
	}
}

// compute convolves x to y again.
func (c ConvParams) compute(t *Tape, y, x *Var) {
	read, before := t.read(x)
	t.restore(c.Weight)
	if c.Bias != nil {
		t.restore(c.Bias)
	}
	tensor.Conv2D(t.revive(y), read, c.tensors(before))
}

// learns tells whether the filters or the bias need a gradient.
func (c ConvParams) learns() bool { return c.Weight.needsGrad || c.Bias != nil && c.Bias.needsGrad }

// backward delivers the gradients of the filters, the bias and x.
func (c ConvParams) backward(t *Tape, x *Var, dy *tensor.Tensor) {
	if c.learns() {
		read, before := t.read(x)
		// The two gradients share one reading of dy.
		biased := c.Bias != nil && c.Bias.needsGrad
		d := tensor.Conv{Weights: t.gradientOrScratch(c.Weight), Geometry: c.Geometry, Before: before}
		if biased {
			d.Bias = t.Gradient(c.Bias)
		}
		tensor.Conv2DGradWeights(d, read, dy)
		t.deliverOrFree(c.Weight, d.Weights)
		if biased {
			t.Deliver(c.Bias, d.Bias)
		}
	}
	t.contribute(x, func(dx *tensor.Tensor) {
		conv := c.tensors(tensor.NormStats{})
		if x.reads == nil {
			tensor.Conv2DGradInput(dx, dy, conv)
			return
		}
		tensor.Conv2DGradInputSums(dx, dy, conv, x.reads.gradSums(t))
	})
}
