//go:build !purego

package asm

import "github.com/klauspost/cpuid/v2"

// nativeKernels returns the tables beyond the generic one that this CPU can run.
// Each gives what does not fill its vectors to the one before.
func nativeKernels(generic *Kernels) []*Kernels {
	if !cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3) {
		return nil
	}
	avx2 := newAVX2Kernels(generic)
	if !cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL) {
		return []*Kernels{avx2}
	}
	return []*Kernels{avx2, newAVX512Kernels(avx2)}
}

func peak(isa ISA, rounds int) (lanes int) {
	switch isa {
	case AVX512:
		peakAVX512(rounds)
		return 16
	case AVX2:
		peakAVX2(rounds)
		return 8
	}
	return peakGeneric(rounds)
}
