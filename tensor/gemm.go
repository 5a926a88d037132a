package tensor

import (
	"fmt"

	"sdrm/asm"
	"sdrm/internal/parallel"
)

// How a product is cut, beside the sizes that the kernels bring. It decides speed
// only: every element is one chain of fma over k, wherever it is cut.
const (
	// gemmTiles is the most tiles of rows that one task of Gemm computes, so that
	// a block of B is read from the L2 cache as often, and gemmTasks the number
	// of blocks of rows that a smaller product is cut into all the same.
	gemmTiles = 36
	gemmTasks = 4
	// farRows is the stride from which rows of A are copied next to one another:
	// rows that lie a multiple of 4 KiB apart share one set of the L1 cache.
	farRows = 1024
	// fetchDepth is the length from which a row of A is worth a call of Prefetch.
	fetchDepth = 128
	// rowPad is what keeps the copied rows from sharing a set, in floats.
	rowPad = 16
)

// Gemm computes dst = a·b, or dst += a·b if accumulate. Each element is one
// chain of fma over k = 0, 1, …, starting from 0 or from what dst holds. dst
// has unit stride along its rows or its columns and overlaps neither a nor b.
func Gemm(dst, a, b View, accumulate bool) {
	if a.Rows != dst.Rows || b.Cols != dst.Cols || a.Cols != b.Rows {
		panic(fmt.Sprintf("tensor: Gemm: %d×%d = %d×%d · %d×%d does not fit",
			dst.Rows, dst.Cols, a.Rows, a.Cols, b.Rows, b.Cols))
	}
	if dst.ColStride != 1 {
		if dst.RowStride != 1 {
			panic("tensor: Gemm: dst has unit stride in neither direction")
		}
		dst, a, b = dst.T(), b.T(), a.T()
	}
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	if a.Cols == 0 {
		if !accumulate {
			for i := range dst.Rows {
				clear(dst.Data[i*dst.RowStride:][:dst.Cols])
			}
		}
		return
	}
	k := asm.Current()
	packed := packB(k, b)
	g := gemmArgs{kernels: k, dst: dst, a: a, packed: packed.Data, accumulate: accumulate}
	tiles := ceilDiv(dst.Rows, k.MR)
	g.rowBlocks = max(min(gemmTasks, tiles), ceilDiv(tiles, gemmTiles))
	g.colBlocks = ceilDiv(dst.Cols, k.NC)
	gemmLoop.Run(g.rowBlocks*g.colBlocks, g)
	Scratch.Put(packed)
}

type gemmArgs struct {
	kernels              *asm.Kernels
	dst, a               View
	packed               []float32
	accumulate           bool
	rowBlocks, colBlocks int
}

var gemmLoop = parallel.NewLoop(func(g *gemmArgs, task int) {
	i0, i1 := evenPart(g.dst.Rows, g.kernels.MR, task%g.rowBlocks, g.rowBlocks)
	j0, j1 := evenPart(g.dst.Cols, g.kernels.NR, task/g.rowBlocks, g.colBlocks)
	multiply(g.kernels, product{
		m: i1 - i0, n: j1 - j0, k: g.a.Cols,
		a: g.a.Data[i0*g.a.RowStride:], rowStride: g.a.RowStride, colStride: g.a.ColStride,
		panels: g.packed[j0*g.a.Cols:],
		c:      g.dst.Data[i0*g.dst.RowStride+j0:], ldc: g.dst.RowStride,
		accumulate: g.accumulate,
	})
})

// evenPart returns the bounds of part i of n elements, cut between units into
// as even parts as there can be, the longer ones first.
func evenPart(n, unit, i, parts int) (lo, hi int) {
	units := ceilDiv(n, unit)
	least, longer := units/parts, units%parts
	begin := func(i int) int { return (i*least + min(i, longer)) * unit }
	return begin(i), min(n, begin(i+1))
}

// product is a block of C = A·B for one worker: m×n elements of C in row-major
// order with row stride ldc, m×k of A with any strides, and B in panels as
// packB lays them out.
type product struct {
	m, n, k              int
	a                    []float32
	rowStride, colStride int
	panels               []float32
	panelRows            int // rows of a panel; 0 means k
	c                    []float32
	ldc                  int
	accumulate           bool
}

