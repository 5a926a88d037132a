package tensor_test

import (
	"fmt"
	"slices"
	"testing"

	"sdrm/asm"
	"sdrm/internal/fill"
	"sdrm/internal/parallel"
	"sdrm/internal/warm"
	"sdrm/tensor"
)

// random fills a tensor with uniform numbers in [-1, 1).
func random(seed uint64, shape tensor.Shape) *tensor.Tensor {
	x := tensor.New(shape)
	fill.Uniform(x.Data, seed)
	return x
}

func matrix(seed uint64, rows, cols int) tensor.View {
	return random(seed, tensor.Shape{rows, 1, 1, cols}).Pixels()
}

// chain is the definition of a product's element: one chain of fma over k,
// here in the kernels that define all others.
func chain(c float32, a, b tensor.View, i, j, k0, k1 int) float32 {
	generic, sum, x := asm.Available()[0], []float32{c}, []float32{0}
	for k := k0; k < k1; k++ {
		x[0] = b.At(k, j)
		generic.Axpy(sum, a.At(i, k), x)
	}
	return sum[0]
}

// eachSetup runs f on every instruction set and on 1, 2 and 7 workers.
func eachSetup(t *testing.T, f func(t *testing.T)) {
	for _, k := range asm.Available() {
		for _, workers := range []int{1, 2, 7} {
			t.Run(fmt.Sprintf("%v/workers=%d", k.ISA, workers), func(t *testing.T) {
				defer asm.Use(k)()
				parallel.SetWorkers(workers)
				defer parallel.SetWorkers(0)
				f(t)
			})
		}
	}
}

// smallCaches makes a table current for which no filters are small and few images are
// transformed at a time, until restore is called: Winograd's convolutions go in
// blocks of images.
func smallCaches() (restore func()) {
	k := *asm.Current()
	k.MaxB, k.Transformed = 0, k.Transformed/16
	return asm.Use(&k)
}

func TestGemmIsOneChainPerElement(t *testing.T) {
	sizes := []struct{ m, n, k int }{
		{1, 1, 1}, {3, 5, 7}, {6, 16, 9}, {14, 32, 300}, {15, 33, 258}, {48, 10, 64}, {169, 40, 19}, {30, 257, 31}, {5, 4, 0},
	}
	eachSetup(t, func(t *testing.T) {
		for _, s := range sizes {
			for layout := range 8 {
				a, b, c := matrix(1, s.m, s.k), matrix(2, s.k, s.n), matrix(3, s.m, s.n)
				if layout&1 != 0 {
					a = matrix(1, s.k, s.m).T()
				}
				if layout&2 != 0 {
					b = matrix(2, s.n, s.k).T()
				}
				if layout&4 != 0 {
					c = matrix(3, s.n, s.m).T()
				}
				for _, accumulate := range []bool{false, true} {
					want := make([]float32, 0, s.m*s.n)
					for i := range s.m {
						for j := range s.n {
							start := float32(0)
							if accumulate {
								start = c.At(i, j)
							}
							want = append(want, chain(start, a, b, i, j, 0, s.k))
						}
					}
					tensor.Gemm(c, a, b, accumulate)
					for i := range s.m {
						for j := range s.n {
							if got := c.At(i, j); got != want[i*s.n+j] {
								t.Fatalf("%+v layout %d accumulate %v: C[%d,%d] = %v, want %v", s, layout, accumulate, i, j, got, want[i*s.n+j])
							}
						}
					}
				}
			}
		}
	})
}

func TestGemmSplitKAddsChunksInATree(t *testing.T) {
	eachSetup(t, func(t *testing.T) {
		for _, k := range []int{1, 1024, 1025, 2048, 5000} {
			a, b, c := matrix(1, 7, k), matrix(2, 19, k).T(), matrix(3, 7, 19)
			tensor.GemmSplitK(c, a, b)
			for i := range c.Rows {
				for j := range c.Cols {
					var parts []float32
					for k0 := 0; k0 < k; k0 += 1024 {
						parts = append(parts, chain(0, a, b, i, j, k0, min(k0+1024, k)))
					}
					for len(parts) > 1 {
						var next []float32
						for p := 0; p+1 < len(parts); p += 2 {
							next = append(next, parts[p]+parts[p+1])
						}
						if len(parts)%2 == 1 {
							next = append(next, parts[len(parts)-1])
						}
						parts = next
					}
					if got := c.At(i, j); got != parts[0] {
						t.Fatalf("k=%d: C[%d,%d] = %v, want %v", k, i, j, got, parts[0])
					}
				}
			}
		}
	})
}

