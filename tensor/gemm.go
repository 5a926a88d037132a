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
	// a block of B is read from the L2 cache as often. The blocks of rows are a
	// multiple of gemmTasks, if there are tiles enough, for two and four threads to
	// end together.
	gemmTiles = 36
	gemmTasks = 4
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
	g.rowBlocks = min(tiles, gemmTasks*ceilDiv(tiles, gemmTasks*gemmTiles))
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
	multiply(g.kernels, &product{
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

func ceilDiv(a, b int) int { return (a + b - 1) / b }
