package mmd

import (
	"math"

	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// Squared returns the squared maximum mean discrepancy between the rows of a
// and the rows of b (Gretton et al., JMLR 2012),
//
//	mean k(a, a′) + mean k(b, b′) − 2·mean k(a, b),
//
// without a root or a factor. Identical sets give exactly 0 if biased. The
// result is NaN if a set has fewer members than the estimator needs, or if
// samples are not finite or overflow, or lie so near one another that derivatives do or
// squares of distances underflow. Samples of different lengths panic. The memory beside
// the samples grows with their number and not with its square.
func Squared(a, b tensor.View, k Kernel, e Estimator) float64 {
	if min(a.Rows, b.Rows) < e.members() {
		return math.NaN()
	}
	var m discrepancy
	m.load(a, b)
	return m.compute(k, e, false)
}

// discrepancy is an MMD² or an Energy Distance with the memory that it and its
// gradient need.
type discrepancy struct {
	distances
	kernel    Kernel
	estimator Estimator
	bandwidth float64
	scale     float64 // of the Energy Distance

	rowTotals []totals
	// weights is M = diag(row sums of W) − W in the stride of the distances,
	// where W_ij = 4·c_ij·k′(D_ij) and c_ij is the weight of k(D_ij) in the
	// MMD², k(D) = −√D in the Energy Distance: the gradient with respect to the samples is M·X. It is empty
	// unless it was asked for.
	weights []float32
}

// compute measures the loaded sets, and if asked the weights of the gradient.
func (m *discrepancy) compute(k Kernel, e Estimator, gradient bool) float64 {
	m.measure(!gradient && len(m.rows) > streamRows)
	return m.evaluate(k, e, gradient)
}

// evaluate is compute for distances that are measured already.
func (m *discrepancy) evaluate(k Kernel, e Estimator, gradient bool) float64 {
	m.kernel, m.estimator, m.bandwidth = k, e, m.base(k)
	m.weights = m.weights[:0]
	if m.bandwidth == 0 {
		return 0 // all points are one
	}
	if gradient {
		m.makeWeights()
	}
	m.rowTotals = resize(m.rowTotals, len(m.rows))
	m.each(func(first, last int) { kernelLoop.Run(last-first, bandArgs[*discrepancy]{m, first}) })
	if gradient {
		weightLoop.Run(len(m.rows), m)
	}
	if math.IsNaN(m.bandwidth) || math.IsInf(m.bandwidth, 0) {
		return math.NaN()
	}
	var sum totals
	for _, t := range m.rowTotals {
		sum.merge(t)
	}
	// Within a set every pair counts in both orders.
	sum.first.merge(sum.first)
	sum.second.merge(sum.second)
	a, b := m.first, len(m.rows)-m.first
	if e == Biased {
		self, _ := k.at(0, m.bandwidth)
		for range a {
			sum.first.add(self)
		}
		for range b {
			sum.second.add(self)
		}
	}
	return sum.first.float()/e.pairs(a) + sum.second.float()/e.pairs(b) -
		2*sum.across.float()/(float64(a)*float64(b))
}

// makeWeights makes room for the weights. Those beyond the rows are 0.
func (m *discrepancy) makeWeights() {
	m.weights = resize(m.weights, m.stride*m.stride)
	clear(m.weights[len(m.rows)*m.stride:])
}

// kernelLoop evaluates the kernel of a row and the rows before it.
var kernelLoop = parallel.NewLoop(func(args *bandArgs[*discrepancy], task int) {
	m, i := args.of, args.first+task
	if len(m.weights) == 0 {
		m.rowTotals[i] = m.kernelTotals(i)
		return
	}
	squared := m.squaredRow(i)
	a, b := m.first, len(m.rows)-m.first
	across := -1 / (float64(a) * float64(b))
	var sum totals
	for j := range i {
		value, slope := m.kernel.at(float64(squared[j]), m.bandwidth)
		var c float64
		switch {
		case i < a:
			c = 1 / m.estimator.pairs(a)
			sum.first.add(value)
		case j >= a:
			c = 1 / m.estimator.pairs(b)
			sum.second.add(value)
		default:
			c = across
			sum.across.add(value)
		}
		w := float32(-4 * c * slope)
		m.weights[i*m.stride+j], m.weights[j*m.stride+i] = w, w
	}
	m.rowTotals[i] = sum
})

// kernelBlock is how many values of the kernel are computed at a time.
const kernelBlock = 512

// kernelBlocks keeps room for those values and as much again.
var kernelBlocks parallel.Spare[[2][kernelBlock]float64]

// kernelTotals adds up the kernel of row i and the rows before it.
func (m *discrepancy) kernelTotals(i int) (sum totals) {
	memory := kernelBlocks.Get()
	defer kernelBlocks.Put(memory)
	squared := m.squaredRow(i)
	for first := 0; first < i; first += kernelBlock {
		part := squared[first:min(first+kernelBlock, i)]
		values := memory[0][:len(part)]
		m.kernel.values(values, memory[1][:len(part)], part, m.bandwidth)
		for j, v := range values {
			switch {
			case i < m.first:
				sum.first.add(v)
			case first+j >= m.first:
				sum.second.add(v)
			default:
				sum.across.add(v)
			}
		}
	}
	return sum
}

// weightLoop completes row i of the weights, so that it adds up to 0.
var weightLoop = parallel.NewLoop(func(p **discrepancy, i int) {
	m := *p
	row := m.weights[i*m.stride : (i+1)*m.stride]
	clear(row[len(m.rows):])
	row[i] = 0
	sum := 0.0
	for _, w := range row {
		sum -= float64(w)
	}
	row[i] = float32(sum)
})
