package tensor_test

import (
	"fmt"
	"testing"

	"sdrm/asm"
	"sdrm/internal/fill"
	"sdrm/internal/parallel"
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

// A product so large that its partial sums are held a block at a time.
func TestGemmSplitKInBlocks(t *testing.T) {
	const m, n, k = 2100, 3000, 1030
	a, b := matrix(1, m, k), matrix(2, n, k).T()
	got, first, rest := matrix(3, m, n+5), matrix(4, m, n), matrix(5, m, n)
	got.Cols = n
	tensor.GemmSplitK(got, a, b)
	head, tail := a, a
	head.Cols, tail.Cols, tail.Data = 1024, k-1024, a.Data[1024*a.ColStride:]
	top, bottom := b, b
	top.Rows, bottom.Rows, bottom.Data = 1024, k-1024, b.Data[1024*b.RowStride:]
	tensor.Gemm(first, head, top, false)
	tensor.Gemm(rest, tail, bottom, false)
	for i := range m {
		for j := range n {
			if want := first.At(i, j) + rest.At(i, j); got.At(i, j) != want {
				t.Fatalf("C[%d,%d] = %v, want %v", i, j, got.At(i, j), want)
			}
		}
	}
	tensor.GemmSplitK(matrix(1, 0, 5), matrix(2, 0, 3000), matrix(3, 3000, 5))
}

func TestGemmPanicsOnShapesThatDoNotFit(t *testing.T) {
	for name, f := range map[string]func(){
		"inner":   func() { tensor.Gemm(matrix(1, 2, 2), matrix(1, 2, 3), matrix(1, 4, 2), false) },
		"rows":    func() { tensor.Gemm(matrix(1, 3, 2), matrix(1, 2, 3), matrix(1, 3, 2), false) },
		"columns": func() { tensor.GemmSplitK(matrix(1, 2, 3), matrix(1, 2, 3), matrix(1, 3, 2)) },
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
	step := func() {
		tensor.Gemm(c, a, b, false)
		tensor.GemmSplitK(ct, at, bt)
	}
	step()
	if n := testing.AllocsPerRun(20, step); n != 0 {
		t.Errorf("%v allocations a call, want 0", n)
	}
}
