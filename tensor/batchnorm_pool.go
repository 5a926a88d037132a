package tensor

import (
	"fmt"

	"sdrm/asm"
	"sdrm/internal/parallel"
)

// Batch normalisation, ReLU and 2×2 max pooling in one: the normalised map is
// made chunk by chunk in the cache, forward and again backward, and never
// stored. The bits are those of the three one after the other.

// NormPoolFits tells whether a map of shape x is cut into chunks of whole pairs
// of rows, which BatchNormPool and BatchNormPoolGrad need.
func NormPoolFits(x Shape) bool {
	return x.H()%2 == 0 && x.W()%2 == 0 && rowChunk%(2*x.W()) == 0
}

func normPooled(x Shape) Shape { return PoolGeometry{Kernel: 2, Stride: 2}.Out(x) }

func checkNormPool(fn string, y *Tensor, x Shape) {
	if !NormPoolFits(x) {
		panic(fmt.Sprintf("tensor: %s: shape %v does not fit, see NormPoolFits", fn, x))
	}
	checkShapes(fn, normPooled(x), y.Shape)
}

// BatchNormPool is BatchNorm with its ReLU, followed by MaxPool of 2×2 windows:
// y has half the height and width of x.
func BatchNormPool(y, x, moments, gamma, beta *Tensor, stats NormStats, running RunningStats) {
	checkNormPool("BatchNormPool", y, x.Shape)
	checkBatchNorm("BatchNormPool", x, x, gamma, beta, running)
	batchStats(x, moments, gamma, beta, stats, running)
	normPoolLoop.Run(ceilDiv(x.Shape.Rows(), rowChunk), normPoolArgs{
		kernels: asm.Current(), y: y, x: x, scale: stats.Scale, shift: stats.Shift})
}

// BatchNormPoolInference is BatchNormPool with the running statistics.
func BatchNormPoolInference(y, x, gamma, beta *Tensor, running RunningStats) {
	checkNormPool("BatchNormPoolInference", y, x.Shape)
	checkBatchNorm("BatchNormPoolInference", x, x, gamma, beta, running)
	factors := Scratch.Floats(2 * x.Shape.C())
	scale, shift := runningFactors(factors.Data, gamma, beta, running)
	normPoolLoop.Run(ceilDiv(x.Shape.Rows(), rowChunk), normPoolArgs{
		kernels: asm.Current(), y: y, x: x, scale: scale, shift: shift})
	Scratch.Put(factors)
}

type normPoolArgs struct {
	kernels      *asm.Kernels
	y, x         *Tensor
	scale, shift []float32
}

var normPoolLoop = parallel.NewLoop(func(a *normPoolArgs, i int) {
	c := len(a.scale)
	lo, hi := chunk(i, rowChunk*c, len(a.x.Data))
	normalised := Scratch.Floats(rowChunk * c)
	z := normalised.Data[:hi-lo]
	a.kernels.ScaleShiftReLU(z, a.x.Data[lo:hi], a.scale, a.shift)
	poolRows(a.kernels, a.y.Data[lo/4:hi/4], z, a.x.Shape.W()*c, c)
	Scratch.Put(normalised)
})

// BatchNormPoolGrad is BatchNormGrad behind MaxPoolGrad: dy and y are the
// pooled gradient and result, x the input of the normalisation. dx may be x, and nil if it is not wanted.
func BatchNormPoolGrad(dx, dgamma, dbeta, dy, y, x, gamma *Tensor, stats NormStats) {
	checkNormPool("BatchNormPoolGrad", y, x.Shape)
	checkShapes("BatchNormPoolGrad", y.Shape, dy.Shape)
	c := x.Shape.C()
	checkNormParams("BatchNormPoolGrad", c, gamma, dgamma, dbeta)
	chunks := ceilDiv(x.Shape.Rows(), rowChunk)
	partial := Scratch.Floats(2 * chunks * c)
	factors := Scratch.Floats(3 * c)
	args := normPoolGradArgs{kernels: asm.Current(), dy: dy, y: y, x: x, stats: stats, partial: partial.Data}
	normPoolGradLoop.Run(chunks, args)
	args.k1, args.k2, args.k3 = normFactors(factors.Data, partial.Data, x.Shape.Rows(), gamma, stats, dgamma, dbeta)
	if dx != nil {
		checkShapes("BatchNormPoolGrad", x.Shape, dx.Shape)
		args.dx = dx
		normPoolGradLoop.Run(chunks, args)
	}
	Scratch.Put(factors)
	Scratch.Put(partial)
}

type normPoolGradArgs struct {
	kernels      *asm.Kernels
	dx, dy, y, x *Tensor // dx nil: the sums are gathered
	stats        NormStats
	partial      []float32
	k1, k2, k3   []float32
}

var normPoolGradLoop = parallel.NewLoop(func(a *normPoolGradArgs, i int) {
	s, c := &a.stats, len(a.stats.Mean)
	lo, hi := chunk(i, rowChunk*c, len(a.x.Data))
	x, y, dy := a.x.Data[lo:hi], a.y.Data[lo/4:hi/4], a.dy.Data[lo/4:hi/4]
	both := Scratch.Floats(2 * rowChunk * c)
	z, dz := both.Data[:hi-lo], both.Data[rowChunk*c:][:hi-lo]
	a.kernels.ScaleShiftReLU(z, x, s.Scale, s.Shift)
	row := a.x.Shape.W() * c
	for r := 0; r < len(z); r += 2 * row {
		mid, end := r+row, r+2*row
		a.kernels.MaxPool2x2Grad(dz[r:mid], dz[mid:end], dy[r/4:end/4], y[r/4:end/4], z[r:mid], z[mid:end], c)
	}
	if a.dx == nil {
		p := a.partial[2*c*i : 2*c*(i+1)]
		a.kernels.NormReLUGradSums(p[:c], p[c:], dz, x, s.Mean, s.Scale, s.Shift)
	} else {
		a.kernels.NormReLUGrad(a.dx.Data[lo:hi], dz, x, a.k1, a.k2, a.k3, s.Scale, s.Shift)
	}
	Scratch.Put(both)
})
