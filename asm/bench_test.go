package asm_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"sdrm/asm"
	"sdrm/asm/conform"
)

// benchmarkShapes are the sizes of a family's benchmarks, one that stays in the
// L1 cache and one that does not.
func benchmarkShapes(family string) []conform.Shape {
	switch family {
	case "packing":
		return []conform.Shape{{N: 1 << 10, C: 32}, {N: 1 << 13, C: 32}}
	case "products":
		return []conform.Shape{{N: 17, C: 128}, {N: 513, C: 128}}
	case "winograd":
		return []conform.Shape{{N: 32, C: 64}, {N: 32, C: 256}}
	case "depthwise":
		return []conform.Shape{{N: 16, C: 48}, {N: 34, C: 96}}
	case "rows", "pool":
		return []conform.Shape{{N: 16, C: 64}, {N: 256, C: 256}}
	}
	return []conform.Shape{{N: 1 << 10}, {N: 1 << 16}}
}

// BenchmarkKernels reports the bytes of all slices a kernel touches.
func BenchmarkKernels(b *testing.B) {
	for _, f := range conform.Families {
		for _, kc := range f.Cases {
			for _, s := range benchmarkShapes(f.Name) {
				for _, k := range asm.Available() {
					b.Run(fmt.Sprintf("%s/n=%d/c=%d/isa=%v", kc.Name, s.N, s.C, k.ISA), func(b *testing.B) {
						r := rand.New(rand.NewPCG(1, 2))
						values := kc.Fill(s, func() float32 { return r.Float32() - 0.5 })
						bytes := 0
						for _, v := range values {
							bytes += 4 * len(v)
						}
						b.SetBytes(int64(bytes))
						for b.Loop() {
							kc.Run(k, s, values)
						}
					})
				}
			}
		}
	}
}

func BenchmarkGemm(b *testing.B) {
	for _, k := range asm.Available() {
		benchmarkTile(b, k)
		for _, t := range k.Edges {
			edge := *k
			edge.MR, edge.Gemm = t.Rows, t.Gemm
			benchmarkTile(b, &edge)
		}
	}
}

func benchmarkTile(b *testing.B, k *asm.Kernels) {
	const kc = 256
	for name, strides := range map[string][2]int{"packed": {1, k.MR}, "rows": {kc, 1}} {
		b.Run(fmt.Sprintf("tile=%dx%d/A=%s/k=%d/isa=%v", k.MR, k.NR, name, kc, k.ISA), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			operand := func(n int) []float32 {
				v := make([]float32, n)
				for i := range v {
					v[i] = r.Float32() - 0.5
				}
				return v
			}
			x, y, c := operand(k.MR*kc), operand(k.NR*kc), operand(k.MR*k.NR)
			for b.Loop() {
				k.Gemm(kc, x, strides[0], strides[1], y, k.NR, c, k.NR, false)
			}
			flops := float64(2*kc*k.MR*k.NR) * float64(b.N)
			b.ReportMetric(flops/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
