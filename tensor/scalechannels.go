package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

type scaleChannelsArgs struct {
	kernels *asm.Kernels
	y, x, s *Tensor
}

var scaleChannelsLoop = parallel.NewLoop(func(a *scaleChannelsArgs, n int) {
	shift := Scratch.Floats(a.x.Shape.C())
	clear(shift.Data)
	a.kernels.ScaleShift(a.y.Sample(n), a.x.Sample(n), a.s.Sample(n), shift.Data[:a.x.Shape.C()])
	Scratch.Put(shift)
})

// ScaleChannels sets y = x·s with a factor for every channel of every sample: s
// is {N,1,1,C}. y may be x.
func ScaleChannels(y, x, s *Tensor) {
	checkShapes("ScaleChannels", x.Shape, y.Shape)
	checkShapes("ScaleChannels", Shape{x.Shape.N(), 1, 1, x.Shape.C()}, s.Shape)
	scaleChannelsLoop.Run(x.Shape.N(), scaleChannelsArgs{asm.Current(), y, x, s})
}

type scaleChannelsGradArgs struct {
	kernels   *asm.Kernels
	ds, dy, x *Tensor
}

// The kernel sums dy too, which nobody needs.
var scaleChannelsGradLoop = parallel.NewLoop(func(a *scaleChannelsGradArgs, n int) {
	c := a.x.Shape.C()
	memory := Scratch.Floats(2 * c)
	sum, zero := memory.Data[:c], memory.Data[c:2*c]
	clear(zero)
	a.kernels.NormGradSums(sum, a.ds.Sample(n), a.dy.Sample(n), a.x.Sample(n), zero)
	Scratch.Put(memory)
})

// ScaleChannelsGrad sets ds, {N,1,1,C}, to the sums of dy·x over the pixels of
// each sample: the gradient of the factors of ScaleChannels. That of x is
// ScaleChannels of dy.
func ScaleChannelsGrad(ds, dy, x *Tensor) {
	checkShapes("ScaleChannelsGrad", x.Shape, dy.Shape)
	checkShapes("ScaleChannelsGrad", Shape{x.Shape.N(), 1, 1, x.Shape.C()}, ds.Shape)
	scaleChannelsGradLoop.Run(x.Shape.N(), scaleChannelsGradArgs{asm.Current(), ds, dy, x})
}
