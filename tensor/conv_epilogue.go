package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// A convolution with the batch normalisation that follows it, which works on the
// convolution's result while that is in the cache.

// Conv2DNormTraining is Conv2D of x to z, then BatchNormTraining of z to y.
func Conv2DNormTraining(y, z, x *Tensor, c Conv, b BatchNorm) {
	c.checkTensors("Conv2DNormTraining", z, x)
	b.checkResult("Conv2DNormTraining", y, z.Shape)
	moments := Scratch.Get(MomentsShape(z.Shape))
	c.convolve(z, z.Shape, x, epilogue{moments: moments})
	b.takeBatch("Conv2DNormTraining", moments, z.Shape)
	Scratch.Put(moments)
	if y != nil {
		b.apply(y, z)
	}
}

// Conv2DNormInference is Conv2D of x, then BatchNormInference to y.
func Conv2DNormInference(y, x *Tensor, c Conv, b BatchNorm) {
	out := c.Geometry.Out(x.Shape, c.Weights.Shape.C())
	c.check("Conv2DNormInference", out, x.Shape)
	c.checkInput("Conv2DNormInference", x)
	b.check("Conv2DNormInference", y.Shape, out)
	b.takeRunning()
	c.convolve(y, out, x, epilogue{norm: b})
}

// Conv2DGradInputSums is Conv2DGradInput of a convolution that a batch normalisation
// with a ReLU comes before, whose gradient begins with sums over dx: it gathers them.
func Conv2DGradInputSums(dx, dy *Tensor, c Conv, sums NormSums) {
	c.checkTensors("Conv2DGradInputSums", dy, dx)
	checkShapes("Conv2DGradInputSums", dx.Shape, sums.X.Shape)
	checkShapes("Conv2DGradInputSums", NormSumsShape(dx.Shape), sums.Sums.Shape)
	algorithm, after := c.algorithm(ConvGradInput, dx.Shape, dy.Shape), epilogue{sums: sums}
	if algorithm.finishesChunks(ConvGradInput, dx.Shape) {
		algorithm.gradInput(dx, dy, c, after)
		return
	}
	algorithm.gradInput(dx, dy, c, epilogue{})
	finishLoop.Run(ceilDiv(dx.Shape.Rows(), rowChunk), finishArgs{asm.Current(), after, dx})
}

type finishArgs struct {
	kernels *asm.Kernels
	after   epilogue
	y       *Tensor
}

// finishLoop does an epilogue after what computed y.
var finishLoop = parallel.NewLoop(func(a *finishArgs, i int) {
	lo, hi := chunk(i, rowChunk*a.y.Shape.C(), len(a.y.Data))
	a.after.finish(a.kernels, a.y, i, a.y.Data[lo:hi], a.y.Shape.W())
})

// An epilogue is what a convolution or its gradient does to the result chunk of rows
// by chunk of rows: gather the moments or the sums that batch normalisation needs, or
// normalise. The bits are those of the ops one after the other. The zero value does
// nothing.
type epilogue struct {
	moments *Tensor   // of MomentsShape; nil: not wanted
	norm    BatchNorm // without Gamma: none
	sums    NormSums  // without X: not wanted
}

func (e *epilogue) empty() bool {
	return e.moments == nil && e.norm.Gamma == nil && e.sums.X == nil
}

// convolve computes the convolution, of shape out, with what comes before it and an
// epilogue: in the cache if the algorithm takes them, else in passes of their own.
func (c Conv) convolve(y *Tensor, out Shape, x *Tensor, after epilogue) {
	algorithm := c.algorithm(ConvForward, x.Shape, out)
	x, normalised := c.readable(algorithm, x, out)
	defer Scratch.Put(normalised)
	pooled := after.norm.Then == NormReLUPool
	if algorithm.finishesChunks(ConvForward, out) && (!pooled || poolsChunks(out)) {
		algorithm.forward(y, out, x, c, after)
		return
	}
	z := y
	if pooled {
		z = Scratch.Get(out)
		defer Scratch.Put(z)
	}
	algorithm.forward(z, out, x, c, epilogue{})
	if after.moments != nil {
		Moments(after.moments, z)
	}
	if after.norm.Gamma != nil {
		after.norm.apply(y, z)
	}
}

// finish does the epilogue of chunk i, the rows z of the convolution's result, w
// pixels wide and of c channels.
func (e *epilogue) finish(k *asm.Kernels, y *Tensor, i int, z []float32, w int) {
	if e.moments != nil {
		chunkMoments(k, e.moments, i, z)
	}
	if e.sums.X != nil {
		e.sums.gather(k, i, z)
	}
	if e.norm.Gamma != nil {
		e.norm.applyRows(k, y, i, z, z, w)
	}
}

// wholeChunks tells whether chunks of a map are whole images, or so many rows of one
// image each, or a multiple of that.
func wholeChunks(s Shape, rows int) bool {
	pixels := s.H() * s.W()
	if pixels < rowChunk {
		return rowChunk%pixels == 0
	}
	return pixels%rowChunk == 0 && rowChunk%(rows*s.W()) == 0
}
