package tensor

import (
	"fmt"
	"math"

	"sdrm/asm"
	"sdrm/internal/parallel"
)

// splitChunk is the length of a chunk of k in GemmSplitK, part of its
// definition: the sums of chunks are added in a fixed tree, which keeps the
// rounding error of a long sum that of a short one.
const splitChunk = 1024

// splitMemory bounds the floats of partial products at a time.
const splitMemory = 1 << 23

// GemmSplitK computes dst = a·b for a long inner dimension: k is cut into
// chunks of 1024, each chunk is a product as Gemm computes it, and the chunks
// are added pairwise, neighbours first. dst has unit stride along its rows.
func GemmSplitK(dst, a, b View) {
	if a.Rows != dst.Rows || b.Cols != dst.Cols || a.Cols != b.Rows {
		panic(fmt.Sprintf("tensor: GemmSplitK: %d×%d = %d×%d · %d×%d does not fit",
			dst.Rows, dst.Cols, a.Rows, a.Cols, b.Rows, b.Cols))
	}
	if dst.ColStride != 1 {
		panic("tensor: GemmSplitK: dst is not in row-major order")
	}
	chunks := ceilDiv(a.Cols, splitChunk)
	if chunks <= 1 || dst.Rows == 0 || dst.Cols == 0 {
		Gemm(dst, a, b, false)
		return
	}
	// Blocks about as high as wide, since B is packed anew for every band of rows.
	most := splitMemory / chunks
	width := min(dst.Cols, max(1, int(math.Sqrt(float64(most))), most/dst.Rows))
	band := min(dst.Rows, max(1, most/width))
	partial := Scratch.Floats(chunks * band * width)
	for i := 0; i < dst.Rows; i += band {
		rows := min(band, dst.Rows-i)
		for j := 0; j < dst.Cols; j += width {
			cols := min(width, dst.Cols-j)
			aPart, bPart := a, b
			aPart.Rows, aPart.Data = rows, a.Data[i*a.RowStride:]
			bPart.Cols, bPart.Data = cols, b.Data[j*b.ColStride:]
			splitLoop.Run(chunks, splitArgs{kernels: asm.Current(), a: aPart, b: bPart, partial: partial.Data})
			out := dst.Data[i*dst.RowStride+j:]
			if dst.RowStride == cols {
				sumTree(out[:rows*cols], partial.Data, chunks)
				continue
			}
			for r := range rows {
				sumTreeStrided(out[r*dst.RowStride:][:cols], partial.Data[r*cols:], rows*cols, chunks)
			}
		}
	}
	Scratch.Put(partial)
}

type splitArgs struct {
	kernels *asm.Kernels
	a, b    View
	partial []float32
}

var splitLoop = parallel.NewLoop(func(s *splitArgs, chunk int) {
	k0 := chunk * splitChunk
	b := s.b
	b.Rows = min(splitChunk, s.b.Rows-k0)
	b.Data = s.b.Data[k0*s.b.RowStride:]
	nr := s.kernels.NR
	panels := ceilDiv(b.Cols, nr)
	packed := Scratch.Floats(panels * splitChunk * nr)
	packAll(s.kernels, packed.Data, b)
	multiply(s.kernels, product{
		m: s.a.Rows, n: b.Cols, k: b.Rows,
		a: s.a.Data[k0*s.a.ColStride:], rowStride: s.a.RowStride, colStride: s.a.ColStride,
		panels: packed.Data,
		c:      s.partial[chunk*s.a.Rows*b.Cols:], ldc: b.Cols,
	})
	Scratch.Put(packed)
})

// sumTree adds parts arrays of len(dst) floats that lie one after the other,
// in the fixed tree ((0+1)+(2+3))+…, and leaves the sum in dst. The parts are
// used up.
func sumTree(dst, parts []float32, count int) { sumTreeStrided(dst, parts, len(dst), count) }

// sumTreeStrided is sumTree for parts that begin stride floats apart.
func sumTreeStrided(dst, parts []float32, stride, count int) {
	treeLoop.Run(ceilDiv(len(dst), treeBlock), treeArgs{asm.Current(), dst, parts, stride, count})
}

// treeBlock is how many floats of the result one task adds up.
const treeBlock = 4096

type treeArgs struct {
	kernels       *asm.Kernels
	dst, parts    []float32
	stride, count int
}

var treeLoop = parallel.NewLoop(func(t *treeArgs, task int) {
	lo := task * treeBlock
	hi := min(lo+treeBlock, len(t.dst))
	for step := 1; step < t.count; step *= 2 {
		for i := 0; i+step < t.count; i += 2 * step {
			x := t.parts[i*t.stride+lo : i*t.stride+hi]
			t.kernels.Add(x, x, t.parts[(i+step)*t.stride+lo:(i+step)*t.stride+hi])
		}
	}
	copy(t.dst[lo:hi], t.parts[lo:hi])
})
