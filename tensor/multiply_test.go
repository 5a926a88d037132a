package tensor

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"sdrm/asm"
)

// TestEitherOrderOfAProductHasTheSameBits compares the two orders of multiply on sizes
// around those of tiles and blocks, with blocks so small that there are several.
func TestEitherOrderOfAProductHasTheSameBits(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	fill := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = r.Float32() - 0.5
		}
		return x
	}
	for _, kernels := range asm.Available() {
		k := *kernels
		k.Blocks = asm.Blocks{KC: 24, NC: k.NR, PanelKC: 16, PanelRows: 2 * k.MR}
		for _, m := range []int{1, k.MR - 1, k.MR, 2*k.MR + 1, 5 * k.MR} {
			for _, n := range []int{1, k.NR, 3*k.NR - 1} {
				for _, inner := range []int{1, 15, 16, 50} {
					for _, accumulate := range []bool{false, true} {
						b := fill(inner * n)
						packed := packB(&k, Matrix(b, inner, n))
						p := product{
							m: m, n: n, k: inner, a: fill((m-1)*(inner+3) + inner), rowStride: inner + 3, colStride: 1,
							panels: packed.Data, panelRows: inner, ldc: n + 2, accumulate: accumulate,
						}
						c := fill(m * p.ldc)
						results := [2][]float32{}
						for i, order := range []func(*asm.Kernels, *product){multiplyByRows, multiplyByPanels} {
							results[i] = append([]float32(nil), c...)
							p.c = results[i]
							order(&k, &p)
						}
						Scratch.Put(packed)
						for i, want := range results[0] {
							if got := results[1][i]; math.Float32bits(got) != math.Float32bits(want) {
								t.Fatalf("%v, %d×%d, k %d, accumulate %v: element %d is %v by panels, %v by rows",
									k.ISA, m, n, inner, accumulate, i, got, want)
							}
						}
					}
				}
			}
		}
	}
}

func BenchmarkOrderOfAProduct(b *testing.B) {
	k := asm.Current()
	for _, n := range []int{512, 1024, 2048} {
		packed := packB(k, Matrix(make([]float32, n*n), n, n))
		p := product{m: 36 * k.MR, n: n, k: n, rowStride: n, colStride: 1, panels: packed.Data, panelRows: n, ldc: n}
		p.a, p.c = make([]float32, p.m*n), make([]float32, p.m*n)
		for name, order := range map[string]func(*asm.Kernels, *product){"rows": multiplyByRows, "panels": multiplyByPanels} {
			b.Run(fmt.Sprintf("n=%d/stays=%s/isa=%v", n, name, k.ISA), func(b *testing.B) {
				for b.Loop() {
					order(k, &p)
				}
				b.ReportMetric(float64(2*p.m*n*n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
		Scratch.Put(packed)
	}
}
