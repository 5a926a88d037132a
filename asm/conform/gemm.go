package conform

import (
	"fmt"

	"sdrm/asm"
)

// Layout is where the elements of a product lie: padding beyond the tightest
// strides, gaps between neighbours in A, and A by rows or packed by columns.
type Layout struct {
	KC, PadA, PadB, PadC, GapA int
	Packed                     bool
}

// CheckGemm compares k's tiles with chains of asm.FMA.
func CheckGemm(m *Memory, k *asm.Kernels, l Layout, accumulate bool, fill func() float32) error {
	for _, t := range append([]asm.Tile{{Rows: k.MR, Gemm: k.Gemm}}, k.Edges...) {
		tile := *k
		tile.MR, tile.Gemm = t.Rows, t.Gemm
		if err := checkTile(m, &tile, l, accumulate, fill); err != nil {
			return fmt.Errorf("%v Gemm, %d rows: %w", k.ISA, t.Rows, err)
		}
	}
	return nil
}

func checkTile(m *Memory, k *asm.Kernels, l Layout, accumulate bool, fill func() float32) error {
	rsA, csA := l.KC+l.PadA, 1
	if l.Packed {
		rsA, csA = 1, k.MR+l.PadA
	}
	rsA, csA = rsA*(1+l.GapA), csA*(1+l.GapA)
	ldb, ldc := k.NR+l.PadB, k.NR+l.PadC
	lengths := []int{0, 0, (k.MR-1)*ldc + k.NR}
	if l.KC > 0 {
		lengths[0], lengths[1] = (k.MR-1)*rsA+(l.KC-1)*csA+1, (l.KC-1)*ldb+k.NR
	}
	var values [][]float32
	for _, n := range lengths {
		values = append(values, draw(n, fill))
	}
	a, b := values[0], values[1]
	want := append([]float32(nil), values[2]...)
	for i := range k.MR {
		for j := range k.NR {
			c := &want[i*ldc+j]
			if !accumulate {
				*c = 0
			}
			for p := range l.KC {
				*c = asm.FMA(a[i*rsA+p*csA], b[p*ldb+j], *c)
			}
		}
	}
	for _, back := range []bool{false, true} {
		got := m.place(values, back)
		k.Gemm(l.KC, got[0], rsA, csA, got[1], ldb, got[2], ldc, accumulate)
		if i := FirstDifference(got[2], want); i >= 0 {
			return fmt.Errorf("%+v accumulate=%v back=%v: element %d is %x, want %x", l, accumulate, back, i, got[2][i], want[i])
		}
	}
	return nil
}
