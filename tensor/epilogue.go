package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// An epilogue is what a convolution does to its result while that is still in
// the cache, chunk of rows by chunk of rows: gather the moments that batch
// normalisation needs, or normalise with the running statistics, cut off below 0
// and pool. The bits are those of the ops one after the other. The zero value
// does nothing.
type epilogue struct {
	moments      []float32 // as momentsLoop lays them out; nil: not wanted
	scale, shift []float32 // nil: no normalisation
	relu, pool   bool      // behind the normalisation; a pooling has a ReLU before it
}

func (e *epilogue) empty() bool { return e.moments == nil && e.scale == nil }

// rows returns the memory for rows [lo, hi) of the convolution's result, of c
// channels: those of y, or where they are pooled memory for release.
func (e *epilogue) rows(y *Tensor, lo, hi, c int) (z []float32, scratch *Tensor) {
	if e.pool {
		scratch = Scratch.Floats((hi - lo) * c)
		return scratch.Data, scratch
	}
	return y.Data[lo*c : hi*c], nil
}

// finish does the epilogue of chunk i, z holding the convolution's rows of w
// pixels and c channels.
func (e *epilogue) finish(k *asm.Kernels, y *Tensor, i int, z []float32, w, c int) {
	if e.moments != nil {
		chunkMoments(k, e.moments, i, z, c)
	}
	switch {
	case e.scale == nil:
	case e.relu:
		k.ScaleShiftReLU(z, z, e.scale, e.shift)
	default:
		k.ScaleShift(z, z, e.scale, e.shift)
	}
	if e.pool {
		poolRows(k, y.Data[i*rowChunk*c/4:][:len(z)/4], z, w*c, c)
	}
}

type finishArgs struct {
	kernels *asm.Kernels
	after   epilogue
	y, z    *Tensor
}

var finishLoop = parallel.NewLoop(func(a *finishArgs, i int) {
	s := a.z.Shape
	lo, hi := chunk(i, rowChunk*s.C(), len(a.z.Data))
	a.after.finish(a.kernels, a.y, i, a.z.Data[lo:hi], s.W(), s.C())
})

// poolRows pools pairs of rows of x, each of row floats, into y.
func poolRows(k *asm.Kernels, y, x []float32, row, c int) {
	for r := 0; r < len(x); r += 2 * row {
		k.MaxPool2x2(y[r/4:][:row/2], x[r:r+row], x[r+row:r+2*row], c)
	}
}

// takesEpilogue tells whether the algorithm finishes whole chunks of rows of the
// result, one after the other.
func (g ConvGeometry) takesEpilogue(x, out Shape) bool {
	tile := 0
	switch g.Algorithm(x, out.C()) {
	case Im2col, Pointwise:
		return true
	case Winograd2:
		tile = 2
	case Winograd4:
		tile = 4
	default:
		return false
	}
	pixels := out.H() * out.W()
	if pixels < rowChunk {
		return rowChunk%pixels == 0
	}
	return pixels%rowChunk == 0 && rowChunk%(tile*out.W()) == 0
}
