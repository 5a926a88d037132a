package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// A convolution as products: the patch that an output pixel sees is a row of
// K·K·Cin floats, and the filters are a matrix of as many rows. Patches are
// built a block at a time, so that they stay in the L2 cache.
type im2col struct{}

func (im2col) fits(ConvPass, ConvGeometry, Shape, Shape) bool { return true }

func (im2col) finishesChunks(pass ConvPass, result Shape) bool {
	return pass == ConvForward && result.Rows() > im2colFewRows
}

func (im2col) normalises(*Tensor, Shape) bool { return false }

// im2colFewRows is the most output pixels of all images that are one product of few
// rows.
const im2colFewRows = 256

// pointwise is im2col where a patch is a pixel.
type pointwise struct{ im2col }

func (pointwise) fits(_ ConvPass, g ConvGeometry, _, _ Shape) bool { return g.pointwise() }

func (pointwise) finishesChunks(_ ConvPass, result Shape) bool { return result.Rows() > im2colFewRows }

func (pointwise) normalises(_ *Tensor, out Shape) bool { return out.Rows() > im2colFewRows }

func (g ConvGeometry) pointwise() bool { return g.Kernel == 1 && g.Stride == 1 && g.Pad == 0 }

func (pointwise) gradInput(dx, dy *Tensor, c Conv, after epilogue) {
	if after.empty() {
		Gemm(dx.Pixels(), dy.Pixels(), c.Weights.Pixels().T(), false)
		return
	}
	im2colProducts(im2colArgs{g: c.Geometry, x: dy, y: dx, out: dx.Shape, after: after}, c.Weights.Pixels().T())
}

// patchRows is how many patches are built at a time: a multiple of every kernel's
// MR (4, 6, 8, 14), so that only the last block has a partial tile.
const patchRows = 168

// A task of the forward pass takes up to im2colBlocks blocks of patches one after the
// other, as long as there are im2colTasks tasks.
const (
	im2colBlocks = 4
	im2colTasks  = 256
)

type im2colArgs struct {
	kernels     *asm.Kernels
	g           ConvGeometry
	before      NormStats
	x, y        *Tensor // input or its gradient, output or its gradient
	out         Shape   // of the convolution's result, which y holds, unless after pools it
	after       epilogue
	weights     []float32
	bias        *Tensor
	perTask     int // rows or images of one task
	partial     []float32
	partialBias []float32
	weightsLen  int
	patches     []float32 // of all output pixels
}

func (im2col) forward(y *Tensor, out Shape, x *Tensor, c Conv, after epilogue) {
	if out.Rows() <= im2colFewRows {
		im2colFew(y, x, c)
		return
	}
	im2colProducts(im2colArgs{g: c.Geometry, before: c.Before, x: x, y: y, out: out, after: after, bias: c.Bias}, c.Weights.Pixels())
}

// im2colProducts multiplies all patches by the weights.
func im2colProducts(a im2colArgs, weights View) {
	a.kernels, a.perTask = asm.Current(), patchRows*max(1, min(im2colBlocks, a.out.Rows()/(patchRows*im2colTasks)))
	if !a.after.empty() {
		// Whole chunks, a few of them so that partial tiles are rare.
		a.perTask = rowChunk * max(1, min(epilogueMemory/(rowChunk*a.out.C()), a.out.Rows()/(gemmTasks*rowChunk)))
	}
	packed := packB(a.kernels, weights)
	a.weights = packed.Data
	im2colForwardLoop.Run(ceilDiv(a.out.Rows(), a.perTask), a)
	Scratch.Put(packed)
}

// epilogueMemory is how many floats of the result a task makes before it goes
// over them again: what the L2 cache holds beside patches and filters.
const epilogueMemory = 1 << 16

