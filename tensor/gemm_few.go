package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// A product of few rows spends its time on B: to pack it and read it again takes
// longer than to multiply. So a task takes some columns, copies a few rows of them
// at a time into the cache, and multiplies them there with all rows of A.

const (
	// fewTasks is how many tasks the columns are cut into, or one for each worker if
	// these are more, and fewColumns how many of them one task takes at most.
	fewTasks   = 4
	fewColumns = 128
	// fewFloats is about how many floats of B there are at a time: what the L2
	// cache holds beside the rows of A.
	fewFloats = 1 << 16
)

// fewParts is how many tasks n columns are cut into.
func fewParts(k *asm.Kernels, n int) int {
	return max(min(max(fewTasks, parallel.Workers()), ceilDiv(n, k.NR)), ceilDiv(n, fewColumns))
}

// gemmFew computes dst += a·b, each element one chain of fma over k. a, b and dst
// have unit stride along their rows.
func gemmFew(dst, a, b View) {
	k := asm.Current()
	parts := fewParts(k, dst.Cols)
	fewLoop.Run(parts, fewArgs{k, dst, a, b, parts})
}

type fewArgs struct {
	kernels   *asm.Kernels
	dst, a, b View
	parts     int // that the columns are cut into
}

var fewLoop = parallel.NewLoop(func(f *fewArgs, task int) {
	k, nr := f.kernels, f.kernels.NR
	c0, c1 := evenPart(f.dst.Cols, nr, task, f.parts)
	width := ceilDiv(c1-c0, nr) * nr
	depth := max(1, min(f.b.Rows, fewFloats/width))
	block, edge := Scratch.Floats(depth*width), Scratch.Floats(k.MR*(nr+depth))
	for k0 := 0; k0 < f.b.Rows; k0 += depth {
		kc := min(depth, f.b.Rows-k0)
		for i := range kc {
			row := block.Data[i*width:][:width]
			clear(row[copy(row, f.b.Data[(k0+i)*f.b.RowStride+c0:][:c1-c0]):])
		}
		multiplyFew(k, &fewProduct{
			m: f.dst.Rows, n: c1 - c0, k: kc,
			a: f.a.Data[k0:], lda: f.a.RowStride,
			b: block.Data, ldb: width,
			c: f.dst.Data[c0:], ldc: f.dst.RowStride,
			accumulate: true, edge: edge.Data,
		})
	}
	Scratch.Put(block, edge)
})

// fewProduct is m×n elements of C = A·B, all three in rows with their strides. A
// row of B is whole vectors of NR floats.
type fewProduct struct {
	m, n, k    int
	a          []float32
	lda        int
	b          []float32
	ldb        int
	c          []float32
	ldc        int
	accumulate bool
	edge       []float32 // MR·(NR+k) floats for tiles that are not whole
}

// multiplyFew computes a product.
func multiplyFew(k *asm.Kernels, p *fewProduct) {
	nr := k.NR
	for i, m := 0, 0; i < p.m; i += m {
		t := fewTile(k, p.m-i)
		m = min(t.Rows, p.m-i)
		a, lda := p.a[i*p.lda:], p.lda
		if (t.Rows-1)*lda+p.k > len(a) { // rows that do not exist may be read where there is memory
			near := p.edge[k.MR*nr:]
			k.CopyRows(m, p.k, near, p.k, a, lda)
			a, lda = near, p.k
		}
		for j := 0; j < p.n; j += nr {
			n, c := min(nr, p.n-j), p.c[i*p.ldc+j:]
			if m == t.Rows && n == nr {
				t.Gemm(p.k, a, lda, 1, p.b[j:], p.ldb, c, p.ldc, p.accumulate)
				continue
			}
			tile := p.edge[:k.MR*nr]
			if p.accumulate {
				k.CopyRows(m, n, tile, nr, c, p.ldc)
			}
			t.Gemm(p.k, a, lda, 1, p.b[j:], p.ldb, tile, nr, p.accumulate)
			k.CopyRows(m, n, c, p.ldc, tile, nr)
		}
	}
}

// fewTile is the tile to begin with, so that tiles of all sizes compute m rows and the
// fewest that do not exist.
func fewTile(k *asm.Kernels, m int) asm.Tile {
	best := k.Tile(min(m, k.MR))
	for _, t := range k.Edges {
		if m > t.Rows && t.Rows+rowsComputed(k, m-t.Rows) < rowsComputed(k, m) {
			best = t
		}
	}
	return best
}

// rowsComputed is how many rows tiles compute of a product of m, the largest first.
func rowsComputed(k *asm.Kernels, m int) int {
	rows := m / k.MR * k.MR
	if left := m - rows; left > 0 {
		rows += k.Tile(left).Rows
	}
	return rows
}
