package defenses

import (
	"fmt"
	"testing"

	"sdrm/internal/golden"
)

// The distances are scikit-learn's, as testdata/knn.py wrote them.
func TestKNNGolden(t *testing.T) {
	type neighbours struct {
		X, Bank   [][]float32
		Distances []float64
	}
	for i, c := range golden.Read[[]neighbours](t, "testdata/knn.json") {
		for j, d := range knnDistances(matrix(c.X), directions(matrix(c.Bank))) {
			near(t, fmt.Sprintf("case %d, sample %d", i, j), d, c.Distances[j], 1e-6)
		}
	}
}

// What lies in another direction is found, and of clean latents about as many
// are flagged as the percentile says.
func TestKNNFindsAnotherDirection(t *testing.T) {
	x, truth := latents(1, 400, 40, 4)
	in := input(x, truth)
	_, canonical, best := inspect(t, "knn", in, truth)
	if canonical.Recall < 0.95 || canonical.Precision < 0.5 || best.F1 < 0.85 {
		t.Errorf("recall %v and precision %v by the rule, F1 %v at best", canonical.Recall, canonical.Precision, best.F1)
	}
}
