package defenses

import (
	"fmt"
	"testing"

	"sdrm/internal/rng"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

func TestSPECTREGolden(t *testing.T) {
	for i, c := range readLatents(t).Quantum {
		g := linalg.FitGaussian(matrix(c.X), c.Keep)
		white := g.Whiten(matrix(c.X))
		for j, got := range quantumScores(white, quantumMatrix(white)) {
			near(t, fmt.Sprint("case ", i, ", sample ", j), got, c.Scores[j], 1e-5*(1+c.Scores[j]))
		}
	}
}

// TestSPECTREFindsHiddenDirections: poison along a direction of small variance,
// which the largest direction of the raw latents hides.
func TestSPECTREFindsHiddenDirections(t *testing.T) {
	const n, bad = 400, 20
	x := tensor.Matrix(make([]float32, n*6), n, 6)
	truth := make([]bool, n)
	s := rng.New(3, rng.Generate, 0, 0)
	for i := range n {
		truth[i] = i < bad
		for j := range 6 {
			x.Data[i*6+j] = float32(s.Normal())
		}
		x.Data[i*6] *= 30
		if truth[i] {
			x.Data[i*6+4] += 6
		}
	}
	_, spectre, _ := inspect(t, "spectre", input(x, truth), truth)
	_, spectral, _ := inspect(t, "ss", input(x, truth), truth)
	if spectre.Recall < .9 || spectral.Recall > .5 {
		t.Errorf("recall is %v, that of spectral signatures %v", spectre.Recall, spectral.Recall)
	}
}

// The robust estimate may leave out twice the share that is told: a little more than it lies
// elsewhere here, and those left in would stretch the covariance.
func TestSPECTREMayLeaveOutTwiceThePoison(t *testing.T) {
	const n, outliers, poison = 400, 40, 0.08
	points := tensor.Matrix(make([]float32, n*2), n, 2)
	s := rng.New(1, rng.Generate, 0, 0)
	for i := range points.Data {
		points.Data[i] = float32(s.Normal())
		if i < 2*outliers {
			points.Data[i] = float32(12 + s.Normal()/10)
		}
	}
	scores := SPECTRE{}.scores(points, poison)
	sum := 0.0
	for _, v := range scores[:outliers] {
		sum += v / outliers
	}
	if sum < 100 {
		t.Errorf("outliers score %v in the mean, want their squared distance of about 2·12² in a unit of the benign", sum)
	}
}
