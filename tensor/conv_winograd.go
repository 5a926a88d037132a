package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// Winograd's convolution, F(m×m,3×3) after Lavin and Gray (CVPR 2016), for all
// three passes. With r = m+2, tiles of m×m output pixels and P = r² points:
//
//	forward  V = Bᵀ d B of every r×r input patch d, U = G g Gᵀ of every filter,
//	         M[p] = V[p]·U[p] for each point p, y = Aᵀ M A + bias
//	dgrad    the forward pass of dy with the filters turned and transposed
//	wgrad    D = A dy Aᵀ of every tile, W[p] = V[p]ᵀ·D[p], dw = Gᵀ W G
//
// A few images at a time go through three loops (transform, P products,
// transform back), so that what is transformed stays in the cache; where the filters
// are small (conv_winograd_near.go), a few tiles through all three in one task. Where it is
// the filters that are large, all images are transformed at once, and a few
// output channels at a time are multiplied. U and D are laid out as the panels
// that multiply reads, V and M as rows of channels.
type winograd struct{ tile, leastSide int } // m; the longer side of the smallest map

// winogradChannels is the least number of input and of output channels for
// which transforms cost less than the products they save.
const winogradChannels = 16

func (w winograd) fits(_ ConvPass, g ConvGeometry, x, out Shape) bool {
	return g.Kernel == 3 && g.Stride == 1 && g.Pad == 1 && max(x.H(), x.W()) >= w.leastSide &&
		x.C() >= winogradChannels && out.C() >= winogradChannels
}

func (w winograd) finishesChunks(_ ConvPass, result Shape) bool { return wholeChunks(result, w.tile) }

func (winograd) normalises(x *Tensor, _ Shape) bool { return x.Stride == 0 }

func (w winograd) transforms(k *asm.Kernels) *asm.Winograd {
	if w.tile == 2 {
		return &k.Winograd2
	}
	return &k.Winograd4
}

// winogradBlock is about how many floats of V and M, or of large filters, there are
// at a time. Each worker has a cache of its own: with more than winogradWorkers
// there is more for all of them.
func winogradBlock(k *asm.Kernels) int {
	return k.Transformed / winogradWorkers * max(winogradWorkers, parallel.Workers())
}

const winogradWorkers = 16

// winogradBias is about how many floats of V and M the images take whose output
// gradients one chain of the bias gradient adds up.
const winogradBias = 1 << 21

// winogradMostMemory is the most floats of V and M of all images, where there are
// so few that large filters are transformed and read once.
const winogradMostMemory = 10 << 20

// winogradPlan is what all loops of one pass know: the maps cut into tiles, a
// block of images, and the transformed arrays.
type winogradPlan struct {
	kernels *asm.Kernels
	wg      *asm.Winograd
	points  int // r²

	x, y       *Tensor // input side and output side, or their gradients
	out        Shape   // of the convolution's result, which y holds, unless after pools it
	before     NormStats
	after      epilogue
	cin, cout  int
	down, wide int // tiles per column and per row of an image
	image0     int // first image of the block
	images     int // images of the block
	stride     int // tiles between two points of V, M and D: the largest block's, or task's
	parts      int // blocks that the output channels fall into
	c0, c1     int // output channels of the block
	rowParts   int // parts that the rows of a point's product fall into
	fewParts   int // parts that the output channels fall into where tiles are few
	perTask    int // chunks of rows of a task that takes tiles from patches to pixels

	v, m, d []float32 // [point][tile][channel], D in panels [point][panel][tile][NR]
	u       []float32 // the block's channels, [point][panel][cin][NR]
	w       *Tensor   // filters or their gradient
	turned  bool      // whether the filters are w turned, see takeTurned
	gradU   []float32 // gradient of the transformed filters, [point][cin][channel of the block]
	bias    []float32
}

func (w winograd) plan(x, y *Tensor, out Shape) winogradPlan {
	k := asm.Current()
	wg := w.transforms(k)
	return winogradPlan{
		kernels: k, wg: wg, points: (wg.M + 2) * (wg.M + 2),
		x: x, y: y, out: out, cin: x.Shape.C(), cout: out.C(),
		down: ceilDiv(out.H(), wg.M), wide: ceilDiv(out.W(), wg.M),
	}
}

