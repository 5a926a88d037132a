package tensor

import (
	"fmt"
	"slices"
	"testing"

	"sdrm/internal/fill"
	"sdrm/internal/parallel"
)

// TestWinogradFromPatchesToPixelsHasTheBitsOfBlocks compares convolutions whose tasks
// take tiles through all three steps, as few workers do where the filters are small,
// with those of so many workers that blocks of images go through one step after the
// other.
func TestWinogradFromPatchesToPixelsHasTheBitsOfBlocks(t *testing.T) {
	const many = 1000
	defer parallel.SetWorkers(0)
	for _, s := range []struct{ n, h, w, cin, cout int }{
		{3, 32, 32, 32, 24}, {9, 16, 16, 20, 40}, {17, 16, 8, 17, 33}, {35, 8, 8, 32, 16}, {130, 4, 4, 16, 20}, {130, 8, 2, 16, 16}, {520, 2, 2, 16, 18},
	} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			x, y := New(Shape{s.n, s.h, s.w, s.cin}), Shape{s.n, s.h, s.w, s.cout}
			c := Conv{Weights: New(Shape{3, 3, s.cin, s.cout}), Bias: New(Shape{1, 1, 1, s.cout}), Geometry: ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}}
			for i, v := range [][]float32{x.Data, c.Weights.Data, c.Bias.Data} {
				fill.Uniform(v, uint64(i))
			}
			var results [2][3]*Tensor
			for i, workers := range []int{1, many} {
				parallel.SetWorkers(workers)
				w, ok := c.algorithm(ConvForward, x.Shape, y).(winograd)
				if !ok {
					t.Fatal("not Winograd's")
				}
				p := w.plan(x, New(y), y)
				p.takeBlocks(1)
				if near := p.nearChunks() > 0 && !p.fewTiles(); near != (workers == 1) {
					t.Fatalf("%d workers: tasks from patches to pixels: %v", workers, near)
				}
				results[i] = [3]*Tensor{New(y), New(x.Shape), New(MomentsShape(y))}
				c.convolve(results[i][0], y, x, epilogue{moments: results[i][2]})
				Conv2DGradInput(results[i][1], results[i][0], c)
			}
			for i, what := range []string{"result", "input gradient", "moments"} {
				if !slices.Equal(results[0][i].Data, results[1][i].Data) {
					t.Errorf("%s: differs", what)
				}
			}
		})
	}
}
