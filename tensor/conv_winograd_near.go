package tensor

import "sdrm/internal/parallel"

// Winograd's convolution where the transformed filters fit in the L2 cache, with some
// tiles beside them: a task takes its tiles from the patches to the pixels, and what it
// transforms and multiplies mostly stays in the cache of its core.

const (
	// winogradNearMost is the most chunks of rows that such a task takes, and
	// winogradNearTasks how many tasks there are at least for each worker.
	winogradNearMost  = 3
	winogradNearTasks = 2
	// A task costs one part in winogradNearFixed of a chunk's products beside its own, for
	// it reads all filters: with one chunk to a task instead of two or three a
	// convolution of 128 to 32 channels took 16 to 21 % longer (Intel Xeon, AVX2 and AVX-512).
	winogradNearFixed = 4
	// One part in winogradNearWaste of its products is the most that a task may cost
	// beyond them: with more it was no quicker than blocks of images.
	winogradNearWaste = 8
)

// nearChunks returns how many chunks of rows of the result a task takes, so that the
// tiles of the product's kernel are full and the filters read seldom: 0 where that
// cannot be, the filters are too large, chunks are not whole rows of tiles, or there are
// too few of them.
func (p *winogradPlan) nearChunks() (best int) {
	if p.parts > 1 || !wholeChunks(p.out, p.wg.M) {
		return 0
	}
	tiles := p.chunkTiles()
	most := min(winogradNearMost, (p.kernels.MaxB-p.filterFloats())/(p.points*tiles*(p.cin+p.cout)), p.chunks()/(winogradNearTasks*parallel.Workers()))
	least := 0 // cost of best
	for n := 1; n <= most; n++ {
		cost := rowsComputed(p.kernels, n*tiles) + tiles/winogradNearFixed
		if cost <= n*(tiles+tiles/winogradNearWaste) && (best == 0 || cost*best < least*n) {
			best, least = n, cost
		}
	}
	return best
}

// chunks is how many chunks of rows the result has, and chunkTiles how many tiles one
// that is whole.
func (p *winogradPlan) chunks() int     { return ceilDiv(p.out.Rows(), rowChunk) }
func (p *winogradPlan) chunkTiles() int { return p.tilesBefore(1) }

// convolveNear is convolve with tasks of so many chunks.
func (p *winogradPlan) convolveNear(chunks int) {
	u := Scratch.Floats(p.filterFloats())
	p.u = u.Data
	winogradFilterLoop.Run(p.filterTasks(), *p)
	p.perTask, p.stride = chunks, chunks*p.chunkTiles()
	winogradNearLoop.Run(ceilDiv(p.chunks(), chunks), *p)
	Scratch.Put(u)
}

var winogradNearLoop = parallel.NewLoop(func(shared *winogradPlan, task int) {
	p := *shared
	first, last := chunk(task, p.perTask, p.chunks())
	v, m := Scratch.Floats(p.points*pointStride(p.stride*p.cin)), Scratch.Floats(p.points*pointStride(p.stride*p.cout))
	p.v, p.m = v.Data, m.Data
	tiles := 0
	p.eachBand(first*rowChunk, min(last*rowChunk, p.out.Rows()), func(_, image, ty0, ty1 int) {
		p.input(tiles, image, ty0, ty1)
		tiles += (ty1 - ty0) * p.wide
	})
	for point := range p.points {
		p.product(point, 0, tiles, 0, p.cout)
	}
	for i := first; i < last; i++ {
		p.finishChunk(i, (i-first)*p.chunkTiles())
	}
	Scratch.Put(v, m)
})
