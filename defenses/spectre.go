package defenses

import (
	"context"
	"fmt"
	"math"
	"slices"

	"sdrm/internal/fmath"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// SPECTRE whitens the latents of a class by what they would be without poison,
// so that poison stands out (Hayase, Kong, Somani and Oh, ICML 2021): principal
// components, a robust mean and covariance, and the quantum entropy score,
// which looks at all directions that stick out at once.
type SPECTRE struct{}

const (
	// spectreAlpha weighs the directions by how far they stick out (official
	// code).
	spectreAlpha = 4
	// spectreComponents is the most principal components looked at, and
	// spectreGrid how many numbers of them are tried: the squares of even steps
	// from 1 to √100 (official code).
	spectreComponents = 100
	spectreGrid       = 10
	// spectreTrim is how many times the expected poison the robust estimate may
	// leave out, and spectreExcess how many times it is removed (official code).
	spectreTrim   = 2
	spectreExcess = 1.5
	// spectreShare is the largest share that the robust estimate leaves out
	// (ours): of less than half no majority could be learned.
	spectreShare = 0.5
	// spectreSamples is how many samples there must be for every dimension of a
	// covariance (ours).
	spectreSamples = 10
)

// Name returns "spectre".
func (SPECTRE) Name() string { return "spectre" }

// Needs says the share of poison, and that robust statistics are those of the
// benign only if these are most.
func (SPECTRE) Needs() Needs { return Needs{PoisonShare: true, Minority: true} }

// Inspect scores the latents for every number of components and takes the one
// whose removal leaves the removed samples sticking out most. The canonical
// decision removes the 1.5·ε·n highest scores; ε is ExpectedPoison.
func (d SPECTRE) Inspect(ctx context.Context, in Input) (Verdict, error) {
	_, points, order, err := in.coordinates(ctx, d, min(spectreComponents, max(1, in.Latents.Rows/spectreSamples)))
	if err != nil {
		return Verdict{}, err
	}
	var best struct {
		scores     []float64
		components int
		out        float64
	}
	for _, k := range spectreDimensions(points.Cols) {
		scores := d.scores(columns(points, k), in.ExpectedPoison)
		out := d.sticksOut(points, scores, in.ExpectedPoison)
		if best.scores == nil || out > best.out {
			best.scores, best.components, best.out = scores, k, out
		}
	}
	scores := restore(best.scores, order)
	threshold := topThreshold(scores, float64(spectreExcess*in.ExpectedPoison*float64(len(scores))))
	return Verdict{
		Detector: d.Name(),
		Canonical: reaching("quantum entropy", scores, threshold,
			fmt.Sprintf("the top 1.5·ε·n scores, ε = %.4g, %d components", in.ExpectedPoison, best.components)),
		Options: []Decision{free("quantum entropy", scores), free("quantum entropy, lower tail", negate(scores))},
	}, nil
}

// spectreDimensions lists the numbers of components to try, up to the given
// one.
func spectreDimensions(most int) []int {
	var out []int
	for i := range spectreGrid {
		root := 1 + float64(float64(i)*(math.Sqrt(spectreComponents)-1)/(spectreGrid-1))
		if k := int(math.Round(root * root)); k <= most {
			out = append(out, k)
		}
	}
	return out
}

// columns copies the first k columns of x.
func columns(x tensor.View, k int) tensor.View {
	x.Cols = k
	return tensor.Stack(x)
}

// scores returns the quantum entropy scores in k dimensions.
func (d SPECTRE) scores(points tensor.View, poison float64) []float64 {
	var g linalg.Gaussian
	limit := int(min(spectreTrim*poison, spectreShare) * float64(points.Rows))
	if limit = min(limit, points.Rows-2); limit > 0 && points.Cols > 1 {
		g = linalg.RobustGaussian(points, min(poison, spectreShare), limit)
	} else {
		g = linalg.FitGaussian(points, nil)
	}
	white := g.Whiten(points)
	return quantumScores(white, quantumMatrix(white))
}

// sticksOut removes the samples with the highest scores, whitens by the rest,
// and returns how far all samples stick out then: the mean of xᵀMx, where tr(M) is 1 and
// x is 0 at the mean of the rest. The official code has tr(Σ·M)/tr(M), of the
// covariance about the mean of all.
func (d SPECTRE) sticksOut(points tensor.View, scores []float64, poison float64) float64 {
	threshold := topThreshold(scores, float64(spectreExcess*poison*float64(len(scores))))
	keep := make([]bool, len(scores))
	kept := 0
	for i, s := range scores {
		if keep[i] = s < threshold; keep[i] {
			kept++
		}
	}
	if kept < 2 {
		return math.Inf(-1)
	}
	g := linalg.FitGaussian(points, keep)
	white := g.Whiten(points)
	m := quantumMatrix(white)
	sum := 0.0
	for _, s := range quantumScores(white, m) {
		sum += s
	}
	return sum / float64(len(scores))
}

// quantumMatrix returns M = exp(α(Σ − I)/(‖Σ‖ − 1)), divided by its trace, Σ
// being the covariance of the whitened samples: the identity where no direction
// sticks out.
func quantumMatrix(white tensor.View) []float64 {
	k := white.Cols
	all := linalg.FitGaussian(white, nil)
	m := linalg.Spectral(slices.Clone(all.Covariance), k, func(v, top float64) float64 {
		if top <= 1 {
			return 1
		}
		return fmath.Exp(float64(spectreAlpha*(v-1)) / (top - 1))
	})
	trace := 0.0
	for i := range k {
		trace += m[i*k+i]
	}
	for i := range m {
		m[i] /= trace
	}
	return m
}

// quantumScores returns xᵀMx of every sample.
func quantumScores(white tensor.View, m []float64) []float64 {
	scores := make([]float64, white.Rows)
	for i, x := range linalg.Float64s(white) {
		for j, v := range linalg.MulVec(m, x) {
			scores[i] += float64(v * x[j])
		}
	}
	return scores
}

func init() {
	register(Definition{Order: 5, Title: "SPECTRE", Paper: "Hayase, Kong, Somani and Oh, ICML 2021",
		Defaults: "α 4, grid of up to 100 components, twice the expected poison trimmed, the top 1.5 times removed (official code); one component for ten samples (ours)"}, SPECTRE{})
}