var im2colForwardLoop = parallel.NewLoop(func(c *im2colArgs, task int) {
	lo, hi := chunk(task, c.perTask, c.out.Rows())
	cout := c.out.C()
	z, scratch := c.after.norm.rows(c.y, lo, hi, cout)
	patches := Scratch.Floats(patchRows * c.g.patchLen(c.x.Shape))
	for r := lo; r < hi; r += patchRows {
		rows := min(patchRows, hi-r)
		a := c.read(patches.Data, c.out, r, rows)
		if c.bias != nil {
			c.kernels.CopyRows(rows, cout, z[(r-lo)*cout:], cout, c.bias.Data, 0)
		}
		multiply(c.kernels, &product{
			m: rows, n: cout, k: a.Cols,
			a: a.Data, rowStride: a.RowStride, colStride: 1,
			panels: c.weights,
			c:      z[(r-lo)*cout:], ldc: cout, accumulate: c.bias != nil,
		})
	}
	Scratch.Put(patches)
	if !c.after.empty() {
		for r := lo; r < hi; r += rowChunk {
			c.after.finish(c.kernels, c.y, r/rowChunk, z[(r-lo)*cout:(min(r+rowChunk, hi)-lo)*cout], c.out.W())
		}
	}
	Scratch.Put(scratch)
})

// im2colFew is the forward pass as one product of few rows.
func im2colFew(y, x *Tensor, c Conv) {
	rows, cout := y.Shape.Rows(), y.Shape.C()
	z := y.Pixels()
	for r := range rows {
		if row := z.Row(r); c.Bias != nil {
			copy(row, c.Bias.Data)
		} else {
			clear(row)
		}
	}
	a := x.Pixels()
	var patches *Tensor
	if n := c.Geometry.patchLen(x.Shape); !c.Geometry.pointwise() {
		patches = Scratch.Floats(rows * n)
		im2colPatchLoop.Run(ceilDiv(rows, patchTask), im2colArgs{kernels: asm.Current(), g: c.Geometry, x: x, out: y.Shape, patches: patches.Data})
		a = Matrix(patches.Data, rows, n)
	}
	gemmFew(z, a, Matrix(c.Weights.Data, a.Cols, cout))
	Scratch.Put(patches)
}

// patchTask is how many patches one task of im2colPatchLoop builds.
const patchTask = 32

// im2colPatchLoop builds the patches of some output pixels.
var im2colPatchLoop = parallel.NewLoop(func(c *im2colArgs, task int) {
	lo, hi := chunk(task, patchTask, c.out.Rows())
	c.g.patches(c.kernels, c.patches[lo*c.g.patchLen(c.x.Shape):], c.x, c.out, lo, hi-lo)
})

func (im2col) gradInput(dx, dy *Tensor, c Conv, _ epilogue) {
	k := asm.Current()
	packed := packB(k, c.Weights.Pixels().T())
	images := max(1, patchRows/(dy.Shape.H()*dy.Shape.W()))
	im2colGradInputLoop.Run(ceilDiv(dx.Shape.N(), images), im2colArgs{
		kernels: k, g: c.Geometry, x: dx, y: dy, weights: packed.Data, perTask: images,
	})
	Scratch.Put(packed)
}

// A task is a few images: their patches' gradients are computed and added up,
// for each image in the order of the output pixels.
var im2colGradInputLoop = parallel.NewLoop(func(c *im2colArgs, task int) {
	lo := task * c.perTask
	images := min(c.perTask, c.x.Shape.N()-lo)
	pixels, cout := c.y.Shape.H()*c.y.Shape.W(), c.y.Shape.C()
	n := c.g.patchLen(c.x.Shape)
	patches := Scratch.Floats(images * pixels * n)
	multiply(c.kernels, &product{
		m: images * pixels, n: n, k: cout,
		a: c.y.Data[lo*pixels*cout:], rowStride: cout, colStride: 1,
		panels: c.weights,
		c:      patches.Data, ldc: n,
	})
	for image := range images {
		dx := c.x.Sample(lo + image)
		clear(dx)
		for p := range pixels {
			for ky := range c.g.Kernel {
				at, offset, length := c.g.span(c.x.Shape, p/c.y.Shape.W(), p%c.y.Shape.W(), ky)
				d := dx[at : at+length]
				c.kernels.Add(d, d, patches.Data[(image*pixels+p)*n+offset:][:length])
			}
		}
	}
	Scratch.Put(patches)
})

