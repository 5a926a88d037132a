package tensor

import "fmt"

// ConvGeometry is a square convolution's kernel size, stride and zero padding,
// and the number of groups that its channels fall into: output channels see the
// input channels of their own group alone. 0 groups count as one.
type ConvGeometry struct{ Kernel, Stride, Pad, Groups int }

// GroupIn returns how many of cin input channels each output channel sees.
func (g ConvGeometry) GroupIn(cin int) int { return cin / max(1, g.Groups) }

// Out returns the shape of the result on x, padded at least as large as the kernel,
// with cout output channels.
func (g ConvGeometry) Out(x Shape, cout int) Shape {
	h := (x.H()+2*g.Pad-g.Kernel)/g.Stride + 1
	w := (x.W()+2*g.Pad-g.Kernel)/g.Stride + 1
	return Shape{x.N(), h, w, cout}
}

// Conv is a convolution's parameters, or their gradients.
type Conv struct {
	Weights  *Tensor // K×K×Cin/G×Cout for G groups
	Bias     *Tensor // Cout elements; nil for none
	Geometry ConvGeometry
	// Before, if it has any, are the statistics of a batch normalisation with a ReLU
	// that x goes through first: max(x·Scale + Shift, 0) is convolved. The gradient of
	// the input is that of its result.
	Before NormStats
}

// Conv2D computes the cross-correlation y of x, N×H×W×Cin, with the filters of
// c, plus its bias. y has the shape c.Geometry.Out gives.
func Conv2D(y, x *Tensor, c Conv) {
	c.checkTensors("Conv2D", y, x)
	c.convolve(y, y.Shape, x, epilogue{})
}

// Conv2DGradInput computes dx, the gradient of Conv2D's input, from dy, the
// gradient of its output. The bias is not read.
func Conv2DGradInput(dx, dy *Tensor, c Conv) {
	c.checkTensors("Conv2DGradInput", dy, dx)
	c.algorithm(ConvGradInput, dx.Shape, dy.Shape).gradInput(dx, dy, c, epilogue{})
}

// Conv2DGradWeights computes d, the gradients of Conv2D's filters and, unless it
// is nil, its bias, from its input x and the gradient dy of its output.
func Conv2DGradWeights(d Conv, x, dy *Tensor) {
	d.checkTensors("Conv2DGradWeights", dy, x)
	algorithm := d.algorithm(ConvGradWeights, x.Shape, dy.Shape)
	read, scratch := d.readable(algorithm, x, dy.Shape)
	algorithm.gradWeights(d, read, dy)
	Scratch.Put(scratch)
}

func (c Conv) algorithm(pass ConvPass, x, out Shape) convAlgorithm {
	return convAlgorithms[c.Geometry.Algorithm(pass, x, out.C())].convAlgorithm
}

// checkTensors is check, and that the tensors are whole, but for an input that is
// normalised Before.
func (c Conv) checkTensors(fn string, y, x *Tensor) {
	c.check(fn, y.Shape, x.Shape)
	y.mustBeWhole(fn)
	c.checkInput(fn, x)
}

func (c Conv) checkInput(fn string, x *Tensor) {
	if c.Before.Scale == nil {
		x.mustBeWhole(fn)
	}
}

// check panics unless a convolution by c takes x to y.
func (c Conv) check(fn string, y, x Shape) {
	g := c.Geometry
	if g.Kernel < 1 || g.Stride < 1 || g.Pad < 0 || g.Groups < 0 {
		panic(fmt.Sprintf("tensor: %s: no such geometry %+v", fn, g))
	}
	if n := max(1, g.Groups); x.C()%n != 0 || y.C()%n != 0 {
		panic(fmt.Sprintf("tensor: %s: %d and %d channels do not fall into %d groups", fn, x.C(), y.C(), n))
	}
	want := Shape{g.Kernel, g.Kernel, g.GroupIn(x.C()), y.C()}
	if c.Weights.Shape != want {
		panic(fmt.Sprintf("tensor: %s: filters are %v, want %v", fn, c.Weights.Shape, want))
	}
	if x.H()+2*g.Pad < g.Kernel || x.W()+2*g.Pad < g.Kernel { // Out may give a pixel: Go divides towards 0
		panic(fmt.Sprintf("tensor: %s: kernel %d with padding %d does not fit input %v", fn, g.Kernel, g.Pad, x))
	}
	if out := g.Out(x, y.C()); y != out {
		panic(fmt.Sprintf("tensor: %s: output is %v, want %v for input %v", fn, y, out, x))
	}
	c.checkBefore(fn, x)
	if c.Bias != nil && len(c.Bias.Data) != y.C() {
		panic(fmt.Sprintf("tensor: %s: bias has %d elements, want %d", fn, len(c.Bias.Data), y.C()))
	}
}
