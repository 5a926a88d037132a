package tensor

import "sdrm/asm"

const (
	// farRows is the stride from which rows of A are copied next to one another:
	// rows that lie a multiple of 4 KiB apart share one set of the L1 cache.
	farRows = 1024
	// fetchDepth is the length from which a row of A is worth a call of Prefetch.
	fetchDepth = 128
	// rowPad is what keeps the copied rows from sharing a set, in floats, and
	// panelPad also from lying at the same place of a line: six elements of one
	// column that do cost a tile 3 % (Intel Xeon, AVX2).
	rowPad   = 16
	panelPad = 8
)

// product is a block of C = A·B for one worker: m×n elements of C in row-major
// order with row stride ldc, m×k of A with any strides, and B in panels as
// packB lays them out.
type product struct {
	m, n, k              int
	a                    []float32
	rowStride, colStride int
	panels               []float32
	panelRows            int // rows of a panel; 0 means k
	ldb                  int // if not 0, panels are rows of B that lie so far apart, of whole tiles
	c                    []float32
	ldc                  int
	accumulate           bool
}

// multiply computes a product tile by tile, in the order that suits its size.
func multiply(k *asm.Kernels, p *product) {
	if p.m == 0 || p.n == 0 {
		return
	}
	if p.panelRows == 0 {
		p.panelRows = p.k
	}
	if p.colStride == 1 && p.ldb == 0 && p.n*min(p.k, k.KC) > k.MaxB {
		multiplyByPanels(k, p)
	} else {
		multiplyByRows(k, p)
	}
}

// multiplyByRows keeps the rows of A of a tile in the near caches while the panels
// of B pass; those of the next tile come meanwhile, a row with every panel.
func multiplyByRows(k *asm.Kernels, p *product) {
	mr, nr := k.MR, k.NR
	ldb, nextPanel := nr, p.panelRows*nr
	if p.ldb != 0 {
		ldb, nextPanel = p.ldb, nr
	}
	var edge edgeMemory
	depths := ceilDiv(p.k, k.KC)
	for d := range depths {
		k0 := d * p.k / depths
		kc := (d+1)*p.k/depths - k0
		accumulate := p.accumulate || k0 > 0
		for i := 0; i < p.m; i += mr {
			m := min(mr, p.m-i)
			t := k.Tile(m)
			gemm, rows := t.Gemm, t.Rows // of the tile that is computed
			a, rs, cs := p.a[i*p.rowStride+k0*p.colStride:], p.rowStride, p.colStride
			// A partial tile: rows of A that do not exist may be read as long as
			// there is memory, for their results are dropped.
			short := (rows-1)*rs+(kc-1)*cs >= len(a)
			switch {
			case cs == 1 && (short || rs >= farRows):
				near := edge.rows(k)
				k.CopyRows(m, kc, near, kc+rowPad, a, rs)
				a, rs = near, kc+rowPad
			case short:
				near := edge.rows(k)
				copyRows(near, rows, a, rs, cs, m, kc)
				a, rs, cs = near, 1, rows
			}
			fetch := 0 // rows of the next tile that are still to come
			if p.colStride == 1 && kc >= fetchDepth {
				fetch = max(0, min(mr, p.m-i-mr))
			}
			atOnce := ceilDiv(fetch, ceilDiv(p.n, nr))
			for j := 0; j < p.n; j += nr {
				for range min(atOnce, fetch) {
					fetch--
					asm.Prefetch(p.a[(i+mr+fetch)*p.rowStride+k0:][:kc])
				}
				b, c := p.panels[j/nr*nextPanel+k0*ldb:], p.c[i*p.ldc+j:]
				n := min(nr, p.n-j)
				if m == rows && n == nr {
					gemm(kc, a, rs, cs, b, ldb, c, p.ldc, accumulate)
					continue
				}
				multiplyEdge(k, t, kc, a, rs, cs, b, ldb, edge.tile(k), c, p.ldc, m, n, accumulate)
			}
		}
	}
	edge.put()
}

