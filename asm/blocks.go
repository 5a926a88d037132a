package asm

import "github.com/klauspost/cpuid/v2"

// leastL2 is a core's L2 cache in bytes where the CPU does not tell: what every
// server core of the last ten years has at least.
const leastL2 = 512 << 10

// useTile sets the product kernel and the block sizes that suit its tile and
// this CPU's caches.
func (k *Kernels) useTile(mr, nr int, gemm func(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool)) {
	k.MR, k.NR, k.Gemm = mr, nr, gemm
	k.EdgeMR, k.GemmEdge = mr, gemm
	l2 := max(cpuid.CPU.Cache.L2, leastL2)
	l3 := max(cpuid.CPU.Cache.L3, l2)
	k.KC, k.NC = blocks(mr, nr, l2/4, l3/4)
}

// blocks returns KC and NC for caches of so many floats. A tile's rows of A pass
// the L1 cache with every panel of B, and stay in a sixteenth of the L2 cache;
// a block of B stays in an eighth of the L3 cache, or in the L2 cache where there
// is no other. Both come in time, as the kernels and Prefetch ask for them ahead,
// and the deeper a block, the less often the tile is loaded and stored. Beyond
// 1024 that saves nothing more.
func blocks(mr, nr, l2, l3 int) (kc, nc int) {
	kc = min(1024, max(16, l2/16/mr&^15))
	nc = max(1, max(l2, l3/8)/kc/nr) * nr
	return kc, nc
}
