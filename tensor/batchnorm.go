package tensor

import (
	"fmt"
	"math"

	"sdrm/asm"
	"sdrm/internal/parallel"
)

// The constants of batch normalisation are PyTorch's defaults.
const (
	// BatchNormEpsilon is added to a variance before its root is taken.
	BatchNormEpsilon = 1e-5
	// batchNormMomentum is the weight of a new batch in the running statistics.
	batchNormMomentum = 0.1
)

// BatchNorm is a batch normalisation of maps of C channels (Ioffe and Szegedy,
// ICML 2015, algorithm 1),
//
//	y = (x − mean)/√(var + ε) · gamma + beta,
//
// with the op that follows it in the same pass over the map.
type BatchNorm struct {
	Gamma, Beta *Tensor // C elements
	Running     RunningStats
	Stats       NormStats // filled by the forward pass, read by the gradient
	Then        AfterNorm
	Plus        *Tensor // what NormAddReLU adds, in the shape of the input
	Moments     *Tensor // what Moments has gathered of the input, or nil
	Sums        *Tensor // what Conv2DGradInputSums has gathered for the gradient, or nil
}

// RunningStats are the statistics of past batches that inference normalises
// with, an element per channel.
type RunningStats struct {
	Mean, Var *Tensor // {1,1,1,C}
}

// NewRunningStats returns the statistics of no batch: mean 0, variance 1.
func NewRunningStats(channels int) RunningStats {
	r := RunningStats{Mean: New(Shape{1, 1, 1, channels}), Var: New(Shape{1, 1, 1, channels})}
	for i := range r.Var.Data {
		r.Var.Data[i] = 1
	}
	return r
}

// NormStats are the statistics that a map was normalised with, an element per
// channel.
type NormStats struct {
	Mean, InvStd []float32
	Scale, Shift []float32 // y = x·Scale + Shift
}

// NormStatsShape is the shape of a tensor that holds NormStats.
func NormStatsShape(channels int) Shape { return Shape{4, 1, 1, channels} }

// NormStatsIn lays NormStats over a tensor of NormStatsShape.
func NormStatsIn(t *Tensor) NormStats {
	return NormStats{Mean: t.Sample(0), InvStd: t.Sample(1), Scale: t.Sample(2), Shift: t.Sample(3)}
}

// AfterNorm is what follows a batch normalisation in the same pass. The bits are
// those of the ops one after the other.
type AfterNorm int

// What may follow.
const (
	NormOnly     AfterNorm = iota // nothing
	NormReLU                      // a ReLU
	NormReLUPool                  // a ReLU, then MaxPool of 2×2 windows with stride 2
	NormAddReLU                   // the addition of BatchNorm.Plus, then a ReLU
	NormReLUConv                  // a ReLU, then a convolution with the statistics Before: there may be no result
)

// Out returns the shape of the result for a map of shape x.
func (a AfterNorm) Out(x Shape) Shape {
	if a == NormReLUPool {
		return halving.Out(x)
	}
	return x
}

// poolsChunks tells whether every chunk of rows of a map of shape x holds whole
// windows, so that chunks are pooled while they are in the cache.
func poolsChunks(x Shape) bool { return x.H()%2 == 0 && x.W()%2 == 0 && rowChunk%(2*x.W()) == 0 }

// BatchNormTraining normalises every channel of x, which may be some of the channels of
// a map, with the statistics of the batch and moves the running ones, the variance as the unbiased one, as PyTorch
// does. x has more than one pixel, y has the shape b.Then.Out gives; y may be x
// unless it is pooled, and nil after NormReLUConv.
func BatchNormTraining(y, x *Tensor, b BatchNorm) {
	b.checkResult("BatchNormTraining", y, x.Shape)
	if b.Moments != nil {
		b.takeBatch("BatchNormTraining", b.Moments, x.Shape)
	} else {
		moments := Scratch.Get(MomentsShape(x.Shape))
		Moments(moments, x)
		b.takeBatch("BatchNormTraining", moments, x.Shape)
		Scratch.Put(moments)
	}
	if y != nil {
		b.apply(y, x)
	}
}

// BatchNormInference normalises every channel of x with the running statistics.
// y has the shape b.Then.Out gives and may be x unless it is pooled.
func BatchNormInference(y, x *Tensor, b BatchNorm) {
	b.check("BatchNormInference", y.Shape, x.Shape)
	b.takeRunning()
	b.apply(y, x)
}