// takeBlocks cuts images, in whole units, and output channels into blocks.
func (p *winogradPlan) takeBlocks(unit int) {
	n, filters, block := p.x.Shape.N(), p.points*p.cin*p.cout, winogradBlock(p.kernels)
	p.images, p.parts = min(n, max(1, block/p.perImage()/unit)*unit), 1
	if filters > block {
		if n*p.perImage() <= winogradMostMemory {
			p.images, p.parts = n, min(ceilDiv(filters, block), ceilDiv(p.cout, p.kernels.NR))
		} else {
			// Every block of images reads all filters.
			p.images = min(n, max(p.images, filters/p.perImage()/unit*unit))
		}
	}
	p.stride = p.images * p.tilesPerImage()
	p.c0, p.c1 = 0, p.cout
}

// pointStride is how far apart the points of a transformed array lie that has n
// floats a point: a line of the cache more, so that the points of a tile do not
// share a set.
func pointStride(n int) int { return n + cacheLine }

// partLength is the most floats of a panelled array that a block of channels
// takes, of rows floats a channel.
func (p *winogradPlan) partLength(rows int) int {
	nr := p.kernels.NR
	return ceilDiv(ceilDiv(p.cout, nr), p.parts) * nr * rows
}

// perImage is how many floats of V and M an image takes.
func (p *winogradPlan) perImage() int { return p.points * p.tilesPerImage() * (p.cin + p.cout) }

// biasImages is how many images' output gradients are summed in one chain for
// the bias, part of the definition of its gradient.
func (p *winogradPlan) biasImages() int { return max(1, winogradBias/p.perImage()) }

func (p *winogradPlan) tilesPerImage() int { return p.down * p.wide }
func (p *winogradPlan) pixels() int        { return p.out.H() * p.out.W() }
func (p *winogradPlan) tiles() int         { return p.images * p.tilesPerImage() }
func (p *winogradPlan) panels() int        { return ceilDiv(p.c1-p.c0, p.kernels.NR) }

// padded is the shape of one image with the zeros around it that tiles reach.
func (p *winogradPlan) padded() (h, w int) { return p.down*p.wg.M + 2, p.wide*p.wg.M + 2 }

func (w winograd) forward(y *Tensor, out Shape, x *Tensor, c Conv, after epilogue) {
	p := w.plan(x, y, out)
	p.before, p.after = c.Before, after
	p.convolve(c.Weights, c.Bias)
}

func (w winograd) gradInput(dx, dy *Tensor, c Conv, after epilogue) {
	p := w.plan(dy, dx, dx.Shape)
	p.turned, p.after = true, after
	p.convolve(c.Weights, nil)
}

// convolve runs the forward pass with filters w, plus bias, which may be nil.
func (p *winogradPlan) convolve(w, bias *Tensor) {
	zero := Scratch.Floats(p.cout)
	clear(zero.Data)
	p.bias = zero.Data
	if bias != nil {
		p.bias = bias.Data
	}
	p.w = w
	p.takeBlocks(max(1, rowChunk/p.pixels())) // whole chunks of rows, as an epilogue wants them
	few := p.fewTiles()
	if chunks := p.nearChunks(); chunks > 0 && !few {
		p.convolveNear(chunks)
		Scratch.Put(zero)
		return
	}
	var u *Tensor
	if !few {
		u = Scratch.Floats(p.filterFloats())
		p.u = u.Data
	}
	v := Scratch.Floats(p.points * pointStride(p.stride*p.cin))
	m := Scratch.Floats(p.points * pointStride(p.stride*p.cout))
	p.v, p.m = v.Data, m.Data
	for p.image0 = 0; p.image0 < p.x.Shape.N(); p.image0 += p.images {
		p.images = min(p.images, p.x.Shape.N()-p.image0)
		winogradInputLoop.Run(p.images*p.bands(), *p)
		if few {
			p.fewParts = fewParts(p.kernels, p.cout)
			winogradFewLoop.Run(p.fewParts, *p)
		} else {
			p.multiply()
		}
		if p.after.empty() {
			winogradOutputLoop.Run(p.images*p.bands(), *p)
		} else {
			winogradEpilogueLoop.Run(ceilDiv(p.images*p.pixels(), rowChunk), *p)
		}
	}
	Scratch.Put(u, v, m, zero)
}

