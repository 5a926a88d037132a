package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// The gradients of a convolution with the batch normalisation behind it, in one loop
// over the map: the gradient of what the convolution computed is made where it is read,
// for both gradients of the convolution, and never stored.

// ConvNormGrads is where Conv2DNormGrad writes the gradients.
type ConvNormGrads struct {
	X    *Tensor        // of the input
	Sums NormSums       // what Conv2DGradInputSums gathers beside it, of the input itself, if it has an X
	Conv Conv           // of the filters, with what comes Before
	Norm BatchNormGrads // of gamma and beta
}

// normGradAlgorithm is a convAlgorithm that computes both gradients in one loop.
type normGradAlgorithm interface {
	// fuses tells whether it does so for such shapes.
	fuses(g ConvGeometry, x, out Shape) bool
	// gradBoth is Conv2DNormGrad; dz makes the gradient of what c computed.
	gradBoth(d ConvNormGrads, x *Tensor, c Conv, dz normGradArgs)
}

// FusesNormGrad tells whether Conv2DNormGrad computes the gradients of a convolution of
// x by c, followed by a normalisation and what comes then.
func FusesNormGrad(x Shape, c Conv, then AfterNorm) bool {
	out := c.Geometry.Out(x, c.Weights.Shape.C())
	algorithm, ok := c.algorithm(ConvGradWeights, x, out).(normGradAlgorithm)
	return ok && c.Bias == nil && (then == NormOnly || then == NormReLU || then == NormReLUConv) && algorithm.fuses(c.Geometry, x, out)
}

// Conv2DNormGrad computes the gradients of Conv2DNormTraining, of x by c to z and by b
// to a y that is not pooled, from dy, as BatchNormGrad and Conv2DGradWeights and
// Conv2DGradInput do, where FusesNormGrad says so.
func Conv2DNormGrad(d ConvNormGrads, dy, z, x *Tensor, c Conv, b BatchNorm) {
	c.check("Conv2DNormGrad", z.Shape, x.Shape)
	d.Conv.check("Conv2DNormGrad", z.Shape, x.Shape)
	b.check("Conv2DNormGrad", dy.Shape, z.Shape)
	checkShapes("Conv2DNormGrad", x.Shape, d.X.Shape)
	checkChannels("Conv2DNormGrad", "dgamma", z.Shape.C(), d.Norm.Gamma)
	checkChannels("Conv2DNormGrad", "dbeta", z.Shape.C(), d.Norm.Beta)
	if d.Sums.X != nil {
		checkShapes("Conv2DNormGrad", NormSumsShape(x.Shape), d.Sums.Sums.Shape)
	}
	algorithm := c.algorithm(ConvGradWeights, x.Shape, z.Shape)
	if d.Sums.X != nil && d.Sums.X != x || x.Stride != 0 && !algorithm.normalises(x, z.Shape) {
		panic("tensor: Conv2DNormGrad: no such sums or input")
	}
	factors := Scratch.Floats(3 * z.Shape.C())
	dz := beginNormGrad(d.Norm, factors.Data, dy, nil, z, b)
	algorithm.(normGradAlgorithm).gradBoth(d, x, c, dz)
	Scratch.Put(factors)
}

// made computes the gradient of pixels [lo, hi) of what the convolution computed.
func (a *normGradArgs) made(dz []float32, lo, hi int) {
	c := a.x.Shape.C()
	a.input(dz[:(hi-lo)*c], a.dy.Data[lo*c:hi*c], a.x.Data[lo*c:hi*c])
}

// fuses tells whether the tasks of the weight gradient are whole chunks of rows, and one
// for every worker. No bit depends on it.
func (pointwise) fuses(_ ConvGeometry, x, out Shape) bool {
	images := gradImages(x.C()*out.C(), out)
	return out.Rows() > im2colFewRows && images*out.H()*out.W()%rowChunk == 0 && out.N() >= images*parallel.Workers()
}

type pointwiseGradArgs struct {
	kernels  *asm.Kernels
	d        ConvNormGrads
	x        *Tensor
	dz       normGradArgs
	weights  []float32 // turned
	perTask  int       // pixels
	partial  []float32 // tasks' gradients of the filters
	cin, out int
}

func (pointwise) gradBoth(d ConvNormGrads, x *Tensor, c Conv, dz normGradArgs) {
	k, out, dw := asm.Current(), dz.x.Shape, d.Conv.Weights.Data
	images := gradImages(len(dw), out)
	chunks := ceilDiv(out.N(), images)
	packed, partial := packB(k, c.Weights.Pixels().T()), Scratch.Floats(chunks*len(dw))
	pointwiseGradLoop.Run(chunks, pointwiseGradArgs{
		kernels: k, d: d, x: x, dz: dz, weights: packed.Data, perTask: images * out.H() * out.W(), partial: partial.Data,
		cin: x.Shape.C(), out: out.C(),
	})
	sumTree(dw, partial.Data, chunks)
	Scratch.Put(packed, partial)
}

