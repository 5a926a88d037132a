package linalg

import (
	"fmt"
	"math"
	"slices"

	"sdrm/internal/fmath"
	"sdrm/tensor"
)

// Gaussian is a mean and a covariance in float64, row-major.
type Gaussian struct {
	Mean       []float64
	Covariance []float64
	// Kept says which rows they were estimated from.
	Kept []bool
}

const (
	// robustC and robustTau are the constants C and τ of the official SPECTRE
	// code.
	robustC   = 10
	robustTau = 0.1
	// robustRounds is into how many rounds the removal of the allowance is cut
	// (ours). The tail bound of Diakonikolas et al. is so loose at thousands of
	// samples that it would never remove one; the official code removes the
	// whole allowance in one round.
	robustRounds = 4
)

// RobustGaussian estimates mean and covariance of the rows of x if a share of
// them, poison, lies elsewhere, by the filter of Diakonikolas et al. (ICML
// 2017) as SPECTRE uses it. As long as some quadratic form of the whitened
// samples varies more than it could for a Gaussian, the samples at which the
// most variable form is farthest from its median are removed; no more than
// limit samples in all. x should be reduced to a few columns. It panics unless
// 0 < poison < 1 and x has more than limit+1 rows.
func RobustGaussian(x tensor.View, poison float64, limit int) Gaussian {
	if !(poison > 0 && poison < 1) || limit < 0 || x.Rows < limit+2 {
		panic(fmt.Sprintf("linalg: RobustGaussian: cannot leave out %d of %d samples at a share of %v", limit, x.Rows, poison))
	}
	points := Float64s(x)
	g := FitGaussian(x, nil)
	logShare := fmath.Log(1 / poison)
	bound := 1 + float64(robustC*poison*float64(logShare*logShare))
	portion := (limit + robustRounds - 1) / robustRounds
	for ; ; g.estimate(points) {
		kept := g.kept()
		if limit == 0 {
			return g
		}
		white := g.whitened(points, kept)
		scores, far := farAway(white)
		if !far {
			var variance float64
			if variance, scores = variableForm(white); variance <= bound {
				return g
			}
		}
		// The farthest first; of equals the first.
		for _, i := range descending(scores)[:min(portion, limit)] {
			if scores[i] > 0 {
				g.Kept[kept[i]] = false
			}
		}
		limit -= min(portion, limit)
	}
}

// FitGaussian estimates mean and covariance, with divisor n, of the rows of x
// that keep says, all if it is nil.
func FitGaussian(x tensor.View, keep []bool) Gaussian {
	g := Gaussian{Kept: make([]bool, x.Rows)}
	for i := range g.Kept {
		g.Kept[i] = keep == nil || keep[i]
	}
	g.estimate(Float64s(x))
	return g
}

// kept lists the rows that are left.
func (g *Gaussian) kept() []int {
	var kept []int
	for i, k := range g.Kept {
		if k {
			kept = append(kept, i)
		}
	}
	return kept
}

// estimate computes mean and covariance, with divisor n, of the rows left.
func (g *Gaussian) estimate(points [][]float64) {
	d := len(points[0])
	kept := g.kept()
	g.Mean = make([]float64, d)
	for _, i := range kept {
		axpy(g.Mean, 1/float64(len(kept)), points[i])
	}
	g.Covariance = SecondMoment(g.centred(points, kept), d)
}

// Whiten returns the rows of x minus the mean, times the inverse root of the
// covariance.
func (g *Gaussian) Whiten(x tensor.View) tensor.View {
	return float32s(g.whitened(Float64s(x), Numbers(x.Rows)), len(g.Mean))
}

func (g *Gaussian) whitened(points [][]float64, which []int) [][]float64 {
	d := len(g.Mean)
	root := InverseRoot(slices.Clone(g.Covariance), d)
	white := g.centred(points, which)
	for i, row := range white {
		white[i] = MulVec(root, row)
	}
	return white
}

// centred copies some of the points with the mean subtracted.
func (g *Gaussian) centred(points [][]float64, which []int) [][]float64 {
	out := make([][]float64, len(which))
	for to, i := range which {
		out[to] = slices.Clone(points[i])
		axpy(out[to], -1, g.Mean)
	}
	return out
}

// farAway finds whitened samples so far from the mean that no Gaussian would
// have them, with C·d·log(n/τ) as the bound on the squared length. The scores
// of the others are 0.
func farAway(white [][]float64) (scores []float64, any bool) {
	bound := float64(robustC*len(white[0])) * fmath.Log(float64(len(white))/robustTau)
	scores = make([]float64, len(white))
	for i, y := range white {
		if square := dot(y, y); square >= bound {
			scores[i], any = square, true
		}
	}
	return scores, any
}

// variableForm finds the symmetric V of Frobenius norm 1 for which yᵀVy varies
// most over the samples: the leading eigenvector of the covariance of their
// outer products. It returns the variance and every sample's distance from the
// median.
func variableForm(white [][]float64) (variance float64, distances []float64) {
	n, d := len(white), len(white[0])
	y := float32s(white, d)
	values, vectors := leading(outerCovariance(y), 1)
	form := tensor.Matrix(vectors.Data, d, d)
	quadratic := forms(y, form)
	sorted := slices.Sorted(slices.Values(quadratic))
	median := float64((sorted[(n-1)/2] + sorted[n/2]) / 2)
	distances = make([]float64, n)
	for i, q := range quadratic {
		distances[i] = math.Abs(q - median)
	}
	return values[0], distances
}

// forms returns yᵀVy of every row y.
func forms(y, v tensor.View) []float64 {
	image := zeros(y.Rows, y.Cols)
	tensor.Gemm(image, y, v, false)
	out := make([]float64, y.Rows)
	for i := range out {
		out[i] = inner(y.Row(i), image.Row(i))
	}
	return out
}

// outerCovariance is the covariance of the outer products yyᵀ, taken as vectors
// of d² values, with divisor n.
func outerCovariance(y tensor.View) operator {
	n, d := y.Rows, y.Cols
	return operator{d * d, func(dst, v tensor.View) {
		weighted := zeros(n, d)
		for i := range v.Rows {
			q := forms(y, tensor.Matrix(v.Row(i), d, d))
			mean := 0.0
			for _, value := range q {
				mean += value
			}
			mean /= float64(n)
			for r := range n {
				scale := float32((q[r] - mean) / float64(n))
				row := weighted.Row(r)
				for j, value := range y.Row(r) {
					row[j] = float32(scale * value)
				}
			}
			tensor.GemmSplitK(tensor.Matrix(dst.Row(i), d, d), weighted.T(), y)
		}
	}}
}
