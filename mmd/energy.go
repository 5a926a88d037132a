package mmd

import (
	"math"

	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// EnergyDistance returns
//
//	2·E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖
//
// with Euclidean norms (Székely and Rizzo, J. Stat. Planning and Inference
// 2013), as a V-statistic: the means within a set include the pairs of a sample
// with itself. There is no root. The result is never negative but for rounding,
// exactly 0 for identical sets, and NaN if a set is empty or samples are not
// finite or overflow. Samples of different lengths panic.
func EnergyDistance(a, b tensor.View) float64 {
	if min(a.Rows, b.Rows) < 1 {
		return math.NaN()
	}
	e := new(energy)
	e.load(a, b)
	e.measure(len(e.rows) > streamRows)
	return e.distance()
}

// distance is EnergyDistance for distances that are measured already.
func (e *energy) distance() float64 {
	var top float32
	for _, t := range e.tops {
		top = max(top, t)
	}
	if top == 0 {
		return 0
	}
	if math.IsNaN(float64(top)) || math.IsInf(float64(top), 0) {
		return math.NaN()
	}
	// A power of two above every distance, to add fractions in fixed point.
	_, exponent := math.Frexp(math.Sqrt(float64(top)))
	e.scale = math.Ldexp(1, exponent)

	e.rowTotals = make([]totals, len(e.rows))
	e.each(func(first, last int) { energyLoop.Run(last-first, bandArgs[*energy]{e, first}) })
	var sum totals
	for _, t := range e.rowTotals {
		sum.merge(t)
	}
	n, m := float64(e.first), float64(len(e.rows)-e.first)
	return 2 * e.scale * (sum.across.float()/(n*m) - sum.first.float()/(n*n) - sum.second.float()/(m*m))
}

type energy struct {
	distances
	scale     float64
	rowTotals []totals
}

// energyLoop adds the distances of a row to the rows before it.
var energyLoop = parallel.NewLoop(func(a *bandArgs[*energy], task int) {
	e, i := a.of, a.first+task
	squared := e.squaredRow(i)
	var sum totals
	for j := range i {
		d := math.Sqrt(float64(squared[j])) / e.scale
		switch {
		case i < e.first:
			sum.first.add(d)
		case j >= e.first:
			sum.second.add(d)
		default:
			sum.across.add(d)
		}
	}
	e.rowTotals[i] = sum
})