// A task adds up the gradient of the filters over its pixels, a chunk of rows after the
// other, and computes that of the input on the way.
var pointwiseGradLoop = parallel.NewLoop(func(a *pointwiseGradArgs, task int) {
	first, last := chunk(task, a.perTask, a.x.Shape.Rows())
	panels := ceilDiv(a.out, a.kernels.NR) * a.kernels.NR
	dz, packed := Scratch.Floats(rowChunk*a.out), Scratch.Floats(rowChunk*panels)
	read := Scratch.Floats(rowChunk*a.cin + a.kernels.MR)
	dw := a.partial[task*a.cin*a.out:][:a.cin*a.out]
	for lo := first; lo < last; lo += rowChunk {
		hi := min(lo+rowChunk, last)
		n := hi - lo
		a.dz.made(dz.Data, lo, hi)
		dx := a.d.X.Data[lo*a.cin : hi*a.cin]
		multiply(a.kernels, &product{
			m: n, n: a.cin, k: a.out,
			a: dz.Data, rowStride: a.out, colStride: 1,
			panels: a.weights,
			c:      dx, ldc: a.cin,
		})
		x, copied := a.x.rows(lo, hi)
		if a.d.Sums.X != nil {
			a.d.Sums.gatherOf(a.kernels, lo/rowChunk, dx, x)
		}
		if a.d.Conv.before() {
			a.d.Conv.Before.load(a.kernels, read.Data[:n*a.cin], x)
			x = read.Data
		}
		packAll(a.kernels, packed.Data, Matrix(dz.Data, n, a.out))
		multiply(a.kernels, &product{
			m: a.cin, n: a.out, k: n,
			a: x, rowStride: 1, colStride: a.cin,
			panels: packed.Data,
			c:      dw, ldc: a.out, accumulate: lo > first,
		})
		Scratch.Put(copied)
	}
	Scratch.Put(dz, packed, read)
})

// fuses tells whether the tasks of the weight gradient are whole chunks of rows of the
// input, and one for every worker. No bit depends on it.
func (depthwise) fuses(g ConvGeometry, x, out Shape) bool {
	images := depthwiseImages(out)
	return g.Pad < g.Kernel && depthwise{}.finishesChunks(ConvGradInput, x) && images*x.H()*x.W()%rowChunk == 0 && out.N() >= images*parallel.Workers()
}

func (depthwise) gradBoth(d ConvNormGrads, x *Tensor, c Conv, dz normGradArgs) {
	zero := Scratch.Floats(x.Shape.C())
	clear(zero.Data)
	c.Before = d.Conv.Before
	a := depthwiseArgs{kernels: asm.Current(), Conv: c, x: x, y: dz.x, dx: d.X, out: x.Shape, after: epilogue{sums: d.Sums}, start: zero.Data, dz: dz}
	a.made = c.Geometry.Kernel
	a.gradWeights(depthwiseGradLoop, d.Conv, dz.x.Shape)
	Scratch.Put(zero)
}

// A task takes its images row by row: the rows of the output's gradient are made when
// the first row of the input needs them, and add what they have to the filters' gradient.
var depthwiseGradLoop = parallel.NewLoop(func(a *depthwiseArgs, task int) {
	g, out := a.Geometry, a.y.Shape
	first, last := chunk(task, a.images, out.N())
	dw := a.sums[task*len(a.Weights.Data):][:len(a.Weights.Data)]
	clear(dw)
	row, pixels := out.W()*out.C(), a.out.H()*a.out.W()
	ring := Scratch.Floats(a.made * row)
	run, input := taps.Get().(*[]asm.Tap), a.input()
	oy := 0 // the next row of the output
	a.eachRow(first*pixels, last*pixels, a.dx, func(dx []float32, image, iy int) {
		if iy == 0 {
			input.enter(a.x.Sample(image))
			oy = 0
		}
		for ; oy < out.H() && oy*g.Stride <= iy+g.Pad; oy++ {
			dy := ring.Data[a.madeRow(oy)*row:][:row]
			at := (image*out.H() + oy) * out.W()
			a.dz.made(dy, at, at+out.W())
			a.gradWeightsRow(dw, dy, &input, oy)
		}
		a.gradInputRow(dx, ring.Data, iy, run)
	})
	input.leave()
	taps.Put(run)
	Scratch.Put(ring)
})
