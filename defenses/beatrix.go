package defenses

import (
	"context"
	"fmt"
	"math"
	"slices"

	"sdrm/internal/fmath"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// Beatrix compares how the channels of a latent go together with how they do in
// clean latents of the class (Ma et al., NDSS 2023): from a latent's channels v,
// each a vector over the pixels, the Gram matrices of orders p
//
//	Gᵖ = (vᵖ·(vᵖ)ᵀ)^(1/p),
//
// powers and roots being taken of every element, the root with its sign. What
// leaves the range that the clean latents span counts by how far it does.
// BackdoorBench's copy leaves out the power of v, which makes all orders
// functions of the first.
type Beatrix struct{}

const (
	// beatrixOrders is the highest order p: the paper's bound. Its code takes
	// eight.
	beatrixOrders = 4
	// beatrixMADs is how many median absolute deviations around the median an
	// element may lie (official code).
	beatrixMADs = 10
	// beatrixFit is how many clean latents the ranges come from (official code:
	// 30 a class). The rest set the threshold, where the code makes five
	// rounds over the same ones.
	beatrixFit = 30
	// beatrixFloor is the bound, relative to the largest, from which excess is
	// relative to the bound alone; the code has 1e-6 in the unit of the
	// latents.
	beatrixFloor = 1e-6
	// beatrixChannels is the most channels whose pairs are looked at.
	beatrixChannels = 1024
	// beatrixStream is the epoch of the stream that draws the clean latents.
	beatrixStream = 4
)

// Name returns "beatrix".
func (Beatrix) Name() string { return "beatrix" }

// Needs says clean latents, and their channels.
func (Beatrix) Needs() Needs { return Needs{Clean: true, Channels: true} }

// Inspect learns the ranges from clean latents drawn by the seed, half of them
// but no more than 30. The canonical decision flags deviations that at most 5 % of
// clean latents exceed, by the others. The best case puts the threshold anywhere.
func (d Beatrix) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkBoth(ctx, d); err != nil {
		return Verdict{}, err
	}
	x, order := sorted(in.Latents)
	clean, _ := sorted(in.Clean)
	channels := in.Channels
	if channels == 0 {
		channels = x.Cols
	}
	if channels < 1 || x.Cols%channels != 0 || channels > beatrixChannels {
		return Verdict{}, unusable(d, ErrLatents, "found %d channels in latents of %d values, expected a divisor of at most %d", channels, x.Cols, beatrixChannels)
	}
	places := drawn(clean.Rows, rng.New(in.Seed, rng.Search, beatrixStream, 0))
	fit := min(beatrixFit, clean.Rows/2)
	r := fitRanges(linalg.Take(clean, places[:fit]), channels)

	heldOut := r.deviations(linalg.Take(clean, places[fit:]))
	scores := restore(r.deviations(x), order)
	if infinite := func(v float64) bool { return v-v != 0 }; slices.ContainsFunc(heldOut, infinite) || slices.ContainsFunc(scores, infinite) {
		return Verdict{}, unusable(d, ErrLatents, "latents: the values are too large for float32 to hold the products of their powers of %d", beatrixOrders)
	}
	return Verdict{
		Detector: d.Name(),
		Canonical: beyond("deviation", scores, heldOut, "deviations",
			fmt.Sprintf("%d clean latents for the ranges", fit)),
		Options: tails("deviation", scores),
	}, nil
}

// gramFeatures writes the upper triangles of a latent's Gram matrices, order by
// order, without the roots.
func gramFeatures(dst, latent []float32, channels int) {
	pixels := len(latent) / channels
	power := tensor.Matrix(slices.Clone(latent), pixels, channels)
	product := tensor.Matrix(make([]float32, channels*channels), channels, channels)
	for order := 1; order <= beatrixOrders; order++ {
		if order > 1 {
			for i, v := range latent {
				power.Data[i] *= v
			}
		}
		tensor.Gemm(product, power.T(), power, false)
		for i := range channels {
			dst = dst[copy(dst, product.Row(i)[i:]):]
		}
	}
}

// features is the number of elements of all upper triangles.
func features(channels int) int { return beatrixOrders * channels * (channels + 1) / 2 }

