package asm

import "github.com/klauspost/cpuid/v2"

// leastL2 is taken for a core's L2 cache, in bytes, where the CPU does not report
// it: every server core of the last ten years has at least this.
const leastL2 = 512 << 10

// blocksHere returns the block sizes of a tile for this CPU's caches.
func blocksHere(mr, nr int) (kc, nc int) {
	l2 := max(cpuid.CPU.Cache.L2, leastL2)
	l3 := max(cpuid.CPU.Cache.L3, l2)
	return blocks(mr, nr, l2/4, l3/4)
}

// blocks returns KC and NC for caches of so many floats. A tile's rows of A pass
// through the L1 cache with every panel of B, and stay in a sixteenth of the L2
// cache; a block of B stays in an eighth of the L3 cache, or in the L2 cache where
// there is no other. The kernels and Prefetch load both ahead of their use, and the
// deeper a block, the less often the tile is loaded and stored. Beyond 1024 that
// saves nothing more.
func blocks(mr, nr, l2, l3 int) (kc, nc int) {
	kc = min(1024, max(16, l2/16/mr&^15))
	nc = max(1, max(l2, l3/8)/kc/nr) * nr
	return kc, nc
}
