package tensor

import (
	"fmt"

	"sdrm/asm"
)

// ConvGeometry is a square convolution's kernel size, stride and zero padding,
// and the number of groups that its channels fall into: output channels see the
// input channels of their own group alone. 0 groups count as one.
type ConvGeometry struct{ Kernel, Stride, Pad, Groups int }

// GroupIn returns how many of cin input channels each output channel sees.
func (g ConvGeometry) GroupIn(cin int) int { return cin / max(1, g.Groups) }

// Out returns the shape of the result on x with cout output channels.
func (g ConvGeometry) Out(x Shape, cout int) Shape {
	h := (x.H()+2*g.Pad-g.Kernel)/g.Stride + 1
	w := (x.W()+2*g.Pad-g.Kernel)/g.Stride + 1
	return Shape{x.N(), h, w, cout}
}

// ConvAlgorithm is a way to compute a convolution. The gradients of a Dense one
// go by Im2col.
type ConvAlgorithm int

// The algorithms. Winograd multiplies least, Pointwise needs no patches.
const (
	Im2col    ConvAlgorithm = iota // products of patches, any geometry
	Pointwise                      // 1×1 kernels: the pixels are the patches
	Winograd2                      // F(2×2,3×3), for maps of 2×2, 1×2 and 2×1 pixels
	Winograd4                      // F(4×4,3×3)
	Dense                          // a product for every pixel of a small result
	Depthwise                      // a filter for every channel
	Grouped                        // each group by itself, by any of the above
)

func (a ConvAlgorithm) String() string {
	return [...]string{"im2col", "pointwise", "winograd2", "winograd4", "dense", "depthwise", "grouped"}[a]
}

// winogradChannels is the least number of input and of output channels for
// which transforms cost less than the products they save.
const winogradChannels = 16

// A Dense product has a row for every image. It pays where padding is a large
// part of what the pixels see, and with images enough to fill the tiles.
const (
	densePixels = 16
	denseImages = 64
)

// Algorithm returns how a convolution of x into cout channels is computed. It
// depends on shapes alone.
func (g ConvGeometry) Algorithm(x Shape, cout int) ConvAlgorithm {
	switch {
	case g.Groups > 1 && g.Groups == x.C() && g.Groups == cout:
		return Depthwise
	case g.Groups > 1:
		return Grouped
	case g.Kernel == 1 && g.Stride == 1 && g.Pad == 0:
		return Pointwise
	case g.Kernel == 3 && g.Stride == 1 && g.Pad == 1 && x.C() >= winogradChannels && cout >= winogradChannels:
		switch side := max(x.H(), x.W()); {
		case side > 2:
			return Winograd4
		case side == 2:
			return Winograd2
		} // one pixel sees one tap
	}
	if out := g.Out(x, cout); g.Pad > 0 && out.H()*out.W() <= densePixels && out.N() >= denseImages {
		return Dense
	}
	return Im2col
}

// Conv2D computes the cross-correlation y of x with the filters w, plus bias.
// x is N×H×W×Cin, w K×K×Cin/G×Cout for G groups, bias has Cout elements or is
// nil, and y has the shape g.Out gives.
func Conv2D(y, x, w, bias *Tensor, g ConvGeometry) {
	checkConv("Conv2D", y.Shape, x, w, bias, g)
	convolve(y, y.Shape, x, w, bias, g, epilogue{})
}

// convolve computes the convolution, of shape out, and what follows it: in the
// cache, where the algorithm takes an epilogue.
func convolve(y *Tensor, out Shape, x, w, bias *Tensor, g ConvGeometry, after epilogue) {
	if !after.empty() && !g.takesEpilogue(x.Shape, out) {
		z := y
		if after.pool {
			z = Scratch.Get(out)
			defer Scratch.Put(z)
		}
		convolve(z, out, x, w, bias, g, epilogue{})
		finishLoop.Run(ceilDiv(out.Rows(), rowChunk), finishArgs{asm.Current(), after, y, z})
		return
	}
	switch g.Algorithm(x.Shape, w.Shape.C()) {
	case Winograd2:
		winogradForward(winograd2, y, out, x, w, bias, after)
	case Winograd4:
		winogradForward(winograd4, y, out, x, w, bias, after)
	case Dense:
		denseForward(y, x, w, bias, g)
	case Depthwise:
		depthwiseForward(y, x, w, bias, g)
	case Grouped:
		groupedForward(y, x, w, bias, g)
	default:
		im2colForward(y, out, x, w, bias, g, after)
	}
}

// Conv2DGradInput computes dx, the gradient of Conv2D's input, from dy, the
// gradient of its output.
func Conv2DGradInput(dx, dy, w *Tensor, g ConvGeometry) {
	checkConv("Conv2DGradInput", dy.Shape, dx, w, nil, g)
	switch g.Algorithm(dx.Shape, w.Shape.C()) {
	case Winograd2:
		winogradGradInput(winograd2, dx, dy, w)
	case Winograd4:
		winogradGradInput(winograd4, dx, dy, w)
	case Pointwise:
		Gemm(dx.Pixels(), dy.Pixels(), w.Pixels().T(), false)
	case Depthwise:
		depthwiseGradInput(dx, dy, w, g)
	case Grouped:
		groupedGradInput(dx, dy, w, g)
	default:
		im2colGradInput(dx, dy, w, g)
	}
}

// Conv2DGradWeights computes dw and, unless it is nil, dbias, the gradients of
// Conv2D's filters and bias, from its input x and the gradient dy of its output.
func Conv2DGradWeights(dw, dbias, x, dy *Tensor, g ConvGeometry) {
	checkConv("Conv2DGradWeights", dy.Shape, x, dw, dbias, g)
	switch g.Algorithm(x.Shape, dw.Shape.C()) {
	case Winograd2:
		winogradGradWeights(winograd2, dw, dbias, x, dy)
	case Winograd4:
		winogradGradWeights(winograd4, dw, dbias, x, dy)
	case Depthwise:
		depthwiseGradWeights(dw, dbias, x, dy, g)
	case Grouped:
		groupedGradWeights(dw, dbias, x, dy, g)
	default:
		im2colGradWeights(dw, dbias, x, dy, g)
	}
}

func checkConv(fn string, y Shape, x, w, bias *Tensor, g ConvGeometry) {
	if g.Kernel < 1 || g.Stride < 1 || g.Pad < 0 || g.Groups < 0 {
		panic(fmt.Sprintf("tensor: %s: no such geometry %+v", fn, g))
	}
	if n := max(1, g.Groups); x.Shape.C()%n != 0 || y.C()%n != 0 {
		panic(fmt.Sprintf("tensor: %s: %d and %d channels do not fall into %d groups", fn, x.Shape.C(), y.C(), n))
	}
	want := Shape{g.Kernel, g.Kernel, g.GroupIn(x.Shape.C()), y.C()}
	if w.Shape != want {
		panic(fmt.Sprintf("tensor: %s: filters are %v, want %v", fn, w.Shape, want))
	}
	if out := g.Out(x.Shape, y.C()); y != out || out.H() < 1 || out.W() < 1 {
		panic(fmt.Sprintf("tensor: %s: output is %v, want %v for input %v", fn, y, out, x.Shape))
	}
	if bias != nil && len(bias.Data) != y.C() {
		panic(fmt.Sprintf("tensor: %s: bias has %d elements, want %d", fn, len(bias.Data), y.C()))
	}
}
