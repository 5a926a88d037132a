package tensor

// A convolution together with the batch normalisation behind it, so that its
// result is worked on while it is in the cache.

// MomentsShape is the shape of a tensor for the moments of a map of shape x: a
// mean and a sum of squared deviations for every chunk of rows and channel.
func MomentsShape(x Shape) Shape { return Shape{ceilDiv(x.Rows(), rowChunk), 2, 1, x.C()} }

// Conv2DMoments is Conv2D and gathers in passing what BatchNorm needs of y.
// moments has MomentsShape(y.Shape).
func Conv2DMoments(y, moments, x, w, bias *Tensor, g ConvGeometry) {
	checkConv("Conv2DMoments", y.Shape, x, w, bias, g)
	checkShapes("Conv2DMoments", MomentsShape(y.Shape), moments.Shape)
	convolve(y, y.Shape, x, w, bias, g, epilogue{moments: moments.Data})
}

// Conv2DNorm is Conv2D, then BatchNormInference, with a ReLU if relu.
func Conv2DNorm(y, x, w, bias, gamma, beta *Tensor, running RunningStats, g ConvGeometry, relu bool) {
	checkConv("Conv2DNorm", y.Shape, x, w, bias, g)
	checkBatchNorm("Conv2DNorm", y, y, gamma, beta, running)
	factors := Scratch.Floats(2 * len(gamma.Data))
	scale, shift := runningFactors(factors.Data, gamma, beta, running)
	convolve(y, y.Shape, x, w, bias, g, epilogue{scale: scale, shift: shift, relu: relu})
	Scratch.Put(factors)
}

// Conv2DNormPool is Conv2D, then BatchNormPoolInference: y has half the height
// and width of the convolution's result, which must fit NormPoolFits.
func Conv2DNormPool(y, x, w, bias, gamma, beta *Tensor, running RunningStats, g ConvGeometry) {
	out := g.Out(x.Shape, w.Shape.C())
	checkConv("Conv2DNormPool", out, x, w, bias, g)
	checkNormPool("Conv2DNormPool", y, out)
	checkBatchNorm("Conv2DNormPool", y, y, gamma, beta, running)
	factors := Scratch.Floats(2 * len(gamma.Data))
	scale, shift := runningFactors(factors.Data, gamma, beta, running)
	convolve(y, out, x, w, bias, g, epilogue{scale: scale, shift: shift, relu: true, pool: true})
	Scratch.Put(factors)
}
