package attacks

import (
	"sdrm/autograd"
	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// overlay lays patterns over the samples of x, N×H×W×C, as far as masks, N×H×W×1,
// say: sample i gets those of sample s = source[i], or none if that is negative.
//
//	y[i] = x[i] + (p[s] − x[i])·m[s],  dp[s] = Σ over i with source s of dy[i]·m[s]
//
// x and the masks are constants to the gradient.
func overlay(t *autograd.Tape, x, patterns, masks *autograd.Var, source []int) *autograd.Var {
	op := autograd.Next[overlayOp](t)
	op.x, op.patterns, op.masks = x.Value, patterns, masks.Value
	op.source = append(op.source[:0], source...)
	y := t.Output(&op.out, op, x.Value.Shape, patterns)
	overlayLoop.Run(len(source), op)
	return y
}

type overlayOp struct {
	x, masks *tensor.Tensor
	patterns *autograd.Var
	source   []int
	gradient *tensor.Tensor // of the patterns
	out      autograd.Var
}

// overlayLoop makes sample i.
var overlayLoop = parallel.NewLoop(func(p **overlayOp, i int) {
	op, c := *p, (*p).x.Shape.C()
	y, x, s := op.out.Value.Sample(i), op.x.Sample(i), op.source[i]
	copy(y, x)
	if s < 0 {
		return
	}
	pattern := op.patterns.Value.Sample(s)
	for pixel, m := range op.masks.Sample(s) {
		for k := pixel * c; k < (pixel+1)*c; k++ {
			y[k] = x[k] + float32((pattern[k]-x[k])*m)
		}
	}
})

// Backward adds up the gradient of each pattern.
func (op *overlayOp) Backward(t *autograd.Tape) {
	op.gradient = t.Gradient(op.patterns)
	overlayGradLoop.Run(len(op.source), op)
	t.Deliver(op.patterns, op.gradient)
}

// overlayGradLoop makes the gradient of pattern s.
var overlayGradLoop = parallel.NewLoop(func(p **overlayOp, s int) {
	op, c := *p, (*p).x.Shape.C()
	gradient, mask := op.gradient.Sample(s), op.masks.Sample(s)
	clear(gradient)
	for i, source := range op.source {
		if source != s {
			continue
		}
		dy := op.out.Grad.Sample(i)
		for pixel, m := range mask {
			for k := pixel * c; k < (pixel+1)*c; k++ {
				gradient[k] += float32(dy[k] * m)
			}
		}
	}
})
