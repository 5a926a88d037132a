package tensor

import (
	"slices"
	"testing"

	"sdrm/asm"
)

// TestFewTiles: rows are cut into tiles of the sizes that there are, so that few rows
// are computed that do not exist.
func TestFewTiles(t *testing.T) {
	avx2 := &asm.Kernels{MR: 6, Edges: []asm.Tile{{Rows: 4}}}
	avx512 := &asm.Kernels{MR: 14, Edges: []asm.Tile{{Rows: 4}, {Rows: 8}}}
	one := &asm.Kernels{MR: 8}
	for _, c := range []struct {
		kernels *asm.Kernels
		m       int
		want    []int
	}{
		{avx2, 1, []int{4}},
		{avx2, 4, []int{4}},
		{avx2, 5, []int{6}},
		{avx2, 8, []int{4, 4}},
		{avx2, 12, []int{6, 6}},
		{avx2, 14, []int{4, 6, 4}},
		{avx2, 16, []int{6, 6, 4}},
		{avx512, 8, []int{8}},
		{avx512, 16, []int{8, 8}},
		{avx512, 18, []int{14, 4}},
		{avx512, 22, []int{14, 8}},
		{avx512, 32, []int{14, 14, 4}},
		{one, 3, []int{8}},
		{one, 17, []int{8, 8, 8}},
	} {
		var got []int
		for left := c.m; left > 0; {
			rows := fewTile(c.kernels, left).Rows
			got, left = append(got, rows), left-rows
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d rows with tiles of %d: cut into %v, want %v", c.m, c.kernels.MR, got, c.want)
		}
	}
}
