//go:build !purego

package asm

import "unsafe"

//go:noescape
func gemm6x16AVX2(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)

//go:noescape
func gemm14x32AVX512(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)

//go:noescape
func gemm8x32AVX512(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)

func gemmAVX2(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool) {
	checkGemm(6, 16, kc, a, rsA, csA, b, ldb, c, ldc)
	gemm6x16AVX2(kc, unsafe.SliceData(a), rsA, csA, unsafe.SliceData(b), ldb, &c[0], ldc, accumulate)
}

func gemmAVX512(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool) {
	checkGemm(14, 32, kc, a, rsA, csA, b, ldb, c, ldc)
	gemm14x32AVX512(kc, unsafe.SliceData(a), rsA, csA, unsafe.SliceData(b), ldb, &c[0], ldc, accumulate)
}

func gemmEdgeAVX512(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool) {
	checkGemm(8, 32, kc, a, rsA, csA, b, ldb, c, ldc)
	gemm8x32AVX512(kc, unsafe.SliceData(a), rsA, csA, unsafe.SliceData(b), ldb, &c[0], ldc, accumulate)
}
