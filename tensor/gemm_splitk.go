package tensor

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"sdrm/asm"
	"sdrm/internal/parallel"
)

// splitChunk is the length of a chunk of k in GemmSplitK, part of its
// definition: the sums of chunks are added in a fixed tree, which keeps the
// rounding error of a long sum that of a short one.
const splitChunk = 1024

// splitMemory bounds the floats of partial sums of weight gradients.
const splitMemory = 1 << 23

// How large products are cut, which decides speed only: into blocks of that many
// rows and columns, whose sums and whose part of b for a chunk stay in the L2 cache,
// so many columns of blocks at a time; and from how many blocks on. What is smaller
// keeps so many floats of partial products at a time.
const (
	splitRows    = 112
	splitColumns = 256
	splitGroup   = 4
	splitBlocks  = 8
	depthMemory  = 1 << 22
)

// GemmSplitK computes dst = a·b for a long inner dimension: k is cut into
// chunks of 1024, each chunk is a product as Gemm computes it, and the chunks
// are added pairwise, neighbours first. dst has unit stride along its rows.
func GemmSplitK(dst, a, b View) {
	checkSplitK("GemmSplitK", dst, a, b)
	switch {
	case a.Cols <= splitChunk || dst.Rows == 0 || dst.Cols == 0:
		Gemm(dst, a, b, false)
	case dst.Rows <= thinRows && dst.Cols >= thinColumns && b.ColStride == 1:
		splitThin(dst, a, b)
	case ceilDiv(dst.Rows, splitRows)*ceilDiv(dst.Cols, splitColumns) >= splitBlocks:
		splitByBlocks(dst, a, b, false)
	default:
		splitByDepth(dst, a, b)
	}
}

// GramSplitK computes the elements of dst = x·xᵀ on and below the diagonal, as
// GemmSplitK does; what stands above it is undefined.
func GramSplitK(dst, x View) {
	if x.Cols == 0 || ceilDiv(dst.Rows, splitRows)*ceilDiv(dst.Cols, splitColumns) < splitBlocks {
		GemmSplitK(dst, x, x.T())
		return
	}
	checkSplitK("GramSplitK", dst, x, x.T())
	splitByBlocks(dst, x, x.T(), true)
}

func checkSplitK(name string, dst, a, b View) {
	if a.Rows != dst.Rows || b.Cols != dst.Cols || a.Cols != b.Rows {
		panic(fmt.Sprintf("tensor: %s: %d×%d = %d×%d · %d×%d does not fit",
			name, dst.Rows, dst.Cols, a.Rows, a.Cols, b.Rows, b.Cols))
	}
	if dst.ColStride != 1 {
		panic("tensor: " + name + ": dst is not in row-major order")
	}
}

// splitByBlocks computes dst in blocks, all chunks of one in a task, or if lower
// only those that reach down from the diagonal. The part of b of a few columns of
// blocks is packed at a time.
func splitByBlocks(dst, a, b View, lower bool) {
	k := asm.Current()
	s := splitBlocksArgs{kernels: k, dst: dst, a: a, b: b, lower: lower,
		chunks: ceilDiv(a.Cols, splitChunk), width: splitColumns / k.NR * k.NR}
	width := splitGroup * s.width
	packed := Scratch.Floats(ceilDiv(min(width, dst.Cols), k.NR) * k.NR * a.Cols)
	s.packed = packed.Data
	for s.first = 0; s.first < dst.Cols; s.first += width {
		s.cols = min(width, dst.Cols-s.first)
		splitPackLoop.Run(s.chunks*ceilDiv(s.cols, k.NR), s)
		tasks := 0
		for j := 0; j < s.cols; j += s.width {
			tasks += s.rowBlocks(j)
		}
		splitBlockLoop.Run(tasks, s)
	}
	Scratch.Put(packed)
}

type splitBlocksArgs struct {
	kernels     *asm.Kernels
	dst, a, b   View
	lower       bool
	chunks      int
	width       int       // columns of a block
	first, cols int       // the columns of dst that are packed
	packed      []float32 // their panels of a chunk, then those of the next one
}

// firstRow returns the first row of the blocks that begin in column j of those that
// are packed, and rowBlocks how many blocks they are.
func (s *splitBlocksArgs) firstRow(j int) int {
	if s.lower {
		return s.first + j
	}
	return 0
}

func (s *splitBlocksArgs) rowBlocks(j int) int { return ceilDiv(s.dst.Rows-s.firstRow(j), splitRows) }

// chunk returns the packed panels of a chunk, its first k and its length.
func (s *splitBlocksArgs) chunk(i int) (panels []float32, k0, depth int) {
	k0 = i * splitChunk
	return s.packed[k0*ceilDiv(s.cols, s.kernels.NR)*s.kernels.NR:], k0, min(splitChunk, s.a.Cols-k0)
}

// splitPackLoop packs one panel of a chunk.
var splitPackLoop = parallel.NewLoop(func(s *splitBlocksArgs, task int) {
	panels, k0, depth := s.chunk(task % s.chunks)
	nr, panel := s.kernels.NR, task/s.chunks
	b := s.b
	b.Data, b.Rows, b.Cols = b.Data[k0*b.RowStride+s.first*b.ColStride:], depth, s.cols
	dst := panels[panel*depth*nr:]
	if b.ColStride != 1 {
		packColumns(dst, nr, b, panel*nr)
		return
	}
	b.Data, b.Cols = b.Data[panel*nr:], min(nr, b.Cols-panel*nr)
	packRows(s.kernels, dst, b, 0, depth)
})

