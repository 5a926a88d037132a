package mmd

import (
	"cmp"
	"math"
	"slices"

	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// medianRows is from how many rows of each set the linear-time estimate takes
// the median distance (ours).
const medianRows = 500

// LinearTimeTest returns the linear-time estimate of the MMD² (Gretton et al., JMLR
// 2012, lemma 14) with its evidence: the mean over disjoint pairs (x, x′) of a and (y, y′) of b of
//
//	h = k(x, x′) + k(y, y′) − k(x, y′) − k(x′, y).
//
// It is unbiased, takes time and memory linear in the number of samples, and
// varies more than Unbiased. Of the larger set it uses as many rows as the
// smaller has. Rows are paired by numbers drawn from their values, so that
// their order does not matter. The median distance is that of the first 500 rows of each
// set in this order. The result is NaN if a set has less than two members or
// samples are not finite. Samples of different lengths panic. To exchange x and y
// changes the sign of h, so that the permutations draw signs and resamples draw
// pairs.
func LinearTimeTest(a, b tensor.View, k Kernel, r Resampling) Evidence {
	if a.Cols != b.Cols {
		panic("mmd: the samples of the two sets have different lengths")
	}
	if min(a.Rows, b.Rows) < 2 {
		return unknown()
	}
	a, b = shuffled(a, 0), shuffled(b, 1)
	base := linearBase(a, b, k)
	if math.IsNaN(base) || math.IsInf(base, 0) {
		return unknown()
	}
	if base == 0 {
		return same(r)
	}
	h := make([]float64, min(a.Rows, b.Rows)/2)
	linearLoop.Run(len(h), linearArgs{a, b, k, base, h})
	out := Evidence{Value: mean(h), P: math.NaN(), Low: math.NaN(), High: math.NaN()}

	permuted := make([]float64, r.Permutations)
	drawn := make([]float64, len(h))
	for i := range permuted {
		if r.stopped() {
			return out
		}
		stream := rng.New(r.Seed, rng.Measure, 2, i)
		for j, v := range h {
			drawn[j] = v
			if stream.Uint64()>>63 == 1 {
				drawn[j] = -v
			}
		}
		permuted[i] = mean(drawn)
	}
	out.P = pValue(out.Value, permuted, float64(float64(len(h))*0x1p-52*mean(magnitudes(h))))

	resampled := make([]float64, r.Resamples)
	for i := range resampled {
		if r.stopped() {
			return out
		}
		stream := rng.New(r.Seed, rng.Resample, 1, i)
		for j := range drawn {
			drawn[j] = h[stream.IntN(len(h))]
		}
		resampled[i] = mean(drawn)
	}
	out.bootstrap = bootstrap{out.Value, out.Value, resampled}
	out.Low, out.High = out.distance()
	return out
}

type linearArgs struct {
	a, b tensor.View
	k    Kernel
	base float64
	h    []float64
}

var linearLoop = parallel.NewLoop(func(a *linearArgs, i int) {
	x, x2, y, y2 := a.a.Row(2*i), a.a.Row(2*i+1), a.b.Row(2*i), a.b.Row(2*i+1)
	value := func(u, v []float32) float64 {
		k, _ := a.k.at(squaredDistance(u, v), a.base)
		return k
	}
	a.h[i] = (value(x, x2) + value(y, y2)) - (value(x, y2) + value(x2, y))
})

// linearBase is base without all distances.
func linearBase(a, b tensor.View, k Kernel) float64 {
	return k.base(linearMean(a, b), func() float64 {
		var s distances
		s.load(a.Slice(0, min(medianRows, a.Rows)), b.Slice(0, min(medianRows, b.Rows)))
		s.measure(false)
		return s.medianDistance()
	})
}

// linearMean returns the mean squared distance of two different rows of both
// sets, which follows from the distances to the joint mean.
func linearMean(a, b tensor.View) float64 {
	n := float64(a.Rows + b.Rows)
	meanA, meanB := linalg.ColumnMeans(a), linalg.ColumnMeans(b)
	joint := make([]float32, len(meanA))
	for j := range joint {
		joint[j] = float32((float64(float64(a.Rows)*float64(meanA[j])) + float64(float64(b.Rows)*float64(meanB[j]))) / n)
	}
	sum := 0.0
	for _, x := range [...]tensor.View{a, b} {
		squares := make([]float64, x.Rows)
		spreadLoop.Run(x.Rows, spreadArgs{x, joint, squares})
		for _, v := range squares {
			sum += v
		}
	}
	if rows := (&distances{}); sum-sum == 0 { // finite
		if rows.load(a, b); !rows.differ() {
			return 0
		}
		if sum == 0 { // as in meanDistance
			return math.NaN()
		}
	}
	return 2 * sum / (n - 1)
}

type spreadArgs struct {
	x       tensor.View
	mean    []float32
	squares []float64
}

var spreadLoop = parallel.NewLoop(func(a *spreadArgs, i int) { a.squares[i] = squaredDistance(a.x.Row(i), a.mean) })

// magnitudes returns the absolute values of x.
func magnitudes(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Abs(v)
	}
	return out
}

// shuffled returns the rows of x in the order of a number that is drawn for each by a
// hash of its values (FNV-1a over the bits), by the set, and by how many equal rows are
// before it: else equal rows would be pairs, and those of both sets have the same places.
func shuffled(x tensor.View, set int) tensor.View {
	x = linalg.Take(x, linalg.Order(x))
	hashes := make([]uint64, x.Rows)
	hashLoop.Run(x.Rows, hashArgs{x, hashes})
	first := 0 // of the rows that are equal
	for i := range hashes {
		if !slices.Equal(x.Row(i), x.Row(first)) {
			first = i
		}
		draw := rng.New(hashes[i], rng.Measure, 3+set, i-first)
		hashes[i] = draw.Uint64()
	}
	order := linalg.Numbers(x.Rows)
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(hashes[i], hashes[j]) })
	return linalg.Take(x, order)
}

type hashArgs struct {
	x      tensor.View
	hashes []uint64
}

var hashLoop = parallel.NewLoop(func(a *hashArgs, i int) {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for _, v := range a.x.Row(i) {
		h = (h ^ uint64(math.Float32bits(v+0))) * prime // of −0 those of 0, which equals it
	}
	a.hashes[i] = h
})

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