// unpackedWeights is the most filters' floats whose gradient reads dy as it lies, if its
// rows are whole tiles: tiles of so few rows read it too seldom for packing to pay.
const unpackedWeights = 1 << 18

// gradRows is about how many output pixels a task of the weight gradient adds
// up in one chain; part of the definition, as splitChunk is.
const gradRows = 1024

func (im2col) gradWeights(d Conv, x, dy *Tensor) {
	dw, images := d.Weights.Data, gradImages(len(d.Weights.Data), dy.Shape)
	chunks := ceilDiv(dy.Shape.N(), images)
	partial := Scratch.Floats(chunks * len(dw))
	a := im2colArgs{
		kernels: asm.Current(), g: d.Geometry, before: d.Before, x: x, y: dy, perTask: images,
		partial: partial.Data, weightsLen: len(dw),
	}
	var partialBias *Tensor
	if d.Bias != nil {
		partialBias = Scratch.Floats(chunks * dy.Shape.C())
		a.partialBias = partialBias.Data
	}
	im2colGradWeightsLoop.Run(chunks, a)
	sumTree(dw, partial.Data, chunks)
	if d.Bias != nil {
		sumTree(d.Bias.Data, partialBias.Data, chunks)
	}
	Scratch.Put(partial, partialBias)
}

// gradImages is how many images a task of the weight gradient adds up, for filters of so
// many floats.
func gradImages(weights int, dy Shape) int {
	images := max(1, gradRows/(dy.H()*dy.W()))
	// Large filters get longer chains instead of more partial sums.
	for weights*ceilDiv(dy.N(), images) > splitMemory && images < dy.N() {
		images *= 2
	}
	return images
}

var im2colGradWeightsLoop = parallel.NewLoop(func(c *im2colArgs, chunk int) {
	pixels, cout := c.y.Shape.H()*c.y.Shape.W(), c.y.Shape.C()
	lo := chunk * c.perTask * pixels
	rows := min(c.perTask*pixels, c.y.Shape.Rows()-lo)
	dy := Matrix(c.y.Data[lo*cout:], rows, cout)
	if c.partialBias != nil {
		c.kernels.ColSums(c.partialBias[chunk*cout:][:cout], dy.Data[:rows*cout])
	}

	nr, length := c.kernels.NR, c.g.patchLen(c.x.Shape)
	patches := Scratch.Floats(patchRows*length + c.kernels.MR)
	var packed *Tensor
	if cout%nr != 0 || c.weightsLen > unpackedWeights {
		packed = Scratch.Floats(ceilDiv(cout, nr) * nr * patchRows)
	}
	for r := 0; r < rows; r += patchRows {
		depth := min(patchRows, rows-r)
		part := Matrix(dy.Data[r*cout:], depth, cout)
		b, ldb := part.Data, cout
		if packed != nil {
			packAll(c.kernels, packed.Data, part)
			b, ldb = packed.Data, 0
		}
		a := c.read(patches.Data, c.y.Shape, lo+r, depth)
		multiply(c.kernels, &product{
			m: a.Cols, n: cout, k: depth,
			a: a.Data, rowStride: 1, colStride: a.RowStride,
			panels: b, ldb: ldb,
			c: c.partial[chunk*c.weightsLen:], ldc: cout, accumulate: r > 0,
		})
	}
	Scratch.Put(packed, patches)
})

