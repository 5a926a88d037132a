package tensor

import (
	"fmt"

	"sdrm/asm"
	"sdrm/internal/parallel"
)

// rowChunk is the number of rows of channels that one task works on. It is part
// of the definition of every sum over rows: a chunk is summed in float32, the
// chunks are combined in float64, in order.
const rowChunk = 256

// channelGroup is the number of channels whose chunks one task combines: a
// cache line of floats.
const channelGroup = 16

type addRowArgs struct {
	kernel      func(dst, x, row []float32)
	dst, x, row []float32
}

var addRowLoop = parallel.NewLoop(func(a *addRowArgs, i int) {
	lo, hi := chunk(i, rowChunk*len(a.row), len(a.dst))
	a.kernel(a.dst[lo:hi], a.x[lo:hi], a.row)
})

// AddRow adds a value per channel to every pixel: dst = x + row, row holding C
// elements. dst may be x.
func AddRow(dst, x, row *Tensor) {
	checkAlike("AddRow", dst, x)
	checkChannels("AddRow", "row", x.Shape.C(), row)
	addRowLoop.Run(ceilDiv(x.Shape.Rows(), rowChunk), addRowArgs{asm.Current().AddRow, dst.Data, x.Data, row.Data})
}

// checkChannels panics unless x holds one element per channel.
func checkChannels(fn, name string, channels int, x *Tensor) {
	if len(x.Data) != channels {
		panic(fmt.Sprintf("tensor: %s: %s has %d elements, want %d, one a channel", fn, name, len(x.Data), channels))
	}
}

type sumRowsArgs struct {
	kernel   func(sum, x []float32)
	partial  []float32 // chunks × channels
	x        []float32
	channels int
}

var sumRowsLoop = parallel.NewLoop(func(a *sumRowsArgs, i int) {
	lo, hi := chunk(i, rowChunk*a.channels, len(a.x))
	a.kernel(a.partial[i*a.channels:(i+1)*a.channels], a.x[lo:hi])
})

type combineSumsArgs struct{ dst, partial []float32 }

var combineSumsLoop = parallel.NewLoop(func(a *combineSumsArgs, i int) {
	c := len(a.dst)
	lo, hi := chunk(i, channelGroup, c)
	var sums [channelGroup]float64
	for row := 0; row < len(a.partial); row += c {
		addTo(&sums, a.partial[row+lo:row+hi])
	}
	for j := range hi - lo {
		a.dst[lo+j] = float32(sums[j])
	}
})

// addTo adds x to the first len(x) sums.
func addTo(sums *[channelGroup]float64, x []float32) {
	for j, v := range x {
		sums[j] += float64(v)
	}
}

// SumRows sets dst to the sum over all pixels of x, an element per channel.
func SumRows(dst, x *Tensor) {
	x.mustBeWhole("SumRows")
	c := x.Shape.C()
	checkChannels("SumRows", "dst", c, dst)
	n := ceilDiv(x.Shape.Rows(), rowChunk)
	partial := Scratch.Floats(n * c)
	sumRowsLoop.Run(n, sumRowsArgs{asm.Current().ColSums, partial.Data, x.Data, c})
	combineSumsLoop.Run(ceilDiv(c, channelGroup), combineSumsArgs{dst.Data, partial.Data})
	Scratch.Put(partial)
}
