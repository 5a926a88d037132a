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
	// BatchNormMomentum is the weight of a new batch in the running statistics.
	BatchNormMomentum = 0.1
)

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

// NormStats is what BatchNorm keeps for BatchNormGrad, an element per channel.
type NormStats struct {
	Mean, InvStd []float32 // of the batch
	Scale, Shift []float32 // y = x·Scale + Shift
}

// NormStatsShape is the shape of a tensor that holds NormStats.
func NormStatsShape(channels int) Shape { return Shape{4, 1, 1, channels} }

// NormStatsIn lays NormStats over a tensor of NormStatsShape.
func NormStatsIn(t *Tensor) NormStats {
	return NormStats{Mean: t.Sample(0), InvStd: t.Sample(1), Scale: t.Sample(2), Shift: t.Sample(3)}
}

// scaleShiftKernel is ScaleShift or ScaleShiftReLU.
type scaleShiftKernel func(dst, x, scale, shift []float32)

type scaleShiftArgs struct {
	kernel               scaleShiftKernel
	dst, x, scale, shift []float32
}

var scaleShiftLoop = parallel.NewLoop(func(a *scaleShiftArgs, i int) {
	lo, hi := chunk(i, rowChunk*len(a.scale), len(a.dst))
	a.kernel(a.dst[lo:hi], a.x[lo:hi], a.scale, a.shift)
})

func scaleShift(y, x *Tensor, scale, shift []float32, relu bool) {
	kernel := asm.Current().ScaleShift
	if relu {
		kernel = asm.Current().ScaleShiftReLU
	}
	scaleShiftLoop.Run(ceilDiv(x.Shape.Rows(), rowChunk), scaleShiftArgs{kernel, y.Data, x.Data, scale, shift})
}

type momentsArgs struct {
	kernels  *asm.Kernels
	moments  []float32 // chunks × (mean, m2) × channels
	x        []float32
	channels int
}

var momentsLoop = parallel.NewLoop(func(a *momentsArgs, i int) {
	lo, hi := chunk(i, rowChunk*a.channels, len(a.x))
	chunkMoments(a.kernels, a.moments, i, a.x[lo:hi], a.channels)
})

// chunkMoments lays down the moments of chunk i, the rows x of c channels.
func chunkMoments(k *asm.Kernels, moments []float32, i int, x []float32, c int) {
	m := moments[2*c*i : 2*c*(i+1)]
	k.ColMoments(m[:c], m[c:], x)
}

type combineMomentsArgs struct {
	moments     []float32
	rows        int
	gamma, beta []float32
	stats       NormStats
	running     RunningStats
}

// combineMomentsLoop joins the chunks' moments by the pairwise update of Chan, Golub
// and LeVeque (Updating formulae and a pairwise algorithm for computing sample
// variances, 1979, eq. 2.1), in order, for one group of channels.
var combineMomentsLoop = parallel.NewLoop(func(a *combineMomentsArgs, i int) {
	c := len(a.gamma)
	lo, hi := chunk(i, channelGroup, c)
	var mean, m2 [channelGroup]float64
	n := 0.0
	for k := range ceilDiv(a.rows, rowChunk) {
		first, last := chunk(k, rowChunk, a.rows)
		nb := float64(last - first)
		toMean, toM2 := nb/(n+nb), n*nb/(n+nb)
		p := a.moments[2*c*k : 2*c*(k+1)]
		means, m2s := p[lo:hi], p[c+lo:c+hi]
		for j, m := range means {
			d := float64(m) - mean[j]
			mean[j] += float64(d * toMean)
			m2[j] += float64(m2s[j]) + float64(float64(d*d)*toM2)
		}
		n += nb
	}
	for j := range hi - lo {
		ch := lo + j
		invStd := 1 / math.Sqrt(m2[j]/n+BatchNormEpsilon)
		a.stats.Mean[ch] = float32(mean[j])
		a.stats.InvStd[ch] = float32(invStd)
		a.stats.Scale[ch], a.stats.Shift[ch] = affine(mean[j], invStd, a.gamma[ch], a.beta[ch])
		update(&a.running.Mean.Data[ch], mean[j])
		update(&a.running.Var.Data[ch], m2[j]/(n-1))
	}
})

