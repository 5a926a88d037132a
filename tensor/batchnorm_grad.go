package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// BatchNormGrads is where BatchNormGrad writes the gradients.
type BatchNormGrads struct {
	X           *Tensor // in the shape of the input; nil if it is not wanted
	Gamma, Beta *Tensor // an element per channel
}

// BatchNormGrad computes the gradients of BatchNormTraining, whose b it gets with
// Stats, from the gradient dy of its result y and its input x; y is read if it
// was pooled, else it may be nil. After NormAddReLU there is the gradient of the
// sum alone, with NormOnly. With g = dy taken back through the pooling and
// the ReLU, as far as there are any, and x̂ = (x−mean)/√(var + ε):
//
//	dbeta  = Σ g
//	dgamma = Σ g·x̂
//	dx     = gamma/√(var + ε) · (g − Σg/n − x̂·Σ(g·x̂)/n)
//
// dx may be x, and dy if that is not pooled.
func BatchNormGrad(d BatchNormGrads, dy, y, x *Tensor, b BatchNorm) {
	c, pooled := x.Shape.C(), b.Then == NormReLUPool
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
	n := ceilDiv(x.Shape.Rows(), rowChunk)
	factors := Scratch.Floats(3 * c)
	a := normGradArgs{kernels: asm.Current(), b: b, dy: dy, y: y, x: x}
	var partial *Tensor
	if b.Sums != nil {
		a.partial = b.Sums.Data
	} else {
		partial = Scratch.Floats(2 * n * c)
		a.partial = partial.Data
		normGradLoop.Run(n, a)
	}
	a.k1, a.k2, a.k3 = factors.Data[:c], factors.Data[c:2*c], factors.Data[2*c:]
	normFactorsLoop.Run(ceilDiv(c, channelGroup), normFactorsArgs{a, d})
	if d.X != nil {
		checkShapes("BatchNormGrad", x.Shape, d.X.Shape)
		a.dx = d.X
		normGradLoop.Run(n, a)
	}
	Scratch.Put(factors, partial)
}

// NormSums is where the sums that BatchNormGrad begins with are gathered, while the
// gradient of the normalisation's result, with a ReLU behind it, is in the cache.
type NormSums struct {
	X     *Tensor   // what was normalised
	Stats NormStats // with which
	Sums  *Tensor   // of NormSumsShape
}

// NormSumsShape is the shape of a tensor for the sums of a map of shape x: Σ g and
// Σ g·(x−mean) for every chunk of rows and channel.
func NormSumsShape(x Shape) Shape { return momentsShape(x) }

// gather sets the sums of chunk i from its rows of the gradient.
func (s *NormSums) gather(k *asm.Kernels, i int, dy []float32) {
	c := len(s.Stats.Mean)
	p := s.Sums.Data[2*c*i:][:2*c]
	k.NormReLUGradSums(p[:c], p[c:], dy, s.X.Data[i*rowChunk*c:][:len(dy)], s.Stats.Mean, s.Stats.Scale, s.Stats.Shift)
}

type normGradArgs struct {
	kernels      *asm.Kernels
	b            BatchNorm
	dx, dy, y, x *Tensor   // dx nil: the sums are gathered
	partial      []float32 // chunks × (Σ g, Σ g·(x−mean)) × channels
	k1, k2, k3   []float32 // dx = g·k1 + x·k2 + k3
}

// normGradLoop gathers the sums of one chunk of rows, or computes its dx.
var normGradLoop = parallel.NewLoop(func(a *normGradArgs, i int) {
	s, c := &a.b.Stats, a.x.Shape.C()
	lo, hi := chunk(i, rowChunk*c, len(a.x.Data))
	x := a.x.Data[lo:hi]
	var dy []float32
	if a.b.Then == NormReLUPool {
		scratch := Scratch.Floats(2 * rowChunk * c)
		defer Scratch.Put(scratch)
		dy = a.unpool(lo, hi, scratch.Data[:hi-lo], scratch.Data[rowChunk*c:][:hi-lo])
	} else {
		dy = a.dy.Data[lo:hi]
	}
	if a.dx == nil {
		p := a.partial[2*c*i : 2*c*(i+1)]
		if a.b.Then == NormOnly {
			a.kernels.NormGradSums(p[:c], p[c:], dy, x, s.Mean)
		} else {
			a.kernels.NormReLUGradSums(p[:c], p[c:], dy, x, s.Mean, s.Scale, s.Shift)
		}
		return
	}
	dx := a.dx.Data[lo:hi]
	if a.b.Then == NormOnly {
		a.kernels.NormGrad(dx, dy, x, a.k1, a.k2, a.k3)
	} else {
		a.kernels.NormReLUGrad(dx, dy, x, a.k1, a.k2, a.k3, s.Scale, s.Shift)
	}
})

// unpool normalises elements [lo, hi) of x once more, to z, and returns dz, the
// gradient that the pooling passes on to them.
func (a *normGradArgs) unpool(lo, hi int, z, dz []float32) []float32 {
	c := a.x.Shape.C()
	a.kernels.ScaleShiftReLU(z, a.x.Data[lo:hi], a.b.Stats.Scale, a.b.Stats.Shift)
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
// input, from the gradient dy of its result y, which is not pooled; y is read
// after a ReLU, else it may be nil. b holds the Stats that were filled then. The running statistics are constants, so that
//
//	dx = dy · gamma/√(var + ε)
//
// or 0 where the ReLU cut off. dx may be dy.
func BatchNormInferenceGrad(dx, dy, y *Tensor, b BatchNorm) {
	if b.Then == NormReLUPool {
		panic("tensor: BatchNormInferenceGrad: a pooled result has no gradient")
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
