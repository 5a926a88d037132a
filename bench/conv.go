package bench

import (
	"fmt"

	"sdrm/tensor"
)

// The passes of a convolution.
const (
	Forward    = "fwd"
	GradInput  = "dgrad"
	GradWeight = "wgrad"
)

// ConvShape is a square convolution of a batch of square maps.
type ConvShape struct {
	Batch, Size, In, Out int
	tensor.ConvGeometry
}

// Conv is one pass of a convolution.
type Conv struct {
	Shape ConvShape
	pass  tensor.ConvPass
	run   func()
}

// NewConv returns a pass on random tensors.
func NewConv(s ConvShape, pass string) (*Conv, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("bench: conv: %w", err)
	}
	in := tensor.Shape{s.Batch, s.Size, s.Size, s.In}
	x, w := uniform(0, in), uniform(1, tensor.Shape{s.Kernel, s.Kernel, s.GroupIn(s.In), s.Out})
	y, bias := uniform(2, s.ConvGeometry.Out(in, s.Out)), uniform(3, tensor.Shape{1, 1, 1, s.Out})
	conv, c := tensor.Conv{Weights: w, Bias: bias, Geometry: s.ConvGeometry}, &Conv{Shape: s}
	switch pass {
	case Forward:
		c.pass, c.run = tensor.ConvForward, func() { tensor.Conv2D(y, x, conv) }
	case GradInput:
		c.pass, c.run = tensor.ConvGradInput, func() { tensor.Conv2DGradInput(x, y, conv) }
	case GradWeight:
		c.pass, c.run = tensor.ConvGradWeights, func() { tensor.Conv2DGradWeights(conv, x, y) }
	default:
		return nil, fmt.Errorf("bench: conv: pass is %q, want %s, %s or %s", pass, Forward, GradInput, GradWeight)
	}
	return c, nil
}

// check returns an error that names what there is no convolution of.
func (s ConvShape) check() error {
	for _, f := range []struct {
		name         string
		found, least int
	}{
		{"batch", s.Batch, 1}, {"size", s.Size, 1}, {"cin", s.In, 1}, {"cout", s.Out, 1},
		{"kernel", s.Kernel, 1}, {"stride", s.Stride, 1}, {"padding", s.Pad, 0}, {"groups", s.Groups, 0},
	} {
		if f.found < f.least {
			return fmt.Errorf("%s is %d, want at least %d", f.name, f.found, f.least)
		}
	}
	if s.Size+2*s.Pad < s.Kernel {
		return fmt.Errorf("kernel is %d, want at most %d, the padded map", s.Kernel, s.Size+2*s.Pad)
	}
	if groups := max(1, s.Groups); s.In%groups != 0 || s.Out%groups != 0 {
		return fmt.Errorf("groups are %d, want a divisor of %d and %d channels", s.Groups, s.In, s.Out)
	}
	return nil
}

// Run computes the pass.
func (c *Conv) Run() { c.run() }

// Flops returns the floating-point operations of the direct method, padding
// included: the count by which all algorithms are compared.
func (c *Conv) Flops() float64 {
	s := c.Shape
	out := s.ConvGeometry.Out(tensor.Shape{s.Batch, s.Size, s.Size, s.In}, s.Out)
	return 2 * float64(out.Len()) * float64(s.Kernel*s.Kernel*s.GroupIn(s.In))
}

// Algorithm names the algorithm that the pass is computed by.
func (c *Conv) Algorithm() string {
	s := c.Shape
	return s.ConvGeometry.Algorithm(c.pass, tensor.Shape{s.Batch, s.Size, s.Size, s.In}, s.Out).String()
}