// multiply transforms the filters, unless the block before has left them, and
// multiplies the block's tiles by them.
func (p *winogradPlan) multiply() {
	for part := range p.parts {
		p.c0, p.c1 = evenPart(p.cout, p.kernels.NR, part, p.parts)
		if p.parts > 1 || p.image0 == 0 {
			winogradFilterLoop.Run(p.filterTasks(), *p)
		}
		p.takeRowParts(p.tiles())
		winogradProductLoop.Run(p.points*p.rowParts*ceilDiv(p.c1-p.c0, p.kernels.NC), *p)
	}
}

func (w winograd) gradWeights(d Conv, x, dy *Tensor) {
	p := w.plan(x, dy, dy.Shape)
	p.before = d.Before
	p.takeBlocks(p.biasImages())
	v := Scratch.Floats(p.points * pointStride(p.stride*p.cin))
	dm := Scratch.Floats(p.points * pointStride(p.partLength(p.stride)))
	du := Scratch.Floats(p.filterFloats())
	p.v, p.d, p.gradU, p.w = v.Data, dm.Data, du.Data, d.Weights
	if d.Bias != nil {
		clear(d.Bias.Data)
		p.bias = d.Bias.Data
	}
	for part := range p.parts {
		p.c0, p.c1 = evenPart(p.cout, p.kernels.NR, part, p.parts)
		images := p.images
		for p.image0 = 0; p.image0 < x.Shape.N(); p.image0 += images {
			p.images = min(images, x.Shape.N()-p.image0)
			if part == 0 { // if there are more, one block holds all images
				winogradInputLoop.Run(p.images*p.bands(), p)
			}
			winogradOutputGradLoop.Run(p.images, p)
			p.takeRowParts(p.cin)
			winogradWeightLoop.Run(p.points*p.rowParts, p)
			if d.Bias != nil {
				winogradBiasLoop.Run(p.panels(), p)
			}
		}
		winogradFilterGradLoop.Run(p.cin, p)
	}
	Scratch.Put(v, dm, du)
}

// filterFloats is how many floats the block's transformed filters take, and filterTasks
// in how many tasks they are transformed.
func (p *winogradPlan) filterFloats() int { return p.points * pointStride(p.partLength(p.cin)) }
func (p *winogradPlan) filterTasks() int  { return p.panels() * ceilDiv(p.cin, filtersPerTask) }

// filtersPerTask is how many input channels one task transforms the filters of: a
// line of the cache, where they lie together.
const filtersPerTask = 16

// filtersAhead is how many input channels before their use filters are asked for:
// the nine taps lie so far apart that a CPU does not foresee them.
const filtersAhead = 4

// winogradFilterLoop transforms the filters of some input channels for one panel
// of the block's output channels.
var winogradFilterLoop = parallel.NewLoop(func(p *winogradPlan, task int) {
	groups := ceilDiv(p.cin, filtersPerTask)
	panel := task / groups
	lo, hi := chunk(task%groups, filtersPerTask, p.cin)
	nr := p.kernels.NR
	first := p.c0 + panel*nr
	p.filters(p.u[(panel*p.cin+lo)*nr:], nr, pointStride(p.panels()*p.cin*nr), lo, hi, first, min(first+nr, p.c1))
})

// filters transforms the filters of input channels [lo, hi) and output channels
// [first, last) to rows of width floats, the last of them zeros. Points are point
// floats apart.
func (p *winogradPlan) filters(dst []float32, width, point, lo, hi, first, last int) {
	r, n := p.wg.M+2, last-first
	src, row, tap := p.w.Data[lo*p.cout+first:], p.cout, p.cin*p.cout
	if p.turned {
		block := Scratch.Floats(9 * (hi - lo) * width)
		defer Scratch.Put(block)
		p.takeTurned(block.Data, width, lo, hi, first, last)
		src, row, tap = block.Data, width, (hi-lo)*width
	}
	for ci := range hi - lo {
		if ahead := ci + filtersAhead; !p.turned && lo+ahead < p.cin {
			for t := range 9 {
				asm.Prefetch(src[t*tap+ahead*row:][:n])
			}
		}
		d := dst[ci*width:]
		p.wg.Filter(d, r*point, point, src[ci*row:], 3*tap, tap, n)
		if n < width {
			for i := range p.points {
				clear(d[i*point+n : i*point+width])
			}
		}
	}
}

