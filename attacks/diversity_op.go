package attacks

import (
	"math"

	"sdrm/autograd"
	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// diversity tells how alike is what is made of images that differ: with the root
// mean square d of the difference of two samples, and ε,
//
//	L = (1/N)·Σ_i d(x[i], x[j]) / (d(g[i], g[j]) + ε),  j = i + 1, after the last the first,
//
// a single number. x is a constant to the gradient, and where g[i] = g[j] their
// pair, whose distance has no derivative, adds none.
func diversity(t *autograd.Tape, x, g *autograd.Var, epsilon float64) *autograd.Var {
	op := autograd.Next[diversityOp](t)
	n := x.Value.Shape.N()
	op.x, op.g, op.epsilon = x.Value, g, epsilon
	if cap(op.pairs) < n {
		op.pairs = make([]diversityPair, n)
	}
	op.pairs = op.pairs[:n]
	diversityLoop.Run(n, op)
	sum := 0.0
	for _, p := range op.pairs {
		sum += p.ratio
	}
	y := t.Output(&op.out, op, tensor.Shape{1, 1, 1, 1}, g)
	y.Value.Data[0] = float32(sum / float64(n))
	return y
}

type diversityOp struct {
	x        *tensor.Tensor
	g        *autograd.Var
	epsilon  float64
	pairs    []diversityPair
	gradient *tensor.Tensor
	out      autograd.Var
}

// diversityPair is that of a sample and the one after it.
type diversityPair struct {
	ratio float64
	slope float64 // of N·L, for a difference of 1 in an element of g
}

// diversityLoop measures pair i.
var diversityLoop = parallel.NewLoop(func(p **diversityOp, i int) {
	op := *p
	j := (i + 1) % len(op.pairs)
	g := op.g.Value.Sample(i)
	images, made := rootMeanSquare(op.x.Sample(i), op.x.Sample(j)), rootMeanSquare(g, op.g.Value.Sample(j))
	below := made + op.epsilon
	pair := diversityPair{ratio: images / below}
	if made > 0 {
		pair.slope = -images / (float64(below*below) * float64(made*float64(len(g))))
	}
	op.pairs[i] = pair
})

// rootMeanSquare returns that of the difference of two samples.
func rootMeanSquare(a, b []float32) float64 {
	sum := 0.0
	for k, v := range a {
		d := float64(v) - float64(b[k])
		sum += float64(d * d)
	}
	return math.Sqrt(sum / float64(len(a)))
}

// Backward gives each sample what both of its pairs do.
func (op *diversityOp) Backward(t *autograd.Tape) {
	op.gradient = t.Gradient(op.g)
	diversityGradLoop.Run(len(op.pairs), op)
	t.Deliver(op.g, op.gradient)
}

// diversityGradLoop makes the gradient of sample i.
var diversityGradLoop = parallel.NewLoop(func(p **diversityOp, i int) {
	op := *p
	n := len(op.pairs)
	before, after := (i+n-1)%n, (i+1)%n
	dy := float64(op.out.Grad.Data[0]) / float64(n)
	toAfter, toBefore := float32(dy*op.pairs[i].slope), float32(dy*op.pairs[before].slope)
	g, previous, next := op.g.Value.Sample(i), op.g.Value.Sample(before), op.g.Value.Sample(after)
	for k, v := range g {
		op.gradient.Sample(i)[k] = float32(toAfter*(v-next[k])) + float32(toBefore*(v-previous[k]))
	}
})
