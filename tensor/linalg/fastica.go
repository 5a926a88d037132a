package linalg

import (
	"fmt"
	"math"

	"sdrm/internal/fmath"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

const (
	// icaTolerance ends the iteration when no direction turns by a cosine
	// farther from 1, and icaIterations ends it anyhow: scikit-learn's defaults.
	icaTolerance  = 1e-4
	icaIterations = 200
	// icaRows is how many rows one task adds up.
	icaRows = 512
)

// FastICA returns the independent components of the rows of x, one source a
// column with mean 0 and variance 1 (divisor n), and whether the iteration
// converged: the parallel algorithm with the logcosh contrast (Hyvärinen and
// Oja, Neural Networks 2000). There are as many sources as x has dimensions.
// x should be reduced to a few columns first, as by PCA. The starting
// directions are drawn from seed. It panics if x has less than two rows or no
// column.
func FastICA(x tensor.View, seed uint64) (sources tensor.View, converged bool) {
	return fastICA(x, seed, icaTolerance, icaIterations)
}

func fastICA(x tensor.View, seed uint64, tolerance float64, iterations int) (sources tensor.View, converged bool) {
	if x.Rows < 2 || x.Cols < 1 {
		panic(fmt.Sprintf("linalg: FastICA: want at least 2×1 values, have %d×%d", x.Rows, x.Cols))
	}
	white := whiten(x)
	k := len(white[0])
	w := make([][]float64, k)
	for i := range w {
		stream := rng.New(seed, rng.Search, 2, i)
		w[i] = make([]float64, k)
		for j := range w[i] {
			w[i][j] = stream.Normal()
		}
	}
	w = decorrelate(w)
	for range iterations {
		next := decorrelate(icaStep(white, w))
		turn := 0.0
		for i := range w {
			turn = max(turn, math.Abs(math.Abs(dot(next[i], w[i]))-1))
		}
		w = next
		if converged = turn < tolerance; converged {
			break
		}
	}
	sources = zeros(x.Rows, k)
	for i, row := range white {
		for j := range w {
			sources.Data[i*k+j] = float32(dot(w[j], row))
		}
	}
	return sources, converged
}

// whiten centres the rows and turns and scales them so that their covariance,
// with divisor n, is the identity. Directions without variance are dropped.
func whiten(x tensor.View) [][]float64 {
	g, d := FitGaussian(x, nil), x.Cols
	values, vectors := SymmetricEigen(g.Covariance, d)
	white := make([][]float64, x.Rows)
	for i, row := range g.centred(Float64s(x), Numbers(x.Rows)) {
		for k, v := range values {
			if v > rankFloor*values[0] {
				white[i] = append(white[i], dot(vectors[k*d:(k+1)*d], row)/math.Sqrt(v))
			}
		}
	}
	return white
}

// icaStep returns E[x·tanh(wᵀx)] − E[1 − tanh²(wᵀx)]·w for every direction w.
func icaStep(white, w [][]float64) [][]float64 {
	k := len(w)
	tasks := (len(white) + icaRows - 1) / icaRows
	parts := make([]icaSums, tasks)
	icaLoop.Run(tasks, icaArgs{white, w, parts})
	next := make([][]float64, k)
	n := float64(len(white))
	for i := range next {
		next[i] = make([]float64, k)
		slope := 0.0
		for _, p := range parts {
			axpy(next[i], 1/n, p.products[i])
			slope += p.slopes[i]
		}
		axpy(next[i], -slope/n, w[i])
	}
	return next
}

// icaSums are the sums of a few rows, by direction.
type icaSums struct {
	products [][]float64
	slopes   []float64
}

type icaArgs struct {
	white, w [][]float64
	parts    []icaSums
}

var icaLoop = parallel.NewLoop(func(a *icaArgs, task int) {
	k := len(a.w)
	s := icaSums{make([][]float64, k), make([]float64, k)}
	for i, w := range a.w {
		s.products[i] = make([]float64, k)
		for _, row := range a.white[task*icaRows : min((task+1)*icaRows, len(a.white))] {
			t := tanh(dot(w, row))
			axpy(s.products[i], t, row)
			s.slopes[i] += 1 - float64(t*t)
		}
	}
	a.parts[task] = s
})

func tanh(x float64) float64 { return 1 - 2/(fmath.Exp(2*x)+1) }

// decorrelate returns (WWᵀ)^−½·W, the orthonormal matrix nearest to W.
func decorrelate(w [][]float64) [][]float64 {
	k := len(w)
	outer := make([]float64, k*k)
	for i := range w {
		for j := range w {
			outer[i*k+j] = dot(w[i], w[j])
		}
	}
	root := InverseRoot(outer, k)
	out := make([][]float64, k)
	for i := range out {
		out[i] = make([]float64, k)
		for j := range w {
			axpy(out[i], root[i*k+j], w[j])
		}
	}
	return out
}