// BatchNormAgain sets y to what BatchNormTraining or BatchNormInference made of x
// when they filled b.Stats.
func BatchNormAgain(y, x *Tensor, b BatchNorm) {
	b.check("BatchNormAgain", y.Shape, x.Shape)
	b.apply(y, x)
}

// checkResult is check, where the result y may be nil.
func (b *BatchNorm) checkResult(fn string, y *Tensor, x Shape) {
	out := b.Then.Out(x)
	if y != nil || b.Then != NormReLUConv {
		out = y.Shape
	}
	b.check(fn, out, x)
}

func (b *BatchNorm) check(fn string, y, x Shape) {
	checkShapes(fn, b.Then.Out(x), y)
	if b.Then == NormAddReLU {
		checkShapes(fn, x, b.Plus.Shape)
	}
	checkChannels(fn, "gamma", x.C(), b.Gamma)
	checkChannels(fn, "beta", x.C(), b.Beta)
	checkChannels(fn, "running mean", x.C(), b.Running.Mean)
	checkChannels(fn, "running variance", x.C(), b.Running.Var)
	if n := len(b.Stats.Mean); n != x.C() {
		panic(fmt.Sprintf("tensor: %s: stats have %d elements, want %d, one a channel", fn, n, x.C()))
	}
}

// MomentsShape is the shape of a tensor for the moments of a map of shape x: a
// mean and a sum of squared deviations for every chunk of rows and channel.
func MomentsShape(x Shape) Shape { return Shape{ceilDiv(x.Rows(), rowChunk), 2, 1, x.C()} }

type momentsArgs struct {
	kernels    *asm.Kernels
	moments, x Tensor
}

var momentsLoop = parallel.NewLoop(func(a *momentsArgs, i int) {
	lo, hi := chunk(i, rowChunk, a.x.Shape.Rows())
	x, scratch := a.x.rows(lo, hi)
	chunkMoments(a.kernels, &a.moments, i, x)
	Scratch.Put(scratch)
})

// Moments sets moments, of MomentsShape, to those of x. Either may be some of the
// channels of a tensor.
func Moments(moments, x *Tensor) {
	checkShapes("Moments", MomentsShape(x.Shape), moments.Shape)
	momentsLoop.Run(ceilDiv(x.Shape.Rows(), rowChunk), momentsArgs{asm.Current(), *moments, *x})
}

// chunkMoments sets the moments of chunk i, the rows x.
func chunkMoments(k *asm.Kernels, moments *Tensor, i int, x []float32) {
	c, stride := moments.Shape.C(), moments.stride()
	m := moments.Data[2*stride*i:]
	k.ColMoments(m[:c], m[stride:][:c], x)
}

// takeBatch fills b.Stats from the moments of a map of shape x and moves the
// running statistics.
func (b *BatchNorm) takeBatch(fn string, moments *Tensor, x Shape) {
	checkShapes(fn, MomentsShape(x), moments.Shape)
	if x.Rows() < 2 {
		panic(fmt.Sprintf("tensor: %s: shape %v has one value a channel, a variance needs more", fn, x))
	}
	combineMomentsLoop.Run(ceilDiv(x.C(), channelGroup), combineMomentsArgs{*moments, x.Rows(), *b})
}

type combineMomentsArgs struct {
	moments Tensor
	rows    int
	b       BatchNorm
}

// combineMomentsLoop joins the chunks' moments by the pairwise update of Chan, Golub
// and LeVeque (Updating formulae and a pairwise algorithm for computing sample
// variances, 1979, eq. 2.1), in order, for one group of channels.
var combineMomentsLoop = parallel.NewLoop(func(a *combineMomentsArgs, i int) {
	c, stride := len(a.b.Gamma.Data), a.moments.stride()
	lo, hi := chunk(i, channelGroup, c)
	var mean, m2 [channelGroup]float64
	n := 0.0
	for k := range ceilDiv(a.rows, rowChunk) {
		first, last := chunk(k, rowChunk, a.rows)
		nb := float64(last - first)
		toMean, toM2 := nb/(n+nb), n*nb/(n+nb)
		p := a.moments.Data[2*stride*k:]
		means, m2s := p[lo:hi], p[stride+lo:stride+hi]
		for j, m := range means {
			d := float64(m) - mean[j]
			mean[j] += float64(d * toMean)
			m2[j] += float64(m2s[j]) + float64(float64(d*d)*toM2)
		}
		n += nb
	}
	for j := range hi - lo {
		a.b.setStats(lo+j, mean[j], m2[j]/n)
		update(&a.b.Running.Mean.Data[lo+j], mean[j])
		update(&a.b.Running.Var.Data[lo+j], m2[j]/(n-1))
	}
})

