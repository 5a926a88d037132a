package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// BatchNormGrads is where BatchNormGrad writes the gradients.
type BatchNormGrads struct {
	X           *Tensor // in the shape of the input; nil if it is not wanted
	Gamma, Beta *Tensor // an element per channel
	// Sum is the gradient of what the ReLU of NormAddReLU is given, which is that of Plus
	// too. It may be dy, but not X.
	Sum *Tensor
	// Adds says that the gradient of the input is added to what X holds, which may
	// be some of the channels of a map.
	Adds bool
}

// BatchNormGrad computes the gradients of BatchNormTraining, whose b it gets with
// Stats, from the gradient dy of its result y and its input x; y is read after
// NormReLUPool and NormAddReLU, else it may be nil. With g = dy taken back through the pooling
// and the ReLU, as far as there are any, and x̂ = (x−mean)/√(var + ε):
//
//	dbeta  = Σ g
//	dgamma = Σ g·x̂
//	dx     = gamma/√(var + ε) · (g − Σg/n − x̂·Σ(g·x̂)/n)
//
// dx may be x, and dy if that is not pooled; x may be some of the channels of a map.
func BatchNormGrad(d BatchNormGrads, dy, y, x *Tensor, b BatchNorm) {
	c, pooled := x.Shape.C(), b.Then == NormReLUPool
	if b.Then == NormAddReLU {
		if d.Sum == nil || y == nil || b.Sums != nil {
			panic("tensor: BatchNormGrad: after NormAddReLU there are a result and a gradient of the sum, and no sums of a convolution")
		}
		b.Plus = d.Sum // what was added is not read, but there is its gradient
		checkShapes("BatchNormGrad", x.Shape, y.Shape)
	}
	b.check("BatchNormGrad", dy.Shape, x.Shape)
	checkChannels("BatchNormGrad", "dgamma", c, d.Gamma)
	checkChannels("BatchNormGrad", "dbeta", c, d.Beta)
	if pooled {
		checkShapes("BatchNormGrad", dy.Shape, y.Shape)
		if !poolsChunks(x.Shape) {
			z, dz := Scratch.Get(x.Shape), Scratch.Get(x.Shape)
			b.Then = NormReLU
			b.apply(z, x)
			MaxPoolGrad(dz, dy, y, z, halving)
			BatchNormGrad(d, dz, nil, x, b)
			Scratch.Put(dz, z)
			return
		}
	}
	factors := Scratch.Floats(3 * c)
	a := beginNormGrad(d, factors.Data, dy, y, x, b)
	if d.X != nil {
		checkShapes("BatchNormGrad", x.Shape, d.X.Shape)
		a.dx, a.adds = d.X, d.Adds
		normGradLoop.Run(ceilDiv(x.Shape.Rows(), rowChunk), a)
	}
	Scratch.Put(factors)
}

// beginNormGrad computes the gradients of gamma and beta, and the factors of that of the
// input.
func beginNormGrad(d BatchNormGrads, factors []float32, dy, y, x *Tensor, b BatchNorm) normGradArgs {
	n, c := ceilDiv(x.Shape.Rows(), rowChunk), x.Shape.C()
	a := normGradArgs{kernels: asm.Current(), b: b, dy: dy, y: y, x: x, sum: d.Sum}
	var partial *Tensor
	if b.Sums != nil {
		a.partial = b.Sums.Data
	} else {
		partial = Scratch.Floats(2 * n * c)
		a.partial = partial.Data
		normGradLoop.Run(n, a)
	}
	if b.Then == NormAddReLU {
		a.dy, a.b.Then = d.Sum, NormOnly // from here on
	}
	a.k1, a.k2, a.k3 = factors[:c], factors[c:2*c], factors[2*c:]
	normFactorsLoop.Run(ceilDiv(c, channelGroup), normFactorsArgs{a, d})
	Scratch.Put(partial)
	return a
}

