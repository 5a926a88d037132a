package tensor

import "sdrm/asm"

// A convolution with the batch normalisation that follows it, which works on the
// convolution's result while that is in the cache.

// Conv2DNormTraining is Conv2D of x to z, then BatchNormTraining of z to y.
func Conv2DNormTraining(y, z, x *Tensor, c Conv, b BatchNorm) {
	c.check("Conv2DNormTraining", z.Shape, x.Shape)
	b.check("Conv2DNormTraining", y.Shape, z.Shape)
	moments := Scratch.Get(momentsShape(z.Shape))
	c.convolve(z, z.Shape, x, epilogue{moments: moments.Data})
	b.takeBatch("Conv2DNormTraining", moments.Data, z.Shape)
	Scratch.Put(moments)
	b.apply(y, z)
}

// Conv2DNormInference is Conv2D of x, then BatchNormInference to y.
func Conv2DNormInference(y, x *Tensor, c Conv, b BatchNorm) {
	out := c.Geometry.Out(x.Shape, c.Weights.Shape.C())
	c.check("Conv2DNormInference", out, x.Shape)
	b.check("Conv2DNormInference", y.Shape, out)
	b.takeRunning()
	c.convolve(y, out, x, epilogue{norm: b})
}

// An epilogue is what a convolution does to its result chunk of rows by chunk of
// rows: gather the moments that batch normalisation needs, or normalise. The
// bits are those of the ops one after the other. The zero value does nothing.
type epilogue struct {
	moments []float32 // of momentsShape; nil: not wanted
	norm    BatchNorm // without Gamma: none
}

func (e *epilogue) empty() bool { return e.moments == nil && e.norm.Gamma == nil }

// convolve computes the convolution, of shape out, with an epilogue: in the
// cache if the algorithm takes it, else after the convolution.
func (c Conv) convolve(y *Tensor, out Shape, x *Tensor, after epilogue) {
	algorithm := c.algorithm(ConvForward, x.Shape, out)
	pooled := after.norm.Then == NormReLUPool
	if algorithm.finishesChunks(out) && (!pooled || poolsChunks(out)) {
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
		gatherMoments(after.moments, z)
	}
	if after.norm.Gamma != nil {
		after.norm.apply(y, z)
	}
}

// finish does the epilogue of chunk i, the rows z of the convolution's result, w
// pixels wide and of c channels.
func (e *epilogue) finish(k *asm.Kernels, y *Tensor, i int, z []float32, w, c int) {
	if e.moments != nil {
		chunkMoments(k, e.moments, i, z, c)
	}
	if e.norm.Gamma != nil {
		e.norm.applyRows(k, y, i, z, z, w)
	}
}