// splitSum is the definition of GemmSplitK by that of Gemm.
func splitSum(a, b tensor.View) tensor.View {
	var parts []tensor.View
	for k0 := 0; k0 < a.Cols; k0 += 1024 {
		part := matrix(3, a.Rows, b.Cols)
		x, y := a, b
		x.Cols = min(1024, a.Cols-k0)
		x.Data, y.Rows, y.Data = a.Data[k0*a.ColStride:], x.Cols, b.Data[k0*b.RowStride:]
		tensor.Gemm(part, x, y, false)
		parts = append(parts, part)
	}
	for step := 1; step < len(parts); step *= 2 {
		for i := 0; i+step < len(parts); i += 2 * step {
			for j, v := range parts[i+step].Data {
				parts[i].Data[j] += v
			}
		}
	}
	return parts[0]
}

// Every way that GemmSplitK goes, with rows and columns that fill no tile, block or
// group of blocks, and dst, a and b in every layout.
func TestGemmSplitKOfAllShapes(t *testing.T) {
	for _, s := range []struct {
		name    string
		m, n, k int
		layouts int
	}{
		{"few rows", 16, 2100, 1100, 4},
		{"one row", 1, 1024, 5200, 4},
		{"some rows", 63, 1040, 1030, 4},
		{"few columns", 910, 16, 3100, 4},
		{"one column", 900, 1, 2048, 4},
		{"blocks", 240, 1290, 2060, 4},
		{"deep", 780, 250, 22000, 1}, // held a block at a time
	} {
		for layout := range s.layouts {
			a, b := matrix(1, s.m, s.k), matrix(2, s.k, s.n)
			if layout&1 != 0 {
				a = matrix(1, s.k, s.m).T()
			}
			if layout&2 != 0 {
				b = matrix(2, s.n, s.k).T()
			}
			got, want := matrix(3, s.m, s.n+5*(layout&1)), splitSum(a, b)
			got.Cols = s.n
			tensor.GemmSplitK(got, a, b)
			for i := range s.m {
				if x, y := got.Row(i), want.Row(i); !slices.Equal(x, y) {
					t.Fatalf("%s, layout %d: row %d of C is %v…, want %v…", s.name, layout, i, x[:1], y[:1])
				}
			}
		}
	}
	tensor.GemmSplitK(matrix(1, 0, 5), matrix(2, 0, 3000), matrix(3, 3000, 5))
}

func TestGramSplitK(t *testing.T) {
	for _, s := range []struct{ n, k int }{{0, 3000}, {1, 5}, {70, 3000}, {600, 40}, {900, 0}, {1290, 1030}, {500, 3100}} {
		for _, x := range []tensor.View{matrix(1, s.n, s.k), matrix(1, s.k, s.n).T()} {
			got, want := matrix(2, s.n, s.n), matrix(3, s.n, s.n)
			tensor.GramSplitK(got, x)
			tensor.GemmSplitK(want, x, x.T())
			for i := range s.n {
				if !slices.Equal(got.Row(i)[:i+1], want.Row(i)[:i+1]) {
					t.Fatalf("%d×%d: row %d differs from that of GemmSplitK", s.n, s.k, i)
				}
			}
		}
	}
}

func TestGemmPanicsOnShapesThatDoNotFit(t *testing.T) {
	for name, f := range map[string]func(){
		"inner":   func() { tensor.Gemm(matrix(1, 2, 2), matrix(1, 2, 3), matrix(1, 4, 2), false) },
		"rows":    func() { tensor.Gemm(matrix(1, 3, 2), matrix(1, 2, 3), matrix(1, 3, 2), false) },
		"columns": func() { tensor.GemmSplitK(matrix(1, 2, 3), matrix(1, 2, 3), matrix(1, 3, 2)) },
		"square":  func() { tensor.GramSplitK(matrix(1, 2, 3), matrix(1, 2, 3)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

func TestGemmAllocatesNothingWhenWarm(t *testing.T) {
	a, b, c := matrix(1, 300, 40), matrix(2, 40, 300), matrix(3, 300, 300)
	at, bt := matrix(1, 20, 5000), matrix(2, 5000, 20)
	ct := matrix(3, 20, 20)
	long, thin := matrix(1, 1050, 1100), matrix(2, 20, 1050)
	gram, few := matrix(3, 1050, 1050), matrix(3, 20, 1100)
	step := func() {
		tensor.Gemm(c, a, b, false)
		tensor.GemmSplitK(ct, at, bt)
		tensor.GemmSplitK(few, thin, long)
		tensor.GramSplitK(gram, long)
	}
	step()
	if n := warm.Allocations(step); n != 0 {
		t.Errorf("%v allocations a call, want 0", n)
	}
}