// NormSums is where the sums that BatchNormGrad begins with are gathered, while the
// gradient of the normalisation's result, with a ReLU behind it, is in the cache.
type NormSums struct {
	X     *Tensor   // what was normalised, perhaps some of the channels of a map
	Stats NormStats // with which
	Sums  *Tensor   // of NormSumsShape
}

// NormSumsShape is the shape of a tensor for the sums of a map of shape x: Σ g and
// Σ g·(x−mean) for every chunk of rows and channel.
func NormSumsShape(x Shape) Shape { return MomentsShape(x) }

// gather sets the sums of chunk i from its rows of the gradient.
func (s *NormSums) gather(k *asm.Kernels, i int, dy []float32) {
	x, copied := s.X.rows(i*rowChunk, i*rowChunk+len(dy)/s.X.Shape.C())
	s.gatherOf(k, i, dy, x)
	Scratch.Put(copied)
}

// gatherOf is gather with the rows of X.
func (s *NormSums) gatherOf(k *asm.Kernels, i int, dy, x []float32) {
	c := len(s.Stats.Mean)
	p := s.Sums.Data[2*c*i:][:2*c]
	k.NormReLUGradSums(p[:c], p[c:], dy, x, s.Stats.Mean, s.Stats.Scale, s.Stats.Shift)
}

type normGradArgs struct {
	kernels      *asm.Kernels
	b            BatchNorm
	dx, dy, y, x *Tensor   // dx nil: the sums are gathered
	sum          *Tensor   // gradient of what the ReLU of NormAddReLU is given
	adds         bool      // dx is added to
	partial      []float32 // chunks × (Σ g, Σ g·(x−mean)) × channels
	k1, k2, k3   []float32 // dx = g·k1 + x·k2 + k3
}

// normGradLoop gathers the sums of one chunk of rows, or computes its dx.
var normGradLoop = parallel.NewLoop(func(a *normGradArgs, i int) {
	s, c, pooled := &a.b.Stats, a.x.Shape.C(), a.b.Then == NormReLUPool
	first, last := chunk(i, rowChunk, a.x.Shape.Rows())
	lo, hi := first*c, last*c
	var x, dy []float32
	if !a.adds || pooled {
		var copied *Tensor
		x, copied = a.x.rows(first, last)
		defer Scratch.Put(copied)
	}
	if pooled {
		scratch := Scratch.Floats(2 * rowChunk * c)
		defer Scratch.Put(scratch)
		dy = a.unpool(x, lo, hi, scratch.Data[:hi-lo], scratch.Data[rowChunk*c:][:hi-lo])
	} else {
		dy = a.dy.Data[lo:hi]
	}
	if a.b.Then == NormAddReLU {
		sum := a.sum.Data[lo:hi]
		a.kernels.ReLUGrad(sum, dy, a.y.Data[lo:hi])
		dy = sum
	}
	switch p := a.partial[2*c*i : 2*c*(i+1)]; {
	case a.adds:
		a.add(first, dy)
	case a.dx != nil:
		a.input(a.dx.Data[lo:hi], dy, x)
	case a.b.Then == NormOnly || a.b.Then == NormAddReLU:
		a.kernels.NormGradSums(p[:c], p[c:], dy, x, s.Mean)
	default:
		a.kernels.NormReLUGradSums(p[:c], p[c:], dy, x, s.Mean, s.Scale, s.Shift)
	}
})

// addFloats is how many floats of the gradient of the input are added at a time, so that
// they stay in the L1 cache until they are.
const addFloats = 1 << 11

// add adds the gradient of pixels of the input, from lo on, to dx, some pixels at a time
// or, of those of a wider map, each by itself. dy is that of the result, as far as it
// was pooled taken back through that.
func (a *normGradArgs) add(lo int, dy []float32) {
	c, stride, n := a.x.Shape.C(), a.x.stride(), 1
	if a.x.Stride == 0 {
		n = max(1, addFloats/c)
	}
	sum := Scratch.Floats(n * c)
	for ; len(dy) > 0; lo += n {
		n = min(n, len(dy)/c)
		a.x.fetch(lo)
		dx := sum.Data[:n*c]
		a.input(dx, dy[:n*c], a.x.Data[lo*stride:][:n*c])
		a.dx.addRows(a.kernels, lo, dx)
		dy = dy[n*c:]
	}
	Scratch.Put(sum)
}

