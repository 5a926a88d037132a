//go:build !purego

package asm

import "github.com/klauspost/cpuid/v2"

// nativeKernels returns the tables beyond the generic one that this CPU can
// run, each made from the one before by what it does better.
func nativeKernels() []*Kernels {
	if !cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3) {
		return nil
	}
	avx2 := newAVX2Kernels(newGenericKernels())
	if !cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL) {
		return []*Kernels{avx2}
	}
	return []*Kernels{avx2, newAVX512Kernels(avx2)}
}

func newAVX2Kernels(base *Kernels) *Kernels {
	k := *base
	k.ISA = AVX2
	k.useTile(6, 16, gemmAVX2)
	k.usePackAVX2()
	k.useElementwiseAVX2()
	k.useReductionsAVX2()
	k.useRowsAVX2()
	k.usePoolAVX2()
	k.useWinogradAVX2()
	return &k
}

func newAVX512Kernels(base *Kernels) *Kernels {
	k := *base
	k.ISA = AVX512
	k.useTile(14, 32, gemmAVX512)
	k.EdgeMR, k.GemmEdge = 8, gemmEdgeAVX512
	k.usePackAVX512()
	k.useElementwiseAVX512()
	k.useRowsAVX512()
	k.usePoolAVX512()
	k.useWinogradAVX512()
	return &k
}
