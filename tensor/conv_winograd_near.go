package tensor

import "sdrm/internal/parallel"

// Winograd's convolution where the transformed filters fit in the L2 cache, with some
// tiles beside them: a task takes its tiles from the patches to the pixels, and what it
// transforms and multiplies leaves that cache no more.

// winogradNearMost is the most chunks of rows that such a task takes, and
// winogradNearTasks how many tasks there are at least for each worker.
const (
	winogradNearMost  = 4
	winogradNearTasks = 2
)

// nearChunks returns how many chunks of rows of the result a task takes, which fills the
// tiles of the product's kernel best: 0 where the filters are too large, chunks are not
// whole rows of tiles, or there are too few of them.
func (p *winogradPlan) nearChunks() int {
	if p.parts > 1 || !wholeChunks(p.out, p.wg.M) {
		return 0
	}
	filters := p.points * pointStride(p.partLength(p.cin))
	perChunk := p.points * p.chunkTiles() * (p.cin + p.cout)
	most := min(winogradNearMost, (p.kernels.MaxB-filters)/perChunk, p.chunks()/(winogradNearTasks*parallel.Workers()))
	best, rows := 0, 0 // rows: what the kernel computes
	for n := 1; n <= most; n++ {
		tiles := n * p.chunkTiles()
		whole := tiles / p.kernels.MR * p.kernels.MR
		computed := whole
		if tiles > whole {
			computed += p.kernels.Tile(tiles - whole).Rows
		}
		if best == 0 || computed*best < rows*n {
			best, rows = n, computed
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
	u := Scratch.Floats(p.points * pointStride(p.partLength(p.cin)))
	p.u = u.Data
	winogradFilterLoop.Run(p.panels()*ceilDiv(p.cin, filtersPerTask), *p)
	p.perTask, p.stride = chunks, chunks*p.chunkTiles()
	winogradNearLoop.Run(ceilDiv(p.chunks(), chunks), *p)
	Scratch.Put(u)
}

var winogradNearLoop = parallel.NewLoop(func(shared *winogradPlan, task int) {
	p := *shared
	lo, hi := chunk(task, p.perTask, p.chunks())
	vPoint, mPoint := pointStride(p.stride*p.cin), pointStride(p.stride*p.cout)
	v, m := Scratch.Floats(p.points*vPoint), Scratch.Floats(p.points*mPoint)
	p.v, p.m = v.Data, m.Data
	tiles := 0
	for i := lo; i < hi; i++ {
		p.eachBand(i, func(_, image, ty0, ty1 int) {
			p.input(tiles, image, ty0, ty1)
			tiles += (ty1 - ty0) * p.wide
		})
	}
	uPoint := pointStride(p.partLength(p.cin))
	for point := range p.points {
		multiply(p.kernels, &product{
			m: tiles, n: p.cout, k: p.cin,
			a: p.v[point*vPoint:], rowStride: p.cin, colStride: 1,
			panels: p.u[point*uPoint:],
			c:      p.m[point*mPoint:], ldc: p.cout,
		})
	}
	for i := lo; i < hi; i++ {
		p.finishChunk(i, (i-lo)*p.chunkTiles())
	}
	Scratch.Put(v, m)
})