// multiply computes a product tile by tile. The rows of A of a tile stay in the
// near caches while the panels of B pass, and those of the next tile come
// meanwhile, a row with every panel.
func multiply(k *asm.Kernels, p product) {
	mr, nr := k.MR, k.NR
	edge := Scratch.Floats(mr*nr + mr*(k.KC+rowPad))
	tile, near := edge.Data[:mr*nr], edge.Data[mr*nr:] // part of C, rows of A
	panelRows := p.panelRows
	if panelRows == 0 {
		panelRows = p.k
	}
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
				copyTile(near, kc+rowPad, a, rs, m, kc)
				a, rs = near, kc+rowPad
			case short:
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
				b, c := p.panels[j*panelRows+k0*nr:], p.c[i*p.ldc+j:]
				n := min(nr, p.n-j)
				if m == rows && n == nr {
					gemm(kc, a, rs, cs, b, nr, c, p.ldc, accumulate)
					continue
				}
				if accumulate {
					copyTile(tile, nr, c, p.ldc, m, n)
				}
				gemm(kc, a, rs, cs, b, nr, tile, nr, accumulate)
				copyTile(c, p.ldc, tile, nr, m, n)
			}
		}
	}
	Scratch.Put(edge)
}

// copyTile copies m×n elements between row-major tiles.
func copyTile(dst []float32, ldd int, src []float32, lds, m, n int) {
	for i := range m {
		copy(dst[i*ldd:][:n], src[i*lds:][:n])
	}
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

// packB copies b into panels of NR columns: column j of row k is element
// (j/NR*K + k)*NR + j%NR. The last panel is filled up with zeros.
func packB(k *asm.Kernels, b View) *Tensor {
	panels := ceilDiv(b.Cols, k.NR)
	packed := Scratch.Floats(panels * b.Rows * k.NR)
	args := packArgs{kernels: k, b: b, packed: packed.Data}
	if b.ColStride == 1 {
		packRowsLoop.Run(ceilDiv(b.Rows, packedRows), args)
	} else {
		packPanelLoop.Run(panels, args)
	}
	return packed
}

type packArgs struct {
	kernels *asm.Kernels
	b       View
	packed  []float32
}

// packedRows is how many rows of B one task packs.
const packedRows = 32

var packRowsLoop = parallel.NewLoop(func(p *packArgs, task int) {
	packRows(p.kernels, p.packed, p.b, task*packedRows, min((task+1)*packedRows, p.b.Rows))
})

var packPanelLoop = parallel.NewLoop(func(p *packArgs, panel int) {
	nr := p.kernels.NR
	packColumns(p.packed[panel*p.b.Rows*nr:], nr, p.b, panel*nr)
})

// packAll packs b, as packB does, in one task.
func packAll(k *asm.Kernels, packed []float32, b View) {
	if b.ColStride == 1 {
		packRows(k, packed, b, 0, b.Rows)
		return
	}
	for j := 0; j < b.Cols; j += k.NR {
		packColumns(packed[j*b.Rows:], k.NR, b, j)
	}
}

// packRows packs rows [lo, hi) of b, whose rows have unit stride.
func packRows(k *asm.Kernels, packed []float32, b View, lo, hi int) {
	for r := lo; r < hi; r++ {
		k.PackRow(packed[r*k.NR:], b.Rows*k.NR, k.NR, b.Data[r*b.RowStride:][:b.Cols])
	}
}

// packDepth is how much of a column packColumns takes at a time: where columns
// are what lies together, a line of the cache, so that what is read and what is
// written stay in the L1 cache.
const packDepth = 16

// packColumns packs the columns of b from j0 on into one panel.
func packColumns(dst []float32, nr int, b View, j0 int) {
	n := min(nr, b.Cols-j0)
	for k0 := 0; k0 < b.Rows; k0 += packDepth {
		rows := min(packDepth, b.Rows-k0)
		d := dst[k0*nr:][:rows*nr]
		for j := range n {
			col := b.Data[k0*b.RowStride+(j0+j)*b.ColStride:]
			for i := range rows {
				d[i*nr+j] = col[i*b.RowStride]
			}
		}
		if n < nr {
			for i := range rows {
				clear(d[i*nr+n : (i+1)*nr])
			}
		}
	}
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