// splitBlockLoop adds up the chunks of a block as a binary counter counts: of every
// pair the second chunk is added to the first, of every pair of pairs the second sum,
// and so on, and in the end what had no partner.
var splitBlockLoop = parallel.NewLoop(func(s *splitBlocksArgs, task int) {
	j := 0
	for task >= s.rowBlocks(j) {
		task -= s.rowBlocks(j)
		j += s.width
	}
	cols, top := min(s.width, s.cols-j), s.firstRow(j)
	lo, hi := evenPart(s.dst.Rows-top, s.kernels.MR, task, s.rowBlocks(j))
	lo, hi = top+lo, top+hi
	size := (hi - lo) * cols
	memory := Scratch.Floats(size * (bits.Len(uint(s.chunks-1)) + 1))
	part := func(i int) []float32 { return memory.Data[i*size:][:size] }
	held := 0 // sums that wait for their partner
	for i := range s.chunks {
		panels, k0, depth := s.chunk(i)
		multiply(s.kernels, &product{
			m: hi - lo, n: cols, k: depth,
			a: s.a.Data[lo*s.a.RowStride+k0*s.a.ColStride:], rowStride: s.a.RowStride, colStride: s.a.ColStride,
			panels: panels[j*depth:],
			c:      part(held), ldc: cols,
		})
		held++
		for n := i + 1; n%2 == 0; n /= 2 {
			held--
			s.kernels.Add(part(held-1), part(held-1), part(held))
		}
	}
	for ; held > 1; held-- {
		s.kernels.Add(part(held-2), part(held-2), part(held-1))
	}
	s.kernels.CopyRows(hi-lo, cols, s.dst.Data[lo*s.dst.RowStride+s.first+j:], s.dst.RowStride, memory.Data, cols)
	Scratch.Put(memory)
})

// How a product with few rows is cut: dst of at most thinRows rows and at least
// thinColumns columns, into pieces of thinBlock columns, and k into thinDepth at a
// time, so that rows of b and the sums stay in the L2 cache.
const (
	thinRows    = 64
	thinColumns = 1024
	thinBlock   = 2048
	thinDepth   = 32
)

// splitThin computes a dst of few rows from a b whose rows are contiguous. Each
// element of b is used so few times that it is read where it lies, in the order of
// its addresses.
func splitThin(dst, a, b View) {
	k, chunks := asm.Current(), ceilDiv(a.Cols, splitChunk)
	partial := Scratch.Floats(chunks * dst.Rows * dst.Cols)
	s := thinArgs{kernels: k, gemm: k.Gemm, mr: k.MR, a: a, b: b, partial: partial.Data, blocks: ceilDiv(dst.Cols, thinBlock)}
	for _, t := range slices.Backward(k.Edges) {
		if ceilDiv(a.Rows, t.Rows)*t.Rows < ceilDiv(a.Rows, s.mr)*s.mr {
			s.gemm, s.mr = t.Gemm, t.Rows
		}
	}
	thinLoop.Run(chunks*s.blocks, s)
	for r := range dst.Rows {
		sumTreeStrided(dst.Data[r*dst.RowStride:][:dst.Cols], partial.Data[r*dst.Cols:], dst.Rows*dst.Cols, chunks)
	}
	Scratch.Put(partial)
}

type thinArgs struct {
	kernels *asm.Kernels
	gemm    func(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool)
	mr      int // rows of its tile
	a, b    View
	partial []float32
	blocks  int // of columns
}

// thinLoop computes a block of columns of a chunk.
var thinLoop = parallel.NewLoop(func(s *thinArgs, task int) {
	chunk, first := task/s.blocks, task%s.blocks*thinBlock
	m, cols, nr := s.a.Rows, min(thinBlock, s.b.Cols-first), s.kernels.NR
	tiles, ldc := ceilDiv(m, s.mr), ceilDiv(cols, nr)*nr
	memory := Scratch.Floats(tiles*s.mr*(ldc+thinDepth) + thinDepth*nr)
	sums, rest := memory.Data[:tiles*s.mr*ldc], memory.Data[tiles*s.mr*ldc:]
	rows, edge := rest[:tiles*s.mr*thinDepth], rest[tiles*s.mr*thinDepth:]
	end := min((chunk+1)*splitChunk, s.a.Cols)
	for k0 := chunk * splitChunk; k0 < end; k0 += thinDepth {
		depth := min(thinDepth, end-k0)
		for t := range tiles {
			i := t * s.mr
			copyRows(rows[i*thinDepth:], s.mr, s.a.Data[i*s.a.RowStride+k0*s.a.ColStride:], s.a.RowStride, s.a.ColStride, min(s.mr, m-i), depth)
		}
		for j := 0; j < cols; j += nr {
			b, ldb := s.b.Data[k0*s.b.RowStride+first+j:], s.b.RowStride
			if cols-j < nr {
				clear(edge)
				s.kernels.CopyRows(depth, cols-j, edge, nr, b, ldb)
				b, ldb = edge, nr
			}
			for t := range tiles {
				s.gemm(depth, rows[t*s.mr*thinDepth:], 1, s.mr, b, ldb, sums[t*s.mr*ldc+j:], ldc, k0%splitChunk > 0)
			}
		}
	}
	s.kernels.CopyRows(m, cols, s.partial[chunk*m*s.b.Cols+first:], s.b.Cols, sums, ldc)
	Scratch.Put(memory)
})

// splitByDepth computes the chunks of a small dst, or of blocks of it about as
// high as wide, since b is packed anew for every band of rows, in a task each.
func splitByDepth(dst, a, b View) {
	chunks := ceilDiv(a.Cols, splitChunk)
	most := max(1, depthMemory/chunks)
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
	multiply(s.kernels, &product{
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
