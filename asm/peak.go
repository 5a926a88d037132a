package asm

import "runtime"

// peakChains is how many independent chains of vector fma the peak loop runs:
// more than latency times throughput of any core known.
const peakChains = 12

// Peak runs rounds of fused multiply-adds on registers alone, with the
// instruction set of k, and returns how many floating-point operations that
// were, a multiply-add being two. Timing it gives the ceiling of every product.
func (k *Kernels) Peak(rounds int) (flops float64) {
	lanes := peak(k.ISA, rounds)
	return 2 * float64(lanes) * peakChains * float64(rounds)
}

// peakGeneric is the loop in plain Go, one number a chain; it returns 1.
func peakGeneric(rounds int) (lanes int) {
	var c [peakChains]float32
	for range rounds {
		for i := range c {
			c[i] = fma32(0.5, 0.5, c[i])
		}
	}
	runtime.KeepAlive(c) // or the loop is removed
	return 1
}
