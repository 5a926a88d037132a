//go:build !purego

package asm

// nativeKernels returns the tables beyond the generic one: NEON, which every
// 64-bit ARM has.
func nativeKernels() []*Kernels { return []*Kernels{newNEONKernels(newGenericKernels())} }

func newNEONKernels(base *Kernels) *Kernels {
	k := *base
	k.ISA = NEON
	k.useTile(8, 12, gemmNEON)
	k.usePackNEON()
	k.useElementwiseNEON()
	k.useReductionsNEON()
	k.useRowsNEON()
	k.usePoolNEON()
	k.useWinogradNEON()
	return &k
}
