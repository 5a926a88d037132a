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
	// fuses tells for which shapes it can, and in how many tasks.
	fuses(g ConvGeometry, x, out Shape) (tasks int, ok bool)
	// gradBoth is Conv2DNormGrad; dz makes the gradient of what c computed.
	gradBoth(d ConvNormGrads, x *Tensor, c Conv, dz normGradArgs)
}

// FusesNormGrad tells whether Conv2DNormGrad is to compute the gradients of a convolution
// of x by c, followed by a normalisation and what comes then: it can, and has a task for
// every worker. No bit depends on it.
func FusesNormGrad(x Shape, c Conv, then AfterNorm) bool {
	_, tasks, ok := c.normGrad(x, then)
	return ok && tasks >= parallel.Workers()
}

// normGrad returns the algorithm that computes the gradients in one loop, if there is
// one, and in how many tasks.
func (c Conv) normGrad(x Shape, then AfterNorm) (algorithm normGradAlgorithm, tasks int, ok bool) {
	out := c.Geometry.Out(x, c.Weights.Shape.C())
	algorithm, ok = c.algorithm(ConvGradWeights, x, out).(normGradAlgorithm)
	if !ok || c.Bias != nil || then == NormReLUPool || then == NormAddReLU {
		return nil, 0, false
	}
	tasks, ok = algorithm.fuses(c.Geometry, x, out)
	return algorithm, tasks, ok
}

// Conv2DNormGrad computes the gradients of Conv2DNormTraining, of x by c to z and by b
// to a y that is not pooled, from dy, as BatchNormGrad and Conv2DGradWeights and
// Conv2DGradInput do, where FusesNormGrad says so. x may be some of the channels of a map.
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
	algorithm, _, ok := c.normGrad(x.Shape, b.Then)
	if !ok || d.Sums.X != nil && d.Sums.X != x || x.Stride != 0 && !d.Conv.before() {
		panic("tensor: Conv2DNormGrad: no such convolution, sums or input")
	}
	read, scratch := d.Conv.readable(c.algorithm(ConvGradWeights, x.Shape, z.Shape), x, z.Shape)
	factors := Scratch.Floats(3 * z.Shape.C())
	dz := beginNormGrad(d.Norm, factors.Data, dy, nil, z, b)
	algorithm.gradBoth(d, read, c, dz)
	Scratch.Put(factors, scratch)
}

// made computes the gradient of pixels [lo, hi) of what the convolution computed.
func (a *normGradArgs) made(dz []float32, lo, hi int) {
	c := a.x.Shape.C()
	a.input(dz[:(hi-lo)*c], a.dy.Data[lo*c:hi*c], a.x.Data[lo*c:hi*c])
}

// fuses tells whether the tasks of the weight gradient are whole chunks of rows.
func (pointwise) fuses(_ ConvGeometry, x, out Shape) (tasks int, ok bool) {
	images := gradImages(x.C()*out.C(), out)
	return ceilDiv(out.N(), images), out.Rows() > im2colFewRows && images*out.H()*out.W()%rowChunk == 0
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
		if a.d.Sums.X == a.x {
			a.d.Sums.gatherOf(a.kernels, lo/rowChunk, dx, x)
		} else if a.d.Sums.X != nil {
			a.d.Sums.gather(a.kernels, lo/rowChunk, dx)
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
// input, and the rows of the output that one of the input needs are as many as the filter
// has.
func (depthwise) fuses(g ConvGeometry, x, out Shape) (tasks int, ok bool) {
	images := depthwiseImages(out)
	return ceilDiv(out.N(), images), g.Pad < g.Kernel && wholeChunks(x, 1) && images*x.H()*x.W()%rowChunk == 0
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
	run, input := taps.Get(), a.input()
	oy := 0 // the next row of the output
	a.eachRow(first*pixels, last*pixels, a.dx, func(dx []float32, image, iy int) {
		if iy == 0 {
			input.setImage(a.x.Sample(image))
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
	input.free()
	taps.Put(run)
	Scratch.Put(ring)
})
