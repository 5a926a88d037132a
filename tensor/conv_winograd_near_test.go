package tensor

import (
	"fmt"
	"slices"
	"testing"

	"sdrm/asm"
	"sdrm/internal/fill"
	"sdrm/internal/parallel"
)

// TestWinogradFromPatchesToPixelsHasTheBitsOfBlocks compares convolutions whose tasks
// take tiles through all three steps, as they do where the cache is large, with those of
// blocks of images that go through one step after the other.
func TestWinogradFromPatchesToPixelsHasTheBitsOfBlocks(t *testing.T) {
	parallel.SetWorkers(1)
	defer parallel.SetWorkers(0)
	for _, s := range []struct{ n, h, w, cin, cout int }{
		{4, 32, 32, 32, 24}, {9, 16, 16, 20, 40}, {17, 16, 8, 17, 33}, {35, 8, 8, 32, 16}, {130, 4, 4, 16, 20}, {130, 8, 2, 16, 16}, {520, 2, 2, 16, 18},
	} {
		for _, isa := range asm.Available() {
			t.Run(fmt.Sprint(s, isa.ISA), func(t *testing.T) {
				x, y := New(Shape{s.n, s.h, s.w, s.cin}), Shape{s.n, s.h, s.w, s.cout}
				c := Conv{Weights: New(Shape{3, 3, s.cin, s.cout}), Bias: New(Shape{1, 1, 1, s.cout}), Geometry: ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}}
				before := NormStatsIn(New(NormStatsShape(s.cin)))
				for i, v := range [][]float32{x.Data, c.Weights.Data, c.Bias.Data, before.Mean, before.Scale, before.Shift} {
					fill.Uniform(v, uint64(i))
				}
				var results [2][4]*Tensor
				for i, floats := range []int{0, 1 << 22} {
					k := *isa
					k.MaxB = floats
					defer asm.Use(&k)()
					w, ok := c.algorithm(ConvForward, x.Shape, y).(winograd)
					if !ok {
						t.Fatal("not Winograd's")
					}
					for _, p := range []winogradPlan{w.plan(x, New(y), y), w.plan(New(y), x, x.Shape)} {
						p.takeBlocks(1)
						if near := p.nearChunks() > 0 && !p.fewTiles(); near != (i == 1) {
							t.Fatalf("a cache of %d floats: tasks from patches to pixels: %v", floats, near)
						}
					}
					r := [4]*Tensor{New(y), New(MomentsShape(y)), New(x.Shape), New(NormSumsShape(x.Shape))}
					after := c
					after.Before = before
					after.convolve(r[0], y, x, epilogue{moments: r[1]})
					Conv2DGradInputSums(r[2], r[0], c, NormSums{X: x, Stats: before, Sums: r[3]})
					results[i] = r
				}
				for i, what := range []string{"result", "moments", "input gradient", "sums"} {
					if !slices.Equal(results[0][i].Data, results[1][i].Data) {
						t.Errorf("%s: differs", what)
					}
				}
			})
		}
	}
}