// input computes the gradient of some pixels of the input, x, from that of the result
// before any pooling.
func (a *normGradArgs) input(dx, dy, x []float32) {
	if a.b.Then == NormOnly {
		a.kernels.NormGrad(dx, dy, x, a.k1, a.k2, a.k3)
	} else {
		a.kernels.NormReLUGrad(dx, dy, x, a.k1, a.k2, a.k3, a.b.Stats.Scale, a.b.Stats.Shift)
	}
}

// unpool normalises x, elements [lo, hi) of the map, once more, to z, and returns dz, the
// gradient that the pooling passes on to them.
func (a *normGradArgs) unpool(x []float32, lo, hi int, z, dz []float32) []float32 {
	c := a.x.Shape.C()
	a.kernels.ScaleShiftReLU(z, x, a.b.Stats.Scale, a.b.Stats.Shift)
	row, y, dy := a.x.Shape.W()*c, a.y.Data[lo/4:hi/4], a.dy.Data[lo/4:hi/4]
	for r := 0; r < len(z); r += 2 * row {
		mid, end := r+row, r+2*row
		a.kernels.MaxPool2x2Grad(dz[r:mid], dz[mid:end], dy[r/4:end/4], y[r/4:end/4], z[r:mid], z[mid:end], c)
	}
	return dz
}

type normFactorsArgs struct {
	normGradArgs
	d BatchNormGrads
}

// normFactorsLoop turns the chunks' sums into the gradients of gamma and beta
// and the factors of dx, for one group of channels.
var normFactorsLoop = parallel.NewLoop(func(a *normFactorsArgs, i int) {
	c, rows := a.x.Shape.C(), float64(a.x.Shape.Rows())
	lo, hi := chunk(i, channelGroup, c)
	var sum, dot [channelGroup]float64
	for row := 0; row < len(a.partial); row += 2 * c {
		addTo(&sum, a.partial[row+lo:row+hi])
		addTo(&dot, a.partial[row+c+lo:row+c+hi])
	}
	for j := range hi - lo {
		ch := lo + j
		invStd := float64(a.b.Stats.InvStd[ch])
		dgamma := dot[j] * invStd
		k1 := float64(a.b.Gamma.Data[ch]) * invStd
		k2 := float32(-k1 * invStd * dgamma / rows)
		a.k1[ch], a.k2[ch] = float32(k1), k2
		a.k3[ch] = float32(-float64(float64(k2)*float64(a.b.Stats.Mean[ch])) - float64(k1*sum[j])/rows)
		a.d.Gamma.Data[ch], a.d.Beta.Data[ch] = float32(dgamma), float32(sum[j])
	}
})

// BatchNormInferenceGrad computes dx, the gradient of BatchNormInference's
// input, from the gradient dy of its result y, which is neither pooled nor added to; y is read
// after a ReLU, else it may be nil. b holds the Stats that were filled then. The running statistics are constants, so that
//
//	dx = dy · gamma/√(var + ε)
//
// or 0 where the ReLU cut off. dx may be dy.
func BatchNormInferenceGrad(dx, dy, y *Tensor, b BatchNorm) {
	if b.Then == NormReLUPool || b.Then == NormAddReLU {
		panic("tensor: BatchNormInferenceGrad: a result that is pooled or added to has no gradient")
	}
	b.check("BatchNormInferenceGrad", dy.Shape, dx.Shape)
	if b.Then == NormReLU {
		ReLUGrad(dx, dy, y)
		dy = dx
	}
	zero := Scratch.Floats(dx.Shape.C())
	clear(zero.Data)
	BatchNorm{Stats: NormStats{Scale: b.Stats.Scale, Shift: zero.Data}}.apply(dx, dy)
	Scratch.Put(zero)
}