// turnedAhead is filtersAhead for filters that are turned.
const turnedAhead = 8

// takeTurned copies filters of input channels [lo, hi) and output channels
// [first, last) out of w turned by half a turn, input and output swapped, to rows
// of width floats: block[tap][ci][co] = w[8−tap][co][ci].
func (p *winogradPlan) takeTurned(block []float32, width, lo, hi, first, last int) {
	for tap := range 9 {
		src, dst := p.w.Data[(8-tap)*p.cin*p.cout:], block[tap*(hi-lo)*width:]
		for co := first; co < last; co++ {
			if ahead := co + turnedAhead; ahead < last {
				asm.Prefetch(src[ahead*p.cin+lo : ahead*p.cin+hi])
			}
			for i, v := range src[co*p.cin+lo : co*p.cin+hi] {
				dst[i*width+co-first] = v
			}
		}
	}
}

// bands is how many tasks the transforms of an image are cut into: there are
// enough tasks where there are images.
func (p *winogradPlan) bands() int {
	return min(p.down, ceilDiv(winogradBands, p.images))
}

const winogradBands = 4

// winogradInputLoop transforms the patches of one band of rows of an image.
var winogradInputLoop = parallel.NewLoop(func(p *winogradPlan, task int) {
	image := task / p.bands()
	ty0, ty1 := evenPart(p.down, 1, task%p.bands(), p.bands())
	p.input(image*p.tilesPerImage()+ty0*p.wide, p.image0+image, ty0, ty1)
})

// input transforms rows of tiles [ty0, ty1) of an image; tile is the number of the
// first of them.
func (p *winogradPlan) input(tile, image, ty0, ty1 int) {
	m := p.wg.M
	_, w := p.padded()
	pad := Scratch.Floats(((ty1-ty0)*m + 2) * w * p.cin)
	p.padRows(pad.Data, w, ty0*m-1, p.x.Sample(image))
	point := pointStride(p.stride * p.cin)
	for ty := range ty1 - ty0 {
		for tx := range p.wide {
			p.wg.Input(p.v[(tile+ty*p.wide+tx)*p.cin:], (m+2)*point, point,
				pad.Data[(ty*m*w+tx*m)*p.cin:], w*p.cin, p.cin, p.cin)
		}
	}
	Scratch.Put(pad)
}

// winogradRows is the least number of tiles of rows of a part of a point's product,
// and winogradTasks how many parts of all points there are for each worker, if there
// are rows enough: 36 points alone keep no more than a few workers busy to the end,
// and cut for nothing, the filters are read more often.
const (
	winogradRows  = 4
	winogradTasks = 4
)

// takeRowParts cuts the rows of a point's product. The number of workers, which may
// change at any time, is asked for once a loop.
func (p *winogradPlan) takeRowParts(rows int) {
	most := max(1, ceilDiv(rows, p.kernels.MR)/winogradRows)
	p.rowParts = min(most, ceilDiv(winogradTasks*parallel.Workers(), p.points))
}

// winogradProductLoop multiplies some of the tiles by the block's filters at one
// point, as many channels at a time as a product takes.
var winogradProductLoop = parallel.NewLoop(func(p *winogradPlan, task int) {
	blocks, parts := ceilDiv(p.c1-p.c0, p.kernels.NC), p.rowParts
	point, block := task/parts/blocks, task/parts%blocks
	i0, i1 := evenPart(p.tiles(), p.kernels.MR, task%parts, parts)
	j0, j1 := evenPart(p.c1-p.c0, p.kernels.NR, block, blocks)
	p.product(point, i0, i1, j0, j1)
})

