package tensor

import (
	"fmt"

	"sdrm/internal/parallel"
)

type concatArgs struct{ y, a, b *Tensor }

var concatLoop = parallel.NewLoop(func(args *concatArgs, i int) {
	ca, cb := args.a.Shape.C(), args.b.Shape.C()
	lo, hi := chunk(i, rowChunk, args.y.Shape.Rows())
	for r := lo; r < hi; r++ {
		y := args.y.Data[r*(ca+cb):][:ca+cb]
		copy(y, args.a.Data[r*ca:][:ca])
		copy(y[ca:], args.b.Data[r*cb:][:cb])
	}
})

// ConcatChannels sets y to the channels of a and behind them those of b, pixel by
// pixel: a is N×H×W×A, b is N×H×W×B, y is N×H×W×(A+B).
func ConcatChannels(y, a, b *Tensor) {
	checkShapes("ConcatChannels", a.Shape.withChannels(b.Shape.C()), b.Shape)
	checkShapes("ConcatChannels", a.Shape.withChannels(a.Shape.C()+b.Shape.C()), y.Shape)
	concatLoop.Run(ceilDiv(y.Shape.Rows(), rowChunk), concatArgs{y, a, b})
}

type takeArgs struct {
	dst, x *Tensor
	first  int
}

var takeLoop = parallel.NewLoop(func(a *takeArgs, i int) {
	from, to := a.x.Shape.C(), a.dst.Shape.C()
	lo, hi := chunk(i, rowChunk, a.x.Shape.Rows())
	for r := lo; r < hi; r++ {
		copy(a.dst.Data[r*to:][:to], a.x.Data[r*from+a.first:])
	}
})

// TakeChannels sets dst to as many of the channels of x as it has, from the given
// one on.
func TakeChannels(dst, x *Tensor, first int) {
	checkShapes("TakeChannels", x.Shape.withChannels(dst.Shape.C()), dst.Shape)
	if first < 0 || first+dst.Shape.C() > x.Shape.C() {
		panic(fmt.Sprintf("tensor: TakeChannels: %d channels from %d on are not among those of %v", dst.Shape.C(), first, x.Shape))
	}
	takeLoop.Run(ceilDiv(x.Shape.Rows(), rowChunk), takeArgs{dst, x, first})
}

// withChannels returns the shape with another number of channels.
func (s Shape) withChannels(c int) Shape { return Shape{s.N(), s.H(), s.W(), c} }
