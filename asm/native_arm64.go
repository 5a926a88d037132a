//go:build !purego

package asm

// nativeKernels returns the tables beyond the generic one: NEON, which every
// 64-bit ARM has.
func nativeKernels(generic *Kernels) []*Kernels { return []*Kernels{newNEONKernels(generic)} }

// peak counts eight lanes a chain with NEON: each is two chains of four, as
// cores with four pipes need more than twelve.
func peak(isa ISA, rounds int) (lanes int) {
	if isa == NEON {
		peakNEON(rounds)
		return 8
	}
	return peakGeneric(rounds)
}
