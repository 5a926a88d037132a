package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

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
	for j := 0; j < b.Cols; j += k.NR {
		n, panel := min(k.NR, b.Cols-j), packed[j*b.Rows+lo*k.NR:]
		k.CopyRows(hi-lo, n, panel, k.NR, b.Data[lo*b.RowStride+j:], b.RowStride)
		if n < k.NR {
			for r := range hi - lo {
				clear(panel[r*k.NR+n : (r+1)*k.NR])
			}
		}
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