// edgeMemory is a tile of C and the rows of A of one, which most products need for
// their last rows and columns alone.
type edgeMemory struct{ t *Tensor }

func (e *edgeMemory) take(k *asm.Kernels) []float32 {
	if e.t == nil {
		e.t = Scratch.Floats(k.MR*k.NR + k.MR*(k.KC+rowPad))
	}
	return e.t.Data
}

func (e *edgeMemory) tile(k *asm.Kernels) []float32 { return e.take(k)[:k.MR*k.NR] }
func (e *edgeMemory) rows(k *asm.Kernels) []float32 { return e.take(k)[k.MR*k.NR:] }
func (e *edgeMemory) put()                          { Scratch.Put(e.t) }

// multiplyByPanels keeps a panel of B in the L1 cache while tiles of rows of A pass,
// which have unit stride and are copied next to one another; the next panel comes
// meanwhile, a part with every tile.
func multiplyByPanels(k *asm.Kernels, p *product) {
	mr, nr := k.MR, k.NR
	blocks, depths := ceilDiv(p.m, k.PanelRows), ceilDiv(p.k, k.PanelKC)
	stride := ceilDiv(p.k, depths) + panelPad
	whole := ceilDiv(ceilDiv(p.m, blocks), mr) * mr // rows of tiles, of a block at most
	edge := Scratch.Floats(mr*nr + whole*stride)
	tile, near := edge.Data[:mr*nr], edge.Data[mr*nr:] // part of C, rows of A
	for block := range blocks {
		i0, i1 := evenPart(p.m, mr, block, blocks)
		for d := range depths {
			k0 := d * p.k / depths
			kc := (d+1)*p.k/depths - k0
			accumulate := p.accumulate || k0 > 0
			k.CopyRows(i1-i0, kc, near, stride, p.a[i0*p.rowStride+k0:], p.rowStride)
			for j := 0; j < p.n; j += nr {
				b, n := p.panels[j*p.panelRows+k0*nr:][:kc*nr], min(nr, p.n-j)
				var next []float32 // what is still to come of the next panel
				if j+nr < p.n {
					next = p.panels[(j+nr)*p.panelRows+k0*nr:][:kc*nr]
				}
				part := ceilDiv(len(next), ceilDiv(i1-i0, mr))
				for i := i0; i < i1; i += mr {
					fetched := min(part, len(next))
					asm.Prefetch(next[:fetched])
					next = next[fetched:]
					m := min(mr, i1-i)
					t := k.Tile(m)
					a, c := near[(i-i0)*stride:], p.c[i*p.ldc+j:]
					if m == t.Rows && n == nr {
						t.Gemm(kc, a, stride, 1, b, nr, c, p.ldc, accumulate)
						continue
					}
					multiplyEdge(k, t, kc, a, stride, 1, b, nr, tile, c, p.ldc, m, n, accumulate)
				}
			}
		}
	}
	Scratch.Put(edge)
}

// multiplyEdge computes m×n elements of a tile that is not whole, by way of tile.
func multiplyEdge(k *asm.Kernels, t asm.Tile, kc int, a []float32, rs, cs int, b []float32, ldb int, tile, c []float32, ldc, m, n int, accumulate bool) {
	if accumulate {
		k.CopyRows(m, n, tile, k.NR, c, ldc)
	}
	t.Gemm(kc, a, rs, cs, b, ldb, tile, k.NR, accumulate)
	k.CopyRows(m, n, c, ldc, tile, k.NR)
}

// copyRows lays m rows of A out as dst[k*mr+i] and fills up with zeros.
func copyRows(dst []float32, mr int, a []float32, rs, cs, m, kc int) {
	for k := range kc {
		d := dst[k*mr:][:mr]
		for i := range m {
			d[i] = a[i*rs+k*cs]
		}
		clear(d[m:])
	}
}
