package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// A depthwise convolution, where every channel has a filter of its own, is no
// product: it adds up runs of pixels, each times the filter's weights at one tap.
// In the order of the taps, every output is one chain of fma from the bias or 0, and
// so is every gradient of the input, in the order of the outputs and of the taps in a row.
type depthwise struct{}

func (depthwise) fits(_ ConvPass, g ConvGeometry, x, out Shape) bool {
	return g.Groups > 1 && g.Groups == x.C() && g.Groups == out.C()
}

func (depthwise) finishesChunks(_ ConvPass, result Shape) bool { return wholeChunks(result, 1) }

func (depthwise) normalises(x *Tensor, _ Shape) bool { return x.Stride == 0 }

type depthwiseArgs struct {
	kernels *asm.Kernels
	Conv            // or its gradients
	x, y    *Tensor // input and output, or their gradients
	dx      *Tensor // gradient of the input, where x is the input and y is not there
	out     Shape   // of what a pass computes: y holds it, unless after pools it, or x or dx
	after   epilogue
	start   []float32 // what the sums of each channel begin with

	dz        normGradArgs // makes y, unless that is there: rows of an image, of which
	made      int          // so many are kept, row o as number o mod that
	images    int          // of one task of the weight gradient
	sums      []float32    // its tasks' gradients of the filters, then of the bias
	biasStart int          // where those of the bias begin
}

// taps keeps memory for those of a run of pixels, one piece for each task at hand.
var taps parallel.Spare[[]asm.Tap]

func (depthwise) forward(y *Tensor, out Shape, x *Tensor, c Conv, after epilogue) {
	zero := Scratch.Floats(out.C())
	clear(zero.Data)
	a := depthwiseArgs{kernels: asm.Current(), Conv: c, x: x, y: y, out: out, after: after, start: zero.Data}
	if c.Bias != nil {
		a.start = c.Bias.Data
	}
	depthwiseForwardLoop.Run(a.tasks(), a)
	Scratch.Put(zero)
}

// tasks is how many tasks compute a map.
func (a *depthwiseArgs) tasks() int { return ceilDiv(a.out.Rows(), a.perTask()) }

// perTask is how many pixels a task computes: those of an image, or of the images that
// fill a chunk.
func (a *depthwiseArgs) perTask() int {
	pixels := a.out.H() * a.out.W()
	return pixels * max(1, rowChunk/pixels)
}

// eachRow has compute make pixels [lo, hi), of whole images, row by row in z, which is
// what y has of them unless they are pooled, and does what comes after.
func (a *depthwiseArgs) eachRow(lo, hi int, y *Tensor, compute func(z []float32, image, row int)) {
	w, c := a.out.W(), a.out.C()
	pixels, part := a.out.H()*w, hi-lo
	if !a.after.empty() {
		part = rowChunk
	}
	for ; lo < hi; lo += part {
		end := min(lo+part, hi)
		z, scratch := a.after.norm.rows(y, lo, end, c)
		for at := lo; at < end; at += w {
			compute(z[(at-lo)*c:][:w*c], at/pixels, at%pixels/w)
		}
		if !a.after.empty() {
			a.after.finish(a.kernels, y, lo/rowChunk, z, w)
		}
		Scratch.Put(scratch)
	}
}

var depthwiseForwardLoop = parallel.NewLoop(func(a *depthwiseArgs, task int) {
	run, input := taps.Get(), a.input()
	lo, hi := chunk(task, a.perTask(), a.out.Rows())
	a.eachRow(lo, hi, a.y, func(z []float32, image, oy int) {
		if oy == 0 {
			input.setImage(a.x.Sample(image))
		}
		a.forwardRow(z, &input, oy, run)
	})
	input.free()
	taps.Put(run)
})

