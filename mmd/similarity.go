package mmd

import (
	"math"

	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// similarity is a symmetric matrix of the joint rows, in float32 with the means
// of rows and columns taken out, which the difference of two groups does not
// see and which would drown it in rounding.
type similarity struct {
	first, rows int
	self        float64 // similarity of a row with itself
	centred     tensor.View
	means       []float64 // of the rows
	mean        float64
	// totals and sizes are the sums of the rows of the centred matrix, and those of
	// their magnitudes.
	totals, sizes []float64
}

// similarities computes a function of all squared distances, a row at a time.
func (s *distances) similarities(self float64, row func(dst, squared, scratch []float32)) *similarity {
	n := len(s.rows)
	g := &similarity{
		first: s.first, rows: n, self: self,
		centred: tensor.Matrix(make([]float32, n*n), n, n), means: make([]float64, n),
		totals: make([]float64, n), sizes: make([]float64, n),
	}
	s.mirror()
	similarityLoop.Run(n, similarityArgs{s, g, row})
	for _, m := range g.means {
		g.mean += m
	}
	g.mean /= float64(n)
	centreSimilarityLoop.Run(n, g)
	return g
}

type similarityArgs struct {
	s   *distances
	g   *similarity
	row func(dst, squared, scratch []float32)
}

var similarityLoop = parallel.NewLoop(func(a *similarityArgs, i int) {
	n := a.g.rows
	dst := a.g.centred.Row(i)
	scratch := tensor.Scratch.Floats(n)
	a.row(dst, a.s.squaredRow(i)[:n], scratch.Data)
	tensor.Scratch.Put(scratch)
	sum := 0.0
	for _, v := range dst {
		sum += float64(v)
	}
	a.g.means[i] = sum / float64(n)
})

var centreSimilarityLoop = parallel.NewLoop(func(p **similarity, i int) {
	g := *p
	dst := g.centred.Row(i)
	total, size := 0.0, 0.0
	for j, v := range dst {
		f := float32(float64(v) - (g.means[i] + g.means[j]) + g.mean)
		dst[j] = f
		total += float64(f)
		size += math.Abs(float64(f))
	}
	g.totals[i], g.sizes[i] = total, size
})

// sums are the similarities within and across two weighted groups of rows.
type sums struct{ first, second, across float64 }

// estimate returns the mean similarity within the first group plus that within
// the second minus twice that across.
func (g *similarity) estimate(s sums, e Estimator) float64 {
	a, b := float64(g.first), float64(g.rows-g.first)
	if e == Unbiased {
		s.first -= float64(a * g.self)
		s.second -= float64(b * g.self)
	}
	return s.first/e.pairs(g.first) + s.second/e.pairs(g.rows-g.first) - float64(2*(s.across/(a*b)))
}

// drawBlock is how many resamples one product holds.
const drawBlock = 512

// grouping says what the two groups of every resample are, and with that how much of
// their products with the matrix is needed.
type grouping int

const (
	anyGroups grouping = iota
	// allRows is for permutations, where what is not in the first group is in the
	// second. Sums may differ by rounding from those of anyGroups, see doubt.
	allRows
	// ownRows is for bootstraps, where either group is rows of its own set.
	ownRows
)

// resample returns the sums of resamples, given their numbers.
func (g *similarity) resample(d draw, r Resampling, numbers []int, groups grouping) []sums {
	out := make([]sums, len(numbers))
	if len(numbers) == 0 {
		return out
	}
	block := min(drawBlock, len(numbers))
	memory := tensor.Scratch.Floats(4 * block * g.rows)
	weights := tensor.Matrix(memory.Data, 2*block, g.rows)
	images := tensor.Matrix(memory.Data[2*block*g.rows:], 2*block, g.rows)
	for at := 0; at < len(numbers) && !r.stopped(); at += block {
		n := min(block, len(numbers)-at)
		// The weights of the first groups, then those of the second.
		first, second := weights.Slice(0, n), weights.Slice(n, n)
		drawLoop.Run(n, drawArgs{d, r, numbers[at:], first.Data, second.Data, g.rows})
		args := sumArgs{g, first, second, images.Slice(0, n), images.Slice(n, n), out[at:]}
		switch groups {
		case allRows:
			tensor.GemmSplitK(args.firstImage, first, g.centred)
			otherLoop.Run(n, args)
		case ownRows:
			// The weights of the first groups are 0 behind its set.
			clear(args.firstImage.Data[:n*g.rows])
			own, w, y := g.centred.Slice(0, g.first), first, args.firstImage
			own.Cols, w.Cols, y.Cols = g.first, g.first, g.first
			tensor.GemmSplitK(y, w, own)
			tensor.GemmSplitK(args.secondImage, second, g.centred)
		default:
			tensor.GemmSplitK(images.Slice(0, 2*n), weights.Slice(0, 2*n), g.centred)
		}
		sumLoop.Run(n, args)
	}
	tensor.Scratch.Put(memory)
	return out
}

type sumArgs struct {
	g                       *similarity
	first, second           tensor.View
	firstImage, secondImage tensor.View
	out                     []sums
}

// otherLoop computes the image of the second group of a split: what that of the
// first leaves of the image of all rows.
var otherLoop = parallel.NewLoop(func(a *sumArgs, i int) {
	second := a.secondImage.Row(i)
	for j, v := range a.firstImage.Row(i) {
		second[j] = float32(a.g.totals[j] - float64(v))
	}
})

var sumLoop = parallel.NewLoop(func(a *sumArgs, i int) {
	a.out[i] = a.g.sum(a.first.Row(i), a.second.Row(i), a.firstImage.Row(i), a.secondImage.Row(i))
})

// sum returns the sums of two groups, given the centred matrix times their
// weights, and puts the means back that were taken out.
func (g *similarity) sum(first, second, firstImage, secondImage []float32) sums {
	var s sums
	var sizeA, sizeB, meanA, meanB float64
	for i := range first {
		a, b := float64(first[i]), float64(second[i])
		s.first += float64(a * float64(firstImage[i]))
		s.second += float64(b * float64(secondImage[i]))
		s.across += float64(a * float64(secondImage[i]))
		sizeA += a
		sizeB += b
		meanA += float64(a * g.means[i])
		meanB += float64(b * g.means[i])
	}
	s.first += float64(2*float64(sizeA*meanA)) - float64(float64(sizeA*sizeA)*g.mean)
	s.second += float64(2*float64(sizeB*meanB)) - float64(float64(sizeB*sizeB)*g.mean)
	s.across += float64(sizeB*meanA) + float64(sizeA*meanB) - float64(float64(sizeA*sizeB)*g.mean)
	return s
}

// doubt bounds by how much an estimate of a split with one product may differ from
// that with two. An element of an image is a sum of float32, of which each has less
// than 1024 roundings in its chunk and one whenever the number of chunks doubles
// (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1); the
// two ways together err as one sum over the magnitudes of all rows.
func (g *similarity) doubt(e Estimator) float64 {
	const product = (1024 + 40) * 0x1p-24 * 1.01
	n, within, across := float64(g.rows), 1/e.pairs(g.rows-g.first), 2/(float64(g.first)*float64(g.rows-g.first))
	size, means := 0.0, n*math.Abs(g.mean)
	for i, m := range g.means {
		size += g.sizes[i]
		means += math.Abs(m)
	}
	// The second term is for the sums in float64.
	return float64(product*size*max(within, across)) + float64((n+10)*0x1p-52*(size+float64(n*means))*(1/e.pairs(g.first)+within+across))
}

// tieShare is the part of doubt by which estimates of splits may differ that are equal
// but for rounding (ours). Such splits are many where rows repeat, or few rows are there:
// groups that are exchanged always are one. Doubt adds up roundings as if all were the
// largest and of one sign; between equal splits of two-valued rows, 20 to 1000 a set,
// 0.3 % of it was the most. Of two sets of 1000 different rows, where equal splits are
// rare, the part is 0.3 % of the deviation of the estimates, of more rows more.
const tieShare = 64

// tie is the most by which the estimates of equal splits may differ.
func (g *similarity) tie(e Estimator) float64 { return float64(g.doubt(e) / tieShare) }

// evidence tests the two groups as they are.
func (g *similarity) evidence(value float64, e Estimator, order []int, r Resampling) Evidence {
	observed := g.resample(asIs(g.first), r, count(1), anyGroups)[0]
	out := Evidence{Value: value}
	out.P = pValue(g.estimate(observed, e), g.permuted(g.estimate(observed, e), split(order, g.first), r, e), g.tie(e))
	out.Low, out.High = math.NaN(), math.NaN()
	if min(g.first, g.rows-g.first) >= Unbiased.members() {
		// Of the samples that resamples are drawn from the distance is known:
		// it is the biased estimate.
		out.bootstrap = bootstrap{g.estimate(observed, Unbiased), g.estimate(observed, Biased),
			g.estimates(redraw(g.first, g.rows), r, count(r.Resamples), Unbiased, ownRows)}
		out.Low, out.High = out.distance()
	}
	return out
}

// permuted returns the estimates of splits, and where these are certainly larger or
// certainly less than the observed one, what is on the same side of it: one product
// decides most, for half of the work.
func (g *similarity) permuted(observed float64, d draw, r Resampling, e Estimator) []float64 {
	values, doubt := g.estimates(d, r, count(r.Permutations), e, allRows), g.doubt(e)+g.tie(e)
	var unsure []int
	for i, v := range values {
		if !(math.Abs(v-observed) > doubt) {
			unsure = append(unsure, i)
		}
	}
	for i, v := range g.estimates(d, r, unsure, e, anyGroups) {
		values[unsure[i]] = v
	}
	return values
}

func (g *similarity) estimates(d draw, r Resampling, numbers []int, e Estimator, groups grouping) []float64 {
	out := make([]float64, len(numbers))
	for i, s := range g.resample(d, r, numbers, groups) {
		out[i] = g.estimate(s, e)
	}
	return out
}

// count returns the numbers of so many resamples.
func count(resamples int) []int {
	numbers := make([]int, resamples)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}
