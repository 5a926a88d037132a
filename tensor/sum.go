package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

type sumArgs struct {
	kernel  func(x []float32) float32
	partial []float32 // a chunk's sum each
	x       []float32
}

var sumLoop = parallel.NewLoop(func(a *sumArgs, i int) {
	lo, hi := chunk(i, elementChunk, len(a.x))
	a.partial[i] = a.kernel(a.x[lo:hi])
})

// Sum returns the sum of all elements: of chunks through the Sum kernel, and of
// their sums in float64, in order.
func Sum(x *Tensor) float32 {
	x.mustBeWhole("Sum")
	n := ceilDiv(len(x.Data), elementChunk)
	partial := Scratch.Floats(n)
	sumLoop.Run(n, sumArgs{asm.Current().Sum, partial.Data, x.Data})
	sum := 0.0
	for _, v := range partial.Data[:n] {
		sum += float64(v)
	}
	Scratch.Put(partial)
	return float32(sum)
}