// forwardRow computes row oy of the result.
func (a *depthwiseArgs) forwardRow(dst []float32, input *depthwiseInput, oy int, run *[]asm.Tap) {
	g, w, c := a.Geometry, a.x.Shape.W(), a.x.Shape.C()
	ky0, ky1 := g.meet(oy, a.x.Shape.H())
	top := oy*g.Stride - g.Pad
	input.load(top+ky0, top+ky1)
	for ox, n := 0, 0; ox < a.out.W(); ox += n {
		kx0, kx1 := g.meet(ox, w)
		n = 1
		if kx1-kx0 == g.Kernel {
			n = (w-g.Kernel+g.Pad)/g.Stride - ox + 1
		}
		*run = (*run)[:0]
		for ky := ky0; ky < ky1; ky++ {
			for kx := kx0; kx < kx1; kx++ {
				*run = append(*run, asm.Tap{X: input.row(top+ky) + (ox*g.Stride-g.Pad+kx)*c, W: (ky*g.Kernel + kx) * c})
			}
		}
		a.kernels.Depthwise(dst[ox*c:][:n*c], input.rows, g.Stride*c, *run, a.Weights.Data, a.start)
	}
}

// meet returns the taps [k0, k1) of a row or column of the filter that meet one of
// the size pixels of the input, where output pixel o sees them.
func (g ConvGeometry) meet(o, size int) (k0, k1 int) {
	first := o*g.Stride - g.Pad
	k0 = min(max(0, -first), g.Kernel)
	return k0, max(k0, min(g.Kernel, size-first))
}

// seenBy returns the first and the last of size output pixels in a row or column that
// see input pixel i.
func (g ConvGeometry) seenBy(i, size int) (first, last int) {
	return ceilDiv(max(0, i+g.Pad-g.Kernel+1), g.Stride), min(size-1, (i+g.Pad)/g.Stride)
}

// depthwiseInput are the rows of the image that is convolved: where they lie, or what
// a normalisation makes of the few that a row of the result sees.
type depthwiseInput struct {
	a     *depthwiseArgs
	image []float32
	rows  []float32 // the image, or the normalised rows: row y is number y mod the kernel's side
	next  int       // the first row that was not normalised yet
	ring  *Tensor
}

// input returns the input of a task, which frees it in the end.
func (a *depthwiseArgs) input() depthwiseInput {
	in := depthwiseInput{a: a}
	if a.before() {
		in.ring = Scratch.Floats(a.Geometry.Kernel * in.width())
		in.rows = in.ring.Data
	}
	return in
}

func (in *depthwiseInput) free() { Scratch.Put(in.ring) }

func (in *depthwiseInput) width() int { return in.a.x.Shape.W() * in.a.x.Shape.C() }

// setImage goes on with an image.
func (in *depthwiseInput) setImage(image []float32) {
	in.image, in.next = image, 0
	if in.ring == nil {
		in.rows = image
	}
}

// load makes rows [lo, hi) readable, which are no more than the kernel has and come
// after those before.
func (in *depthwiseInput) load(lo, hi int) {
	if in.ring == nil {
		return
	}
	for in.next = max(in.next, lo); in.next < hi; in.next++ {
		in.a.Before.load(in.a.kernels, in.rows[in.row(in.next):][:in.width()], in.image[in.next*in.width():][:in.width()])
	}
}

// row returns where row y of the image lies in rows.
func (in *depthwiseInput) row(y int) int {
	if in.ring != nil {
		y %= in.a.Geometry.Kernel
	}
	return y * in.width()
}

func (depthwise) gradInput(dx, dy *Tensor, c Conv, after epilogue) {
	zero := Scratch.Floats(dx.Shape.C())
	clear(zero.Data)
	a := depthwiseArgs{kernels: asm.Current(), Conv: c, x: dx, y: dy, out: dx.Shape, after: after, start: zero.Data}
	depthwiseGradInputLoop.Run(a.tasks(), a)
	Scratch.Put(zero)
}

var depthwiseGradInputLoop = parallel.NewLoop(func(a *depthwiseArgs, task int) {
	run := taps.Get()
	lo, hi := chunk(task, a.perTask(), a.out.Rows())
	a.eachRow(lo, hi, a.x, func(dx []float32, image, iy int) { a.gradInputRow(dx, a.y.Sample(image), iy, run) })
	taps.Put(run)
})

