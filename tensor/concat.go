package tensor

import (
	"fmt"

	"sdrm/internal/parallel"
)

type channelsArgs struct {
	dst, src            *Tensor
	dstFrom, srcFrom, n int
}

var channelsLoop = parallel.NewLoop(func(a *channelsArgs, i int) {
	to, from := a.dst.Shape.C(), a.src.Shape.C()
	lo, hi := chunk(i, rowChunk, a.src.Shape.Rows())
	copyTile(a.dst.Data[lo*to+a.dstFrom:], to, a.src.Data[lo*from+a.srcFrom:], from, hi-lo, a.n)
})

// copyChannels sets n channels of dst from channel dstFrom on to those of src from
// srcFrom on, pixel by pixel.
func copyChannels(dst *Tensor, dstFrom int, src *Tensor, srcFrom, n int) {
	channelsLoop.Run(ceilDiv(src.Shape.Rows(), rowChunk), channelsArgs{dst, src, dstFrom, srcFrom, n})
}

// ConcatChannels sets y to the channels of a and behind them those of b, pixel by
// pixel: a is N×H×W×A, b is N×H×W×B, y is N×H×W×(A+B).
func ConcatChannels(y, a, b *Tensor) {
	checkShapes("ConcatChannels", a.Shape.withChannels(b.Shape.C()), b.Shape)
	checkShapes("ConcatChannels", a.Shape.withChannels(a.Shape.C()+b.Shape.C()), y.Shape)
	copyChannels(y, 0, a, 0, a.Shape.C())
	copyChannels(y, a.Shape.C(), b, 0, b.Shape.C())
}

// TakeChannels sets dst to as many of the channels of x as it has, from the given
// one on.
func TakeChannels(dst, x *Tensor, first int) {
	checkShapes("TakeChannels", x.Shape.withChannels(dst.Shape.C()), dst.Shape)
	if first < 0 || first+dst.Shape.C() > x.Shape.C() {
		panic(fmt.Sprintf("tensor: TakeChannels: %d channels from %d on are not among those of %v", dst.Shape.C(), first, x.Shape))
	}
	copyChannels(dst, 0, x, first, dst.Shape.C())
}

// PutChannels sets the channels of dst from the given one on to those of x.
func PutChannels(dst, x *Tensor, first int) {
	checkShapes("PutChannels", dst.Shape.withChannels(x.Shape.C()), x.Shape)
	if first < 0 || first+x.Shape.C() > dst.Shape.C() {
		panic(fmt.Sprintf("tensor: PutChannels: %d channels from %d on are not among those of %v", x.Shape.C(), first, dst.Shape))
	}
	copyChannels(dst, first, x, 0, x.Shape.C())
}

// withChannels returns the shape with another number of channels.
func (s Shape) withChannels(c int) Shape { return Shape{s.N(), s.H(), s.W(), c} }
