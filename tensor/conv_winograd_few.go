package tensor

import "sdrm/internal/parallel"

// Winograd's convolution of a few tiles, of one image or of some small ones. Its
// time goes into the filters: transformed they are up to four times as long as
// they were, and each is multiplied with so few rows that to store them and read
// them again takes longer than to make them. So a task takes some output channels
// and, for a few input channels at a time, transforms their filters into the
// cache and multiplies them there at all points. The filters' memory is read once
// and nothing of their size is written. One tile alone is multiplied as they are
// made, in registers.

const (
	// winogradFewTiles is the most tiles of all images that count as few.
	winogradFewTiles = 64
	// winogradFewRows is the most tiles that are multiplied one by one, which makes
	// more of the vectors than a kernel of several rows does.
	winogradFewRows = 2
)

// fewTiles tells whether the block is all images, and their tiles are few.
func (p *winogradPlan) fewTiles() bool {
	return p.images == p.x.Shape.N() && p.tiles() <= winogradFewTiles
}

// winogradFewLoop multiplies all tiles by the filters of some output channels.
var winogradFewLoop = parallel.NewLoop(func(p *winogradPlan, task int) {
	mr, nr := p.kernels.MR, p.kernels.NR
	c0, c1 := evenPart(p.cout, nr, task, p.fewParts)
	vPoint, mPoint := pointStride(p.stride*p.cin), pointStride(p.stride*p.cout)
	if p.tiles() == 1 && !p.turned {
		p.wg.FilterProduct(p.m[c0:], mPoint, p.v, vPoint, p.w.Data[c0:], p.cin*p.cout, p.cout, p.cin, c1-c0, false)
		return
	}
	width := ceilDiv(c1-c0, nr) * nr
	depth := max(1, fewFloats/(p.points*width*filtersPerTask)) * filtersPerTask
	point := pointStride(depth * width)
	u, edge := Scratch.Floats(p.points*point), Scratch.Floats(mr*(nr+depth))
	for k0 := 0; k0 < p.cin; k0 += depth {
		kc := min(depth, p.cin-k0)
		p.filters(u.Data, width, point, k0, k0+kc, c0, c1)
		if p.tiles() <= winogradFewRows {
			for t := range p.tiles() {
				p.kernels.GemmRows(p.points, kc, c1-c0, p.v[t*p.cin+k0:], vPoint, u.Data, point, width,
					p.m[t*p.cout+c0:], mPoint, k0 > 0)
			}
			continue
		}
		for i := range p.points {
			multiplyFew(p.kernels, &fewProduct{
				m: p.tiles(), n: c1 - c0, k: kc,
				a: p.v[i*vPoint+k0:], lda: p.cin,
				b: u.Data[i*point:], ldb: width,
				c: p.m[i*mPoint+c0:], ldc: p.cout,
				accumulate: k0 > 0, edge: edge.Data,
			})
		}
	}
	Scratch.Put(u, edge)
})