// affine returns the scale and shift with which x·scale + shift equals
// (x−mean)·invStd·gamma + beta.
func affine(mean, invStd float64, gamma, beta float32) (scale, shift float32) {
	scale = float32(float64(gamma) * invStd)
	return scale, float32(float64(beta) - float64(mean*float64(scale)))
}

// update moves a running statistic towards a batch's.
func update(running *float32, batch float64) {
	*running = float32(float64((1-BatchNormMomentum)*float64(*running)) + float64(BatchNormMomentum*batch))
}

// BatchNorm normalises every channel of x with the statistics of the batch
// (Ioffe and Szegedy, ICML 2015, algorithm 1),
//
//	y = (x − mean)/√(var + ε) · gamma + beta,
//
// followed by a ReLU if relu. It fills stats for BatchNormGrad and moves the
// running statistics, the variance as the unbiased one, as PyTorch does. x has
// more than one pixel; gamma and beta hold an element per channel; y may be x.
// moments are those of x that Conv2DMoments has gathered, or nil.
func BatchNorm(y, x, moments, gamma, beta *Tensor, stats NormStats, running RunningStats, relu bool) {
	checkBatchNorm("BatchNorm", y, x, gamma, beta, running)
	batchStats(x, moments, gamma, beta, stats, running)
	scaleShift(y, x, stats.Scale, stats.Shift, relu)
}

// batchStats fills stats from x, or from its moments where they are known, and
// moves the running statistics.
func batchStats(x, moments, gamma, beta *Tensor, stats NormStats, running RunningStats) {
	c, rows := x.Shape.C(), x.Shape.Rows()
	if rows < 2 {
		panic(fmt.Sprintf("tensor: BatchNorm: shape %v has one value a channel, a variance needs more", x.Shape))
	}
	if moments == nil {
		moments = Scratch.Get(MomentsShape(x.Shape))
		defer Scratch.Put(moments)
		momentsLoop.Run(ceilDiv(rows, rowChunk), momentsArgs{asm.Current(), moments.Data, x.Data, c})
	}
	checkShapes("BatchNorm", MomentsShape(x.Shape), moments.Shape)
	combineMomentsLoop.Run(ceilDiv(c, channelGroup), combineMomentsArgs{moments.Data, rows, gamma.Data, beta.Data, stats, running})
}

// BatchNormInference normalises every channel of x with the running statistics,
// followed by a ReLU if relu; y may be x.
func BatchNormInference(y, x, gamma, beta *Tensor, running RunningStats, relu bool) {
	checkBatchNorm("BatchNormInference", y, x, gamma, beta, running)
	factors := Scratch.Floats(2 * x.Shape.C())
	scale, shift := runningFactors(factors.Data, gamma, beta, running)
	scaleShift(y, x, scale, shift, relu)
	Scratch.Put(factors)
}

// runningFactors lays into buf, of two elements a channel, the scale and shift
// that the running statistics give.
func runningFactors(buf []float32, gamma, beta *Tensor, running RunningStats) (scale, shift []float32) {
	c := len(gamma.Data)
	scale, shift = buf[:c], buf[c:]
	for i := range c {
		invStd := 1 / math.Sqrt(float64(running.Var.Data[i])+BatchNormEpsilon)
		scale[i], shift[i] = affine(float64(running.Mean.Data[i]), invStd, gamma.Data[i], beta.Data[i])
	}
	return scale, shift
}

func checkBatchNorm(fn string, y, x, gamma, beta *Tensor, running RunningStats) {
	c := x.Shape.C()
	checkShapes(fn, x.Shape, y.Shape)
	checkChannels(fn, "gamma", c, gamma)
	checkChannels(fn, "beta", c, beta)
	checkChannels(fn, "running mean", c, running.Mean)
	checkChannels(fn, "running variance", c, running.Var)
}