// read returns the patches of rows output pixels from pixel lo on, built in buf unless
// they are the pixels of x as they are.
func (c *im2colArgs) read(buf []float32, out Shape, lo, rows int) View {
	if c.before.Scale == nil {
		return c.g.patches(c.kernels, buf, c.x, out, lo, rows)
	}
	n, stride := c.x.Shape.C(), c.x.stride() // c.g is pointwise
	if stride == n {
		c.before.load(c.kernels, buf[:rows*n], c.x.Data[lo*n:][:rows*n])
		return Matrix(buf, rows, n)
	}
	for r := range rows {
		c.x.fetch(lo + r)
		c.before.load(c.kernels, buf[r*n:][:n], c.x.Data[(lo+r)*stride:][:n])
	}
	return Matrix(buf, rows, n)
}

// patchLen is the number of floats that an output pixel sees.
func (g ConvGeometry) patchLen(x Shape) int { return g.Kernel * g.Kernel * x.C() }

// patches returns the patches of rows output pixels from pixel lo on, built in
// buf, or the pixels of x themselves where a patch is a pixel.
func (g ConvGeometry) patches(k *asm.Kernels, buf []float32, x *Tensor, out Shape, lo, rows int) View {
	n := g.patchLen(x.Shape)
	if g.pointwise() {
		return Matrix(x.Data[lo*n:], rows, n)
	}
	perImage := out.H() * out.W()
	for r := 0; r < rows; {
		image, p := (lo+r)/perImage, (lo+r)%perImage
		count := min(rows-r, out.W()-p%out.W())
		g.patchRow(k, buf[r*n:], x.Sample(image), x.Shape, p/out.W(), p%out.W(), count)
		r += count
	}
	return Matrix(buf, rows, n)
}

// patchRow copies the patches of count neighbouring output pixels from (oy, ox) on;
// taps outside the image are 0.
func (g ConvGeometry) patchRow(k *asm.Kernels, dst, image []float32, x Shape, oy, ox, count int) {
	n, row := g.patchLen(x), g.Kernel*x.C()
	for ky := range g.Kernel {
		y, d := oy*g.Stride-g.Pad+ky, dst[ky*row:]
		lo, hi := ox, ox // of the pixels that see no padding in this row
		if y >= 0 && y < x.H() && g.Kernel <= x.W()+g.Pad {
			lo = min(max(ox, ceilDiv(g.Pad, g.Stride)), ox+count)
			hi = max(lo, min(ox+count, (x.W()+g.Pad-g.Kernel)/g.Stride+1))
		}
		for p := ox; p < lo; p++ {
			g.patchEdge(d[(p-ox)*n:][:row], image, x, oy, p, ky)
		}
		if lo < hi {
			k.CopyRows(hi-lo, row, d[(lo-ox)*n:], n, image[(y*x.W()+lo*g.Stride-g.Pad)*x.C():], g.Stride*x.C())
		}
		for p := hi; p < ox+count; p++ {
			g.patchEdge(d[(p-ox)*n:][:row], image, x, oy, p, ky)
		}
	}
}

// patchEdge copies row ky of the patch of output pixel (oy, ox) to d.
func (g ConvGeometry) patchEdge(d, image []float32, x Shape, oy, ox, ky int) {
	at, offset, length := g.span(x, oy, ox, ky)
	offset -= ky * len(d)
	clear(d[:offset])
	copy(d[offset:], image[at:at+length])
	clear(d[offset+length:])
}

// span tells what row ky of the patch of output pixel (oy, ox) sees: length
// floats of the image from at on, which stand in the patch from offset on.
func (g ConvGeometry) span(x Shape, oy, ox, ky int) (at, offset, length int) {
	c := x.C()
	y, x0 := oy*g.Stride-g.Pad+ky, ox*g.Stride-g.Pad
	left, right := max(0, -x0), min(g.Kernel, x.W()-x0)
	if y < 0 || y >= x.H() || right <= left {
		return 0, ky * g.Kernel * c, 0
	}
	return (y*x.W() + x0 + left) * c, (ky*g.Kernel + left) * c, (right - left) * c
}