// takeRunning fills b.Stats from the running statistics.
func (b *BatchNorm) takeRunning() {
	for ch, mean := range b.Running.Mean.Data {
		b.setStats(ch, float64(mean), float64(b.Running.Var.Data[ch]))
	}
}

// setStats sets a channel's statistics, its scale and shift so that x·scale +
// shift equals (x−mean)/√(variance + ε)·gamma + beta.
func (b *BatchNorm) setStats(ch int, mean, variance float64) {
	invStd := 1 / math.Sqrt(variance+BatchNormEpsilon)
	scale := float32(float64(b.Gamma.Data[ch]) * invStd)
	b.Stats.Mean[ch], b.Stats.InvStd[ch], b.Stats.Scale[ch] = float32(mean), float32(invStd), scale
	b.Stats.Shift[ch] = float32(float64(b.Beta.Data[ch]) - float64(mean*float64(scale)))
}

// update moves a running statistic towards a batch's.
func update(running *float32, batch float64) {
	*running = float32(float64((1-batchNormMomentum)*float64(*running)) + float64(batchNormMomentum*batch))
}

type applyArgs struct {
	kernels *asm.Kernels
	b       BatchNorm
	y, x    *Tensor
}

var applyLoop = parallel.NewLoop(func(a *applyArgs, i int) {
	s := a.x.Shape
	lo, hi := chunk(i, rowChunk, s.Rows())
	x, copied := a.x.rows(lo, hi)
	z, scratch := a.b.rows(a.y, lo, hi, s.C())
	a.b.applyRows(a.kernels, a.y, i, z, x, s.W())
	Scratch.Put(copied, scratch)
})

// apply normalises x with b.Stats and does what follows.
func (b BatchNorm) apply(y, x *Tensor) {
	if b.Then == NormReLUPool && !poolsChunks(x.Shape) {
		z := Scratch.Get(x.Shape)
		b.Then = NormReLU
		b.apply(z, x)
		MaxPool(y, z, halving)
		Scratch.Put(z)
		return
	}
	applyLoop.Run(ceilDiv(x.Shape.Rows(), rowChunk), applyArgs{asm.Current(), b, y, x})
}

// rows returns the memory for the normalised rows [lo, hi) of c channels: those
// of y or, where they are pooled, temporary memory to give back.
func (b *BatchNorm) rows(y *Tensor, lo, hi, c int) (z []float32, scratch *Tensor) {
	if b.Then == NormReLUPool {
		scratch = Scratch.Floats((hi - lo) * c)
		return scratch.Data, scratch
	}
	return y.Data[lo*c : hi*c], nil
}

// applyRows normalises x, chunk i of the rows of a map w pixels wide, to z and
// does what follows: z is pooled into y. z may be x.
func (b *BatchNorm) applyRows(k *asm.Kernels, y *Tensor, i int, z, x []float32, w int) {
	switch b.Then {
	case NormOnly:
		k.ScaleShift(z, x, b.Stats.Scale, b.Stats.Shift)
		return
	case NormAddReLU:
		k.ScaleShiftAddReLU(z, x, b.Plus.Data[i*rowChunk*len(b.Stats.Scale):][:len(z)], b.Stats.Scale, b.Stats.Shift)
		return
	}
	k.ScaleShiftReLU(z, x, b.Stats.Scale, b.Stats.Shift)
	if b.Then == NormReLUPool {
		c := len(b.Stats.Scale)
		row, y := w*c, y.Data[i*rowChunk*c/4:]
		for r := 0; r < len(z); r += 2 * row {
			k.MaxPool2x2(y[r/4:][:row/2], z[r:r+row], z[r+row:r+2*row], c)
		}
	}
}
