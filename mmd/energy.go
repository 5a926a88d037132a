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
// finite, overflow, or all lie so near one another that squares of distances
// underflow. Samples of different lengths panic.
func EnergyDistance(a, b tensor.View) float64 {
	if min(a.Rows, b.Rows) < 1 {
		return math.NaN()
	}
	var m discrepancy
	m.load(a, b)
	m.measure(len(m.rows) > streamRows)
	return m.energy(Biased, false)
}

// energy is EnergyDistance for distances that are measured already, and if asked
// the weights of its gradient but for those of near pairs.
func (m *discrepancy) energy(e Estimator, gradient bool) float64 {
	m.estimator, m.weights = e, m.weights[:0]
	var top float32
	for _, t := range m.tops {
		top = max(top, t)
	}
	if top == 0 && !m.differ() {
		return 0
	}
	const leastNormal = 0x1p-126
	if !(top >= leastNormal) || math.IsInf(float64(top), 0) {
		return math.NaN()
	}
	// A power of two above every distance, to add fractions in fixed point.
	_, exponent := math.Frexp(math.Sqrt(float64(top)))
	m.scale = math.Ldexp(1, exponent)

	if gradient {
		m.makeWeights()
	}
	m.rowTotals = resize(m.rowTotals, len(m.rows))
	m.each(func(first, last int) { energyLoop.Run(last-first, bandArgs[*discrepancy]{m, first}) })
	if gradient {
		weightLoop.Run(len(m.rows), m)
	}
	var sum totals
	for _, t := range m.rowTotals {
		sum.merge(t)
	}
	a, b := m.first, len(m.rows)-m.first
	return 2 * m.scale * (sum.across.float()/(float64(a)*float64(b)) - sum.first.float()/e.pairs(a) - sum.second.float()/e.pairs(b))
}

// energyLoop adds the distances of a row to the rows before it.
var energyLoop = parallel.NewLoop(func(args *bandArgs[*discrepancy], task int) {
	m, i := args.of, args.first+task
	squared := m.squaredRow(i)
	var sum totals
	for j := range i {
		d := math.Sqrt(float64(squared[j])) / m.scale
		switch {
		case i < m.first:
			sum.first.add(d)
		case j >= m.first:
			sum.second.add(d)
		default:
			sum.across.add(d)
		}
		if len(m.weights) > 0 {
			var w float32
			if !m.near(i, j) {
				w = m.energyWeight(i, j)
			}
			m.weights[i*m.stride+j], m.weights[j*m.stride+i] = w, w
		}
	}
	m.rowTotals[i] = sum
})