// root returns the order-th root of v with its sign.
func root(v float64, order int) float64 {
	size := math.Abs(v)
	switch {
	case size == 0 || order == 1:
		return v
	case order == 2:
		size = math.Sqrt(size)
	case order == 4:
		size = math.Sqrt(math.Sqrt(size))
	default:
		size = fmath.Exp(fmath.Log(size) / float64(order))
	}
	return math.Copysign(size, v)
}

// raise is the inverse of root.
func raise(v float64, order int) float64 {
	p := math.Abs(v)
	for range order - 1 {
		p *= math.Abs(v)
	}
	return math.Copysign(p, v)
}

// ranges are what the features of clean latents span.
type ranges struct {
	channels int
	low, top []float64 // of the roots
	// lowPower and topPower are the same before the root is taken, which most
	// features need not have taken.
	lowPower, topPower []float64
	floor              float64
}

// orderOf returns the order that a feature belongs to.
func (r *ranges) orderOf(feature int) int { return feature/(len(r.low)/beatrixOrders) + 1 }

// fitRanges finds median ± 10 median absolute deviations of every feature.
func fitRanges(clean tensor.View, channels int) *ranges {
	n := features(channels)
	all := tensor.Matrix(make([]float32, clean.Rows*n), clean.Rows, n)
	gramLoop.Run(clean.Rows, gramArgs{all, clean, channels})
	r := &ranges{
		channels: channels,
		low:      make([]float64, n), top: make([]float64, n), lowPower: make([]float64, n), topPower: make([]float64, n),
	}
	rangeLoop.Run((n+rangeFeatures-1)/rangeFeatures, rangeArgs{r, all})
	r.floor = math.SmallestNonzeroFloat32 // where clean latents are silent
	for i := range r.low {
		r.floor = max(r.floor, float64(beatrixFloor*max(math.Abs(r.low[i]), math.Abs(r.top[i]))))
	}
	return r
}

type gramArgs struct {
	dst, latents tensor.View
	channels     int
}

var gramLoop = parallel.NewLoop(func(a *gramArgs, i int) {
	gramFeatures(a.dst.Row(i), a.latents.Row(i), a.channels)
})

// rangeFeatures is how many features one task looks at.
const rangeFeatures = 4096

type rangeArgs struct {
	r   *ranges
	all tensor.View
}

var rangeLoop = parallel.NewLoop(func(a *rangeArgs, task int) {
	r, values := a.r, make([]float64, a.all.Rows)
	for f := task * rangeFeatures; f < min((task+1)*rangeFeatures, a.all.Cols); f++ {
		order := r.orderOf(f)
		for i := range values {
			values[i] = root(float64(a.all.At(i, f)), order)
		}
		middle, mad := medianDeviation(values, median)
		reach := float64(beatrixMADs * mad)
		r.low[f], r.top[f] = middle-reach, middle+reach
		r.lowPower[f], r.topPower[f] = raise(r.low[f], order), raise(r.top[f], order)
	}
})

// deviations returns for every latent the mean over all features of the excess
// beyond their ranges, relative to the bound.
func (r *ranges) deviations(x tensor.View) []float64 {
	out := make([]float64, x.Rows)
	deviationLoop.Run(x.Rows, deviationArgs{r, x, out})
	return out
}

type deviationArgs struct {
	r   *ranges
	x   tensor.View
	out []float64
}

var deviationLoop = parallel.NewLoop(func(a *deviationArgs, i int) {
	r := a.r
	memory := tensor.Scratch.Floats(len(r.low))
	gramFeatures(memory.Data, a.x.Row(i), r.channels)
	sum := 0.0
	for f, value := range memory.Data {
		v := float64(value)
		if v >= r.lowPower[f] && v <= r.topPower[f] {
			continue
		}
		v = root(v, r.orderOf(f))
		sum += max(0, r.low[f]-v)/(math.Abs(r.low[f])+r.floor) + max(0, v-r.top[f])/(math.Abs(r.top[f])+r.floor)
	}
	tensor.Scratch.Put(memory)
	a.out[i] = sum / float64(len(r.low))
})

func init() {
	register(Definition{Order: 6, Title: "Beatrix", Paper: "Ma et al., NDSS 2023",
		Defaults: "orders 1 to 4 (paper); 10 MAD, 30 clean latents (official code); at most 5 % of the other clean latents (paper: 5 or 1 %)"}, Beatrix{})
}
