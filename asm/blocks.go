package asm

import "github.com/klauspost/cpuid/v2"

// Caches of a core in bytes where the CPU does not tell: what every server core
// of the last ten years has at least.
const (
	leastL1 = 32 << 10
	leastL2 = 512 << 10
)

// useTile sets the product kernel and the block sizes that suit its tile and
// this CPU's caches.
func (k *Kernels) useTile(mr, nr int, gemm func(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool)) {
	k.MR, k.NR, k.Gemm = mr, nr, gemm
	l1, l2 := max(cpuid.CPU.Cache.L1D, leastL1), max(cpuid.CPU.Cache.L2, leastL2)
	k.KC, k.NC = blocks(mr, nr, l1/4, l2/4)
}

// blocks returns KC and NC for caches of so many floats. The tile's rows of A take
// up to two thirds of the L1 cache, through which the panels of B pass, and a block
// of B the L2 cache. Beyond 512 a longer depth saves nothing: loading and storing
// the tile is a few hundredths of the work.
func blocks(mr, nr, l1, l2 int) (kc, nc int) {
	kc = min(512, max(16, l1*2/3/mr&^15))
	nc = max(1, l2/kc/nr) * nr
	return kc, nc
}
