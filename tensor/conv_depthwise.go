package tensor

import (
	"math"

	"sdrm/asm"
	"sdrm/internal/parallel"
)

// A depthwise convolution, where every channel has a filter of its own, is no
// product: it adds up rows of pixels, each times the filter's weights at one tap.
// In the order of the taps, every output is one chain of fma from the bias or 0.
type depthwise struct{}

func (depthwise) fits(_ ConvPass, g ConvGeometry, x, out Shape) bool {
	return g.Groups > 1 && g.Groups == x.C() && g.Groups == out.C()
}

func (depthwise) finishesChunks(Shape) bool { return false }

type depthwiseArgs struct {
	kernels   *asm.Kernels
	Conv                // or its gradients
	x, y      *Tensor   // input and output, or their gradients
	identity  []float32 // 1 and −0 for every channel
	images    int       // images of one task of the weight gradient
	sums      []float32 // its tasks' gradients of the filters, then of the bias
	biasStart int       // where those of the bias begin
}

// runDepthwise runs a loop over the images of a pass that adds products.
func runDepthwise(loop *parallel.Loop[depthwiseArgs], x, y *Tensor, conv Conv) {
	c := x.Shape.C()
	// fma(d, 1, −0) is d, so that NormGrad adds a product to what is there.
	identity := Scratch.Floats(2 * c)
	for i := range c {
		identity.Data[i], identity.Data[c+i] = 1, float32(math.Copysign(0, -1))
	}
	loop.Run(x.Shape.N(), depthwiseArgs{kernels: asm.Current(), Conv: conv, x: x, y: y, identity: identity.Data})
	Scratch.Put(identity)
}

func (depthwise) forward(y *Tensor, _ Shape, x *Tensor, c Conv, _ epilogue) {
	runDepthwise(depthwiseForwardLoop, x, y, c)
}

var depthwiseForwardLoop = parallel.NewLoop(func(a *depthwiseArgs, image int) {
	c, y := a.x.Shape.C(), a.y.Sample(image)
	clear(y)
	if a.Bias != nil {
		a.kernels.AddRow(y, y, a.Bias.Data)
	}
	x := a.x.Sample(image)
	a.eachSpan(func(tap, in, out, n int) {
		a.addProduct(y[out:][:n*c], x[in:][:n*c], tap)
	})
})

func (depthwise) gradInput(dx, dy *Tensor, c Conv) { runDepthwise(depthwiseGradInputLoop, dx, dy, c) }

var depthwiseGradInputLoop = parallel.NewLoop(func(a *depthwiseArgs, image int) {
	c, dx, dy := a.x.Shape.C(), a.x.Sample(image), a.y.Sample(image)
	clear(dx)
	a.eachSpan(func(tap, in, out, n int) {
		a.addProduct(dx[in:][:n*c], dy[out:][:n*c], tap)
	})
})

// addProduct adds pixels of src times the weights at a tap to those of dst.
func (a *depthwiseArgs) addProduct(dst, src []float32, tap int) {
	c := a.x.Shape.C()
	a.kernels.NormGrad(dst, src, dst, a.Weights.Data[tap*c:][:c], a.identity[:c], a.identity[c:])
}

// eachSpan calls use for every run of n pixels of an image, from input element
// in and output element out on, that meet at a tap of the filter: a whole row
// where the stride is 1, else a pixel.
func (a *depthwiseArgs) eachSpan(use func(tap, in, out, n int)) {
	xs, ys, g, c := a.x.Shape, a.y.Shape, a.Geometry, a.x.Shape.C()
	for oy := range ys.H() {
		for ky := range g.Kernel {
			iy := oy*g.Stride - g.Pad + ky
			if iy < 0 || iy >= xs.H() {
				continue
			}
			for kx := range g.Kernel {
				tap, shift := ky*g.Kernel+kx, kx-g.Pad
				first := ceilDiv(max(0, -shift), g.Stride)
				last := min(ys.W()-1, floorDiv(xs.W()-1-shift, g.Stride))
				if g.Stride == 1 && first <= last {
					use(tap, (iy*xs.W()+first+shift)*c, (oy*ys.W()+first)*c, last-first+1)
					continue
				}
				for ox := first; ox <= last; ox++ {
					use(tap, (iy*xs.W()+ox*g.Stride+shift)*c, (oy*ys.W()+ox)*c, 1)
				}
			}
		}
	}
}

func floorDiv(a, b int) int {
	if a < 0 {
		return -ceilDiv(-a, b)
	}
	return a / b
}

func (depthwise) gradWeights(d Conv, x, dy *Tensor) {
	a := depthwiseArgs{kernels: asm.Current(), Conv: d, x: x, y: dy}
	a.images = max(1, gradRows/(dy.Shape.H()*dy.Shape.W()))
	chunks, c := ceilDiv(x.Shape.N(), a.images), x.Shape.C()
	sums := Scratch.Floats(chunks * (len(d.Weights.Data) + c))
	a.sums, a.biasStart = sums.Data, chunks*len(d.Weights.Data)
	depthwiseGradWeightsLoop.Run(chunks, a)
	sumTree(d.Weights.Data, a.sums[:a.biasStart], chunks)
	if d.Bias != nil {
		sumTree(d.Bias.Data, a.sums[a.biasStart:], chunks)
	}
	Scratch.Put(sums)
}

// A task adds up the spans of a few images.
var depthwiseGradWeightsLoop = parallel.NewLoop(func(a *depthwiseArgs, chunk int) {
	c, pixels := a.x.Shape.C(), a.y.Shape.H()*a.y.Shape.W()
	dw := a.sums[chunk*len(a.Weights.Data):][:len(a.Weights.Data)]
	clear(dw)
	memory := Scratch.Floats(3 * c)
	dot, ignored, zero := memory.Data[:c], memory.Data[c:2*c], memory.Data[2*c:]
	clear(zero)
	lo, hi := chunk*a.images, min((chunk+1)*a.images, a.x.Shape.N())
	for image := lo; image < hi; image++ {
		x, dy := a.x.Sample(image), a.y.Sample(image)
		a.eachSpan(func(tap, in, out, n int) {
			a.kernels.NormGradSums(ignored, dot, dy[out:][:n*c], x[in:][:n*c], zero)
			sum := dw[tap*c:][:c]
			a.kernels.Add(sum, sum, dot)
		})
	}
	a.kernels.ColSums(a.sums[a.biasStart+chunk*c:][:c], a.y.Data[lo*pixels*c:hi*pixels*c])
	Scratch.Put(memory)
})
