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
	c.load(a, b)
	// Every set in the order of its values: no result depends on another order.
	rows := make([][]float32, 0, len(c.rows))
	for _, i := range c.places[0] {
		rows = append(rows, c.rows[i])
	}
	for _, i := range c.places[1] {
		rows = append(rows, c.rows[c.first+i])
	}
	c.rows = rows
	if len(c.rows) > 0 {
		// Beside the distances nothing is needed later.
		memory := tensor.Scratch.Floats(roundUp(len(c.rows)) * c.width)
		c.centred = memory.Data
		c.measure(false)
		c.centred = nil
		tensor.Scratch.Put(memory)
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
	base := c.base(k)
	if base == 0 {
		return same(r)
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
// section 2.3). The values are NaN where Squared is, or if a set has less than two
// members, and 0 where the base bandwidth is.
func (c *Comparison) Witness(k Kernel) (a, b []float64) {
	values := make([]float64, len(c.rows))
	base := math.NaN()
	if c.comparable(Unbiased) {
		base = c.base(k)
	}
	if base != 0 {
		c.mirror()
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
	return c.similarities(0, minusDistances).evidence(value, Biased, c.order, r)
}

func minusDistances(dst, squared, _ []float32) {
	for i, d := range squared {
		dst[i] = -float32(math.Sqrt(float64(d)))
	}
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