// gradInputRow computes row iy of an image's gradient from those of its output, dy.
func (a *depthwiseArgs) gradInputRow(dx, dy []float32, iy int, run *[]asm.Tap) {
	g, w, out, c := a.Geometry, a.x.Shape.W(), a.y.Shape, a.x.Shape.C()
	oy0, oy1 := g.seenBy(iy, out.H())
	for ix, n := 0, 0; ix < w; ix += n {
		*run = (*run)[:0]
		ox0, ox1 := g.seenBy(ix, out.W())
		for oy := oy0; oy <= oy1; oy++ {
			ky := iy + g.Pad - oy*g.Stride
			for ox := ox1; ox >= ox0; ox-- {
				kx := ix + g.Pad - ox*g.Stride
				*run = append(*run, asm.Tap{X: (a.madeRow(oy)*out.W() + ox) * c, W: (ky*g.Kernel + kx) * c})
			}
		}
		n = 1
		if g.Stride == 1 && ix >= g.Kernel-1-g.Pad { // until the first tap meets no output
			n = max(1, min(w, out.W()-g.Pad)-ix)
		}
		a.kernels.Depthwise(dx[ix*c:][:n*c], dy, c, *run, a.Weights.Data, a.start)
	}
}

// madeRow returns the number of the row that holds row oy of an image's dy.
func (a *depthwiseArgs) madeRow(oy int) int {
	if a.made > 0 {
		return oy % a.made
	}
	return oy
}

func (depthwise) gradWeights(d Conv, x, dy *Tensor) {
	depthwiseArgs{kernels: asm.Current(), Conv: d, x: x, y: dy}.gradWeights(depthwiseGradWeightsLoop, d, dy.Shape)
}

// gradWeights adds up the gradients of the filters that a loop's tasks compute, of so
// many images each, and that of the bias.
func (a depthwiseArgs) gradWeights(loop *parallel.Loop[depthwiseArgs], d Conv, dy Shape) {
	a.images = depthwiseImages(dy)
	chunks, c := ceilDiv(dy.N(), a.images), dy.C()
	sums := Scratch.Floats(chunks * (len(d.Weights.Data) + c))
	a.sums, a.biasStart = sums.Data, chunks*len(d.Weights.Data)
	loop.Run(chunks, a)
	sumTree(d.Weights.Data, a.sums[:a.biasStart], chunks)
	if d.Bias != nil {
		sumTree(d.Bias.Data, a.sums[a.biasStart:], chunks)
	}
	Scratch.Put(sums)
}

func depthwiseImages(dy Shape) int { return gradImages(0, dy) }

// A task adds up the spans of a few images.
var depthwiseGradWeightsLoop = parallel.NewLoop(func(a *depthwiseArgs, chunk int) {
	c, pixels := a.x.Shape.C(), a.y.Shape.H()*a.y.Shape.W()
	dw := a.sums[chunk*len(a.Weights.Data):][:len(a.Weights.Data)]
	clear(dw)
	input := a.input()
	lo, hi := chunk*a.images, min((chunk+1)*a.images, a.x.Shape.N())
	for image := lo; image < hi; image++ {
		input.setImage(a.x.Sample(image))
		for oy := range a.y.Shape.H() {
			a.gradWeightsRow(dw, a.y.Sample(image)[oy*a.y.Shape.W()*c:], &input, oy)
		}
	}
	input.free()
	if a.Bias != nil {
		a.kernels.ColSums(a.sums[a.biasStart+chunk*c:][:c], a.y.Data[lo*pixels*c:hi*pixels*c])
	}
})

// gradWeightsRow adds what row oy of the output, whose gradient is dy, contributes: a
// sum for each run of pixels that meet at a tap, which is a whole row where the stride
// is 1, else a pixel.
func (a *depthwiseArgs) gradWeightsRow(dw, dy []float32, input *depthwiseInput, oy int) {
	g, w, c := a.Geometry, a.x.Shape.W(), a.x.Shape.C()
	ky0, ky1 := g.meet(oy, a.x.Shape.H())
	top := oy*g.Stride - g.Pad
	input.load(top+ky0, top+ky1)
	for ky := ky0; ky < ky1; ky++ {
		x := input.rows[input.row(top+ky):][:w*c]
		for kx := range g.Kernel {
			shift := kx - g.Pad
			first := ceilDiv(max(0, -shift), g.Stride)
			last := min(a.y.Shape.W()-1, floorDiv(w-1-shift, g.Stride))
			n := 1
			if g.Stride == 1 {
				n = last - first + 1
			}
			for ox := first; ox <= last; ox += n {
				a.kernels.DepthwiseGrad(dw[(ky*g.Kernel+kx)*c:][:c], dy[ox*c:][:n*c], x[(ox*g.Stride+shift)*c:], g.Stride*c)
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