// product multiplies tiles [i0, i1) by the filters of channels [j0, j1) of the block at
// one point.
func (p *winogradPlan) product(point, i0, i1, j0, j1 int) {
	multiply(p.kernels, &product{
		m: i1 - i0, n: j1 - j0, k: p.cin,
		a: p.v[point*pointStride(p.stride*p.cin)+i0*p.cin:], rowStride: p.cin, colStride: 1,
		panels: p.u[point*pointStride(p.panels()*p.cin*p.kernels.NR)+j0*p.cin:],
		c:      p.m[point*pointStride(p.stride*p.cout)+i0*p.cout+p.c0+j0:], ldc: p.cout,
	})
}

// winogradOutputLoop transforms the tiles of one band of rows of an image back to
// pixels.
var winogradOutputLoop = parallel.NewLoop(func(p *winogradPlan, task int) {
	image := task / p.bands()
	ty0, ty1 := evenPart(p.down, 1, task%p.bands(), p.bands())
	p.output(p.y.Sample(p.image0 + image)[ty0*p.wg.M*p.out.W()*p.cout:], image*p.tilesPerImage()+ty0*p.wide, ty0, ty1)
})

// winogradEpilogueLoop transforms the tiles of one chunk of rows back to pixels:
// some rows of an image or some images. It does what follows, too.
var winogradEpilogueLoop = parallel.NewLoop(func(p *winogradPlan, task int) {
	i := p.image0*p.pixels()/rowChunk + task
	p.finishChunk(i, p.tilesBefore(i)-p.image0*p.tilesPerImage())
})

// finishChunk transforms the tiles of chunk i back to pixels and does what follows;
// tile is the number of the first of them.
func (p *winogradPlan) finishChunk(i, tile int) {
	lo, hi := chunk(i, rowChunk, p.out.Rows())
	z, scratch := p.after.norm.rows(p.y, lo, hi, p.cout)
	p.eachBand(lo, hi, func(at, _, ty0, ty1 int) {
		p.output(z[(at-lo)*p.cout:], tile, ty0, ty1)
		tile += (ty1 - ty0) * p.wide
	})
	p.after.finish(p.kernels, p.y, i, z, p.out.W())
	Scratch.Put(scratch)
}

// eachBand calls f for the rows of tiles of each image that pixels [lo, hi) of the result
// are, which are whole ones; at is the first pixel of them.
func (p *winogradPlan) eachBand(lo, hi int, f func(at, image, ty0, ty1 int)) {
	pixels, w, m := p.pixels(), p.out.W(), p.wg.M
	for at := lo; at < hi; {
		row := at % pixels / w
		rows := min(p.out.H()-row, (hi-at)/w)
		f(at, at/pixels, row/m, ceilDiv(row+rows, m))
		at += rows * w
	}
}

// tilesBefore is the number of the first tile of chunk i, of those of all images.
func (p *winogradPlan) tilesBefore(i int) int {
	image, row := i*rowChunk/p.pixels(), i*rowChunk%p.pixels()/p.out.W()
	return image*p.tilesPerImage() + row/p.wg.M*p.wide
}

// output transforms rows of tiles [ty0, ty1) of an image back to pixels; tile is the
// number of the first of them, and y begins with it.
func (p *winogradPlan) output(y []float32, tile, ty0, ty1 int) {
	m, c, w := p.wg.M, p.cout, p.out.W()
	h := p.out.H() - ty0*m
	r, point := m+2, pointStride(p.stride*c)
	edge := Scratch.Floats(m * m * c)
	for t := range (ty1 - ty0) * p.wide {
		ty, tx := t/p.wide*m, t%p.wide*m
		src := p.m[(tile+t)*c:]
		dst := y[(ty*w+tx)*c:]
		if ty+m <= h && tx+m <= w {
			p.wg.Output(dst, w*c, c, src, r*point, point, p.bias)
			continue
		}
		p.wg.Output(edge.Data, m*c, c, src, r*point, point, p.bias)
		for i := range min(m, h-ty) {
			copy(dst[i*w*c:], edge.Data[i*m*c:][:min(m, w-tx)*c])
		}
	}
	Scratch.Put(edge)
}

