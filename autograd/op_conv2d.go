package autograd

import "sdrm/tensor"

// Conv2D is the cross-correlation of x, N×H×W×Cin, with the filters w,
// K×K×Cin×Cout, plus a bias per output channel; b may be nil.
//
//	y[n,i,j,o] = b[o] + Σ_{r,s,c} x[n, i·stride+r−pad, j·stride+s−pad, c] · w[r,s,c,o]
func Conv2D(t *Tape, x, w, b *Var, g tensor.ConvGeometry) *Var {
	y := newConv2D(t, x, w, b, g)
	tensor.Conv2D(y.Value, x.Value, w.Value, valueOf(b), g)
	return y
}

// Conv2DMoments is Conv2D that gathers, while its result is in the cache, what a
// BatchNorm2D or BatchNormPool2D of it needs in training.
func Conv2DMoments(t *Tape, x, w, b *Var, g tensor.ConvGeometry) *Var {
	y := newConv2D(t, x, w, b, g)
	y.moments = t.Scratch(tensor.MomentsShape(y.Value.Shape))
	tensor.Conv2DMoments(y.Value, y.moments, x.Value, w.Value, valueOf(b), g)
	return y
}

func newConv2D(t *Tape, x, w, b *Var, g tensor.ConvGeometry) *Var {
	op := Next[conv2D](t)
	op.x, op.w, op.b, op.g = x, w, b, g
	y := t.Output(&op.out, op, g.Out(x.Value.Shape, w.Value.Shape.C()), x, w, b)
	y.spare = true
	return y
}

type conv2D struct {
	x, w, b *Var
	g       tensor.ConvGeometry
	out     Var
}

func (op *conv2D) Backward(t *Tape) {
	dy := op.out.Grad
	if biased := op.b != nil && op.b.needsGrad; op.w.needsGrad || biased {
		// The two gradients share one reading of dy.
		dw, db := t.gradientOrScratch(op.w), (*tensor.Tensor)(nil)
		if biased {
			db = t.Gradient(op.b)
		}
		tensor.Conv2DGradWeights(dw, db, op.x.Value, dy, op.g)
		t.deliverOrFree(op.w, dw)
		if biased {
			t.Deliver(op.b, db)
		}
	}
	if op.x.needsGrad {
		dx := t.Gradient(op.x)
		tensor.Conv2DGradInput(dx, dy, op.w.Value, op.g)
		t.Deliver(op.x, dx)
	}
}
