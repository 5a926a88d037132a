package mmd

import (
	"math"
	"slices"

	"sdrm/asm"
	"sdrm/internal/parallel"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// Comparison holds two sets of samples and the distances of all pairs, for any
// number of measures and their evidence. Its memory grows with the square of
// the number of samples. Use Compare.
type Comparison struct {
	discrepancy
	order []int // the joint rows by their values
	// places says where the rows of either set stood before they were ordered.
	places [2][]int
}

// Compare measures all distances between the rows of a and b. Samples of
// different lengths panic.
func Compare(a, b tensor.View) *Comparison {
	c := &Comparison{places: [2][]int{linalg.Order(a), linalg.Order(b)}}
	// Every set in the order of its values: no result depends on another order.
	c.load(linalg.Take(a, c.places[0]), linalg.Take(b, c.places[1]))
	if len(c.rows) > 0 {
		c.measure(false)
	}
	c.order = merge(c.rows, c.first)
	return c
}

// Squared is the function of that name.
func (c *Comparison) Squared(k Kernel, e Estimator) float64 {
	if !c.comparable(e) {
		return math.NaN()
	}
	return c.evaluate(k, e, false)
}

// EnergyDistance is the function of that name.
func (c *Comparison) EnergyDistance() float64 {
	if !c.comparable(Biased) {
		return math.NaN()
	}
	return c.energy(Biased, false)
}

func (c *Comparison) comparable(e Estimator) bool {
	return min(c.first, len(c.rows)-c.first) >= e.members()
}

// SquaredTest is Squared with its evidence. Permutations are compared by the
// estimator that is asked for; the interval is that of the unbiased one, and
// NaN if a set has but one member.
func (c *Comparison) SquaredTest(k Kernel, e Estimator, r Resampling) Evidence {
	value := c.Squared(k, e)
	if math.IsNaN(value) {
		return unknown()
	}
	base := c.base(k.Rule)
	if base == 0 {
		return Evidence{P: 1}
	}
	g := c.similarities(float64(len(k.Multiples)), k.of(base))
	return g.evidence(value, e, c.order, r)
}

// of returns the kernel of a row of squared distances in float32.
func (k Kernel) of(base float64) func(dst, squared, scratch []float32) {
	return func(dst, squared, scratch []float32) {
		kernels := asm.Current()
		clear(dst)
		for _, m := range k.Multiples {
			kernels.Scale(scratch, float32(-1/(base*m)), squared)
			kernels.Exp(scratch, scratch)
			kernels.Add(dst, dst, scratch)
		}
	}
}

// Witness returns for every row of a, and for every row of b, its mean kernel
// with the rows of a minus that with the rows of b, the row itself left out: the
// function whose means differ most between the sets (Gretton et al., JMLR 2012,
// section 2.3). The values are NaN if a set has less than two members or samples
// are not finite, and 0 where the base bandwidth is.
func (c *Comparison) Witness(k Kernel) (a, b []float64) {
	values := make([]float64, len(c.rows))
	base := math.NaN()
	if c.comparable(Unbiased) {
		base = c.base(k.Rule)
	}
	if base != 0 {
		mirrorLoop.Run(len(c.rows), &c.distances)
		witnessLoop.Run(len(values), witnessArgs{&c.distances, k.of(base), float64(len(k.Multiples)), values})
	}
	a, b = make([]float64, c.first), make([]float64, len(values)-c.first)
	for i, place := range c.places[0] {
		a[place] = values[i]
	}
	for i, place := range c.places[1] {
		b[place] = values[c.first+i]
	}
	return a, b
}

type witnessArgs struct {
	s      *distances
	kernel func(dst, squared, scratch []float32)
	self   float64
	values []float64
}

var witnessLoop = parallel.NewLoop(func(a *witnessArgs, i int) {
	n, first := len(a.s.rows), a.s.first
	memory := tensor.Scratch.Floats(2 * n)
	values, scratch := memory.Data[:n], memory.Data[n:]
	a.kernel(values, a.s.squaredRow(i)[:n], scratch)
	sums, members := [2]float64{}, [2]float64{float64(first), float64(n - first)}
	for j, v := range values {
		if j < first {
			sums[0] += float64(v)
		} else {
			sums[1] += float64(v)
		}
	}
	tensor.Scratch.Put(memory)
	own := 0
	if i >= first {
		own = 1
	}
	sums[own] -= a.self
	members[own]--
	a.values[i] = sums[0]/members[0] - sums[1]/members[1]
})

// EnergyTest is EnergyDistance with its evidence; the interval is that of the
// distance without the pairs of a sample with itself.
func (c *Comparison) EnergyTest(r Resampling) Evidence {
	value := c.EnergyDistance()
	if math.IsNaN(value) {
		return unknown()
	}
	// The Energy Distance is the MMD² of the similarity −‖x − y‖ (Sejdinovic
	// et al., Annals of Statistics 2013).
	g := c.similarities(0, func(dst, squared, _ []float32) {
		for i, d := range squared {
			dst[i] = -float32(math.Sqrt(float64(d)))
		}
	})
	return g.evidence(value, Biased, c.order, r)
}

// merge lists the rows by their values; those of either set stand in that order
// already.
func merge(rows [][]float32, first int) []int {
	order := make([]int, 0, len(rows))
	i, j := 0, first
	for len(order) < len(rows) {
		if j == len(rows) || i < first && slices.Compare(rows[j], rows[i]) >= 0 {
			order = append(order, i)
			i++
		} else {
			order = append(order, j)
			j++
		}
	}
	return order
}

// similarity is a symmetric matrix of the joint rows, in float32 with the means
// of rows and columns taken out, which the difference of two groups does not
// see and which would drown it in rounding.
type similarity struct {
	first, rows int
	self        float64 // similarity of a row with itself
	centred     tensor.View
	means       []float64 // of the rows
	mean        float64
}

// similarities computes a function of all squared distances, a row at a time.
func (s *distances) similarities(self float64, row func(dst, squared, scratch []float32)) *similarity {
	n := len(s.rows)
	g := &similarity{
		first: s.first, rows: n, self: self,
		centred: tensor.Matrix(make([]float32, n*n), n, n), means: make([]float64, n),
	}
	mirrorLoop.Run(n, s)
	similarityLoop.Run(n, similarityArgs{s, g, row})
	for _, m := range g.means {
		g.mean += m
	}
	g.mean /= float64(n)
	centreSimilarityLoop.Run(n, g)
	return g
}

// mirrorLoop completes a row of the squared distances with those to the rows
// after it.
var mirrorLoop = parallel.NewLoop(func(p **distances, i int) {
	s := *p
	row := s.squaredRow(i)
	for j := i + 1; j < len(s.rows); j++ {
		row[j] = s.squared[j*s.stride+i]
	}
})

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
	for j, v := range dst {
		dst[j] = float32(float64(v) - (g.means[i] + g.means[j]) + g.mean)
	}
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
const drawBlock = 256

// resample returns the sums of count resamples.
func (g *similarity) resample(d draw, r Resampling, count int) []sums {
	out := make([]sums, count)
	memory := func() tensor.View {
		return tensor.Matrix(make([]float32, 2*drawBlock*g.rows), 2*drawBlock, g.rows)
	}
	weights, images := memory(), memory()
	for number := 0; number < count && !r.stopped(); number += drawBlock {
		n := min(drawBlock, count-number)
		// The weights of the first groups, then those of the second.
		first, second := weights.Slice(0, n), weights.Slice(n, n)
		drawLoop.Run(n, drawArgs{d, r, number, first.Data, second.Data, g.rows})
		tensor.GemmSplitK(images.Slice(0, 2*n), weights.Slice(0, 2*n), g.centred)
		sumLoop.Run(n, sumArgs{g, first, second, images.Slice(0, n), images.Slice(n, n), out[number:]})
	}
	return out
}

type sumArgs struct {
	g                       *similarity
	first, second           tensor.View
	firstImage, secondImage tensor.View
	out                     []sums
}

var sumLoop = parallel.NewLoop(func(a *sumArgs, i int) {
	first, second := a.first.Row(i), a.second.Row(i)
	a.out[i] = a.g.sum(first, second, a.firstImage.Row(i), a.secondImage.Row(i))
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

// evidence tests the two groups as they are.
func (g *similarity) evidence(value float64, e Estimator, order []int, r Resampling) Evidence {
	observed := g.resample(asIs(g.first), r, 1)[0]
	out := Evidence{Value: value}
	out.P = pValue(g.estimate(observed, e), g.estimates(split(order, g.first), r, r.Permutations, e))
	out.Low, out.High = math.NaN(), math.NaN()
	if min(g.first, g.rows-g.first) >= Unbiased.members() {
		// Of the samples that resamples are drawn from the distance is known:
		// it is the biased estimate.
		out.bootstrap = bootstrap{g.estimate(observed, Unbiased), g.estimate(observed, Biased),
			g.estimates(redraw(g.first, g.rows), r, r.Resamples, Unbiased)}
		out.Low, out.High = out.distance()
	}
	return out
}

func (g *similarity) estimates(d draw, r Resampling, count int, e Estimator) []float64 {
	out := make([]float64, count)
	for i, s := range g.resample(d, r, count) {
		out[i] = g.estimate(s, e)
	}
	return out
}