// winogradOutputGradLoop transforms the output gradient of one image, the block's
// channels of it.
var winogradOutputGradLoop = parallel.NewLoop(func(p *winogradPlan, image int) {
	dy, h, w := p.y.Sample(p.image0+image), p.y.Shape.H(), p.y.Shape.W()
	m, c, nr := p.wg.M, p.cout, p.kernels.NR
	width := p.c1 - p.c0
	r, point := m+2, pointStride(p.panels()*p.stride*nr)
	edge := Scratch.Floats(m * m * c)
	for t := range p.tilesPerImage() {
		ty, tx := t/p.wide*m, t%p.wide*m
		src, row := dy[(ty*w+tx)*c:], w*c
		if ty+m > h || tx+m > w {
			clear(edge.Data)
			for i := range min(m, h-ty) {
				copy(edge.Data[i*m*c:], src[i*w*c:][:min(m, w-tx)*c])
			}
			src, row = edge.Data, m*c
		}
		for j := range p.panels() {
			dst := p.d[(j*p.stride+image*p.tilesPerImage()+t)*nr:]
			p.wg.OutputGrad(dst, r*point, point, src[p.c0+j*nr:], row, c, min(nr, width-j*nr))
		}
	}
	Scratch.Put(edge)
})

// winogradWeightLoop adds the block's tiles to the gradient of the transformed
// filters of some input channels at one point.
var winogradWeightLoop = parallel.NewLoop(func(p *winogradPlan, task int) {
	parts, width := p.rowParts, p.c1-p.c0
	point := task / parts
	i0, i1 := evenPart(p.cin, p.kernels.MR, task%parts, parts)
	multiply(p.kernels, &product{
		m: i1 - i0, n: width, k: p.tiles(),
		a: p.v[point*pointStride(p.stride*p.cin)+i0:], rowStride: 1, colStride: p.cin,
		panels: p.d[point*pointStride(p.panels()*p.stride*p.kernels.NR):], panelRows: p.stride,
		c: p.gradU[point*pointStride(p.cin*width)+i0*width:], ldc: width, accumulate: p.image0 > 0,
	})
})

// winogradBiasLoop adds a panel of the block's output gradients to the bias's: the
// row of Aᵀ for the point 1 is all ones, so D at (1, 1) holds each tile's sum.
var winogradBiasLoop = parallel.NewLoop(func(p *winogradPlan, j int) {
	nr := p.kernels.NR
	sum := Scratch.Floats(nr)
	at := p.d[(p.wg.M+3)*pointStride(p.panels()*p.stride*nr):]
	panel := at[j*p.stride*nr:][:p.tiles()*nr]
	first := p.c0 + j*nr
	b := p.bias[first:min(first+nr, p.c1)]
	for length := p.biasImages() * p.tilesPerImage() * nr; len(panel) > 0; {
		part := panel[:min(length, len(panel))]
		p.kernels.ColSums(sum.Data, part)
		p.kernels.Add(b, b, sum.Data[:len(b)])
		panel = panel[len(part):]
	}
	Scratch.Put(sum)
})

// winogradFilterGradLoop transforms the gradient of one input channel's filters
// back to taps, for the block's output channels.
var winogradFilterGradLoop = parallel.NewLoop(func(p *winogradPlan, ci int) {
	width := p.c1 - p.c0
	point, r, tap := pointStride(p.cin*width), p.wg.M+2, p.cin*p.cout
	p.wg.FilterGrad(p.w.Data[ci*p.cout+p.c0:], 3*tap, tap, p.gradU[ci*width:], r*point, point, width)
})

// padRows fills dst, rows of w pixels, with the rows of an image from y0 on, from
// pixel 1 on, after what comes before. What lies outside of the image is zeros.
func (p *winogradPlan) padRows(dst []float32, w, y0 int, image []float32) {
	s, c := p.x.Shape, p.cin
	for y := y0; len(dst) > 0; y++ {
		row := dst[:w*c]
		dst = dst[w*c:]
		if y < 0 || y >= s.H() {
			clear(row)
			continue
		}
		clear(row[:c])
		p.before.load(p.kernels, row[c:][:s.W()*c], image[y*s.W()*c:][:s.W()*c])
		clear(row[(s.W()+1)*c:])
	}
}
