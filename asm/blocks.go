package asm

import "github.com/klauspost/cpuid/v2"

// leastL1 and leastL2 are taken for a core's caches of data, in bytes, where the CPU
// does not report them: every server core of the last ten years has at least these.
const (
	leastL1 = 32 << 10
	leastL2 = 512 << 10
)

// Blocks is how much of a product's operands is kept in the caches, and how much of a
// convolution is transformed at a time. It decides speed only: a tile continued from
// what C contains has the same bits.
type Blocks struct {
	// KC is how much of the inner dimension is taken at a time where a tile's rows
	// of A stay in the L1 cache and the panels of B pass, and NC how many columns of
	// B a task takes.
	KC, NC int

	// MaxB is how many floats the L2 cache holds: the most elements of KC rows of all columns of B that stay there.
	// More would come from beyond it for every tile of rows: there a panel of B of
	// PanelKC rows stays in the L1 cache, and PanelRows rows of A, in the L2 cache, pass.
	MaxB, PanelKC, PanelRows int

	// Transformed is about how many floats of a convolution's transformed images, or of
	// its large transformed filters, there are at a time.
	Transformed int
}

// transformed is for every CPU: a quarter, half and twice of it take as long.
const transformed = 1 << 21

// blocksHere returns the block sizes of a tile for this CPU's caches.
func blocksHere(mr, nr int) Blocks {
	l1 := max(cpuid.CPU.Cache.L1D, leastL1)
	l2 := max(cpuid.CPU.Cache.L2, leastL2)
	l3 := max(cpuid.CPU.Cache.L3, l2)
	b := blocks(mr, nr, l1/4, l2/4, l3/4)
	b.Transformed = transformed
	return b
}

// blocks returns the sizes for caches of so many floats. A tile's rows of A pass
// through the L1 cache with every panel of B, and stay in a sixteenth of the L2
// cache; a block of B stays in an eighth of the L3 cache, or in the L2 cache where
// there is no other. The kernels and Prefetch load both ahead of their use, and the
// deeper a block, the less often the tile is loaded and stored. Beyond 1024 that
// saves nothing more. A panel that stays takes half of the L1 cache, and 256 rows even
// where that is more.
func blocks(mr, nr, l1, l2, l3 int) Blocks {
	kc := min(1024, max(16, l2/16/mr&^15))
	panelKC := min(kc, max(256, l1/2/nr&^15))
	return Blocks{
		KC: kc, NC: max(1, max(l2, l3/8)/kc/nr) * nr,
		MaxB: l2, PanelKC: panelKC, PanelRows: max(1, l2/2/panelKC/mr) * mr,
	}
}
