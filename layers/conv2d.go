package layers

import (
	"sdrm/autograd"
	"sdrm/tensor"
)

// Conv2D is a convolution. Its weights are {K,K,Cin/G,Cout} for G groups.
type Conv2D struct{ autograd.ConvParams }

// NewConv2D returns a convolution of in channels into out channels.
func NewConv2D(b *Builder, in, out int, g tensor.ConvGeometry, bias bool, init Init) *Conv2D {
	taps, seen := g.Kernel*g.Kernel, g.GroupIn(in)
	l := &Conv2D{autograd.ConvParams{Geometry: g}}
	l.Weight = b.parameter(tensor.Shape{g.Kernel, g.Kernel, seen, out}, init.weights(seen*taps, out*taps))
	if bias {
		l.Bias = b.parameter(tensor.Shape{1, 1, 1, out}, init.bias(seen*taps))
	}
	return l
}

// Forward convolves x.
func (l *Conv2D) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return autograd.Conv2D(t, x, l.params(t))
}

// params returns the parameters as the pass sees them.
func (l *Conv2D) params(t *autograd.Tape) autograd.ConvParams {
	return autograd.ConvParams{Weight: t.Param(l.Weight), Bias: t.Param(l.Bias), Geometry: l.Geometry}
}

// Visit visits "weight" and, if there is one, "bias".
func (l *Conv2D) Visit(prefix string, visit func(Entry)) {
	visit(parameter(prefix+"weight", Filters, l.Weight))
	if l.Bias != nil {
		visit(parameter(prefix+"bias", Vector, l.Bias))
	}
}
