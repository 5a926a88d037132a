package tensor

import "sdrm/internal/parallel"

// Winograd's convolution of a few tiles, of one image or of some small ones. Its
// time goes into the filters: transformed they are up to four times as long as
// they were, and each is multiplied with so few rows that to store them and read
// them again takes longer than to make them. So a task takes some output channels
// and, for a few input channels at a time, transforms their filters into the
// cache and multiplies them there at all points. The filters' memory is read once
// and nothing of their size is written.

const (
	// winogradFewTiles is the most tiles of all images that count as few.
	winogradFewTiles = 64
	// winogradFewTasks is how many tasks the output channels are cut into, and
	// winogradFewChannels how many of them one task takes at most.
	winogradFewTasks    = 4
	winogradFewChannels = 128
	// winogradFewFilters is about how many floats of transformed filters there are
	// at a time: what the L2 cache holds beside the rows.
	winogradFewFilters = 1 << 16
)

func (p *winogradPlan) fewTiles() bool {
	return p.images == p.x.Shape.N() && p.tiles() <= winogradFewTiles
}

func (p *winogradPlan) fewParts() int {
	return max(min(winogradFewTasks, ceilDiv(p.cout, p.kernels.NR)), ceilDiv(p.cout, winogradFewChannels))
}

var winogradFewLoop = parallel.NewLoop(func(p *winogradPlan, task int) {
	mr, nr := p.kernels.MR, p.kernels.NR
	c0, c1 := evenPart(p.cout, nr, task, p.fewParts())
	width := ceilDiv(c1-c0, nr) * nr
	depth := max(1, winogradFewFilters/(p.points*width*filtersPerTask)) * filtersPerTask
	point := pointStride(depth * width)
	u, tile := Scratch.Floats(p.points*point), Scratch.Floats(mr*nr)
	for k0 := 0; k0 < p.cin; k0 += depth {
		kc := min(depth, p.cin-k0)
		p.filters(u.Data, width, point, k0, k0+kc, c0, c1)
		for i := range p.points {
			p.fewProducts(tile.Data, u.Data[i*point:], width, i, k0, kc, c0, c1)
		}
	}
	Scratch.Put(u, tile)
})

// fewProducts adds the products of input channels [k0, k0+kc) at one point to
// output channels [c0, c1).
func (p *winogradPlan) fewProducts(tile, u []float32, width, point, k0, kc, c0, c1 int) {
	k := p.kernels
	v := p.v[point*pointStride(p.stride*p.cin)+k0:]
	to := p.m[point*pointStride(p.stride*p.cout)+c0:]
	for i := 0; i < p.tiles(); i += k.MR {
		m := min(k.MR, p.tiles()-i)
		gemm, rows := k.Gemm, k.MR
		if m <= k.EdgeMR {
			gemm, rows = k.GemmEdge, k.EdgeMR
		}
		for j := 0; j < c1-c0; j += k.NR {
			n, c := min(k.NR, c1-c0-j), to[i*p.cout+j:]
			if m == rows && n == k.NR {
				gemm(kc, v[i*p.cin:], p.cin, 1, u[j:], width, c, p.cout, k0 > 0)
				continue
			}
			if k0 > 0 {
				copyTile(tile, k.NR, c, p.cout, m, n)
			}
			gemm(kc, v[i*p.cin:], p.cin, 1, u[j:], width, tile, k.NR, k0 > 0)
			copyTile(c, p.cout, tile, k.NR, m, n)
		}
	}
}
