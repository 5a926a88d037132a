package defenses

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTrapFactorOne is the factor 1 of SCALE-UP's released code: it keeps every
// class, so that no image would score 0.
func TestTrapFactorOne(t *testing.T) {
	if diff := cmp.Diff([]float32{3, 5, 7, 9, 11}, scaleUpFactors); diff != "" {
		t.Error(diff)
	}
	dst := make([]float32, 3)
	amplify(dst, []float32{0, .125, .5}, 3)
	if diff := cmp.Diff([]float32{0, .375, 1}, dst); diff != "" {
		t.Error(diff)
	}
	in, _ := shown(60, 8)
	lowest := slices.Min(verdict(t, ScaleUp{}, in).Canonical.Scores)
	near(t, "lowest SPC", lowest, 0, 0)
}

// One clean image of a class has no spread: all of them stand in.
func TestOneImageOfAClassIsNoMeasure(t *testing.T) {
	got := standardised([]float64{0.8, 0.8}, []int{0, 1}, []float64{0.2, 0.4, 0.6}, []int{0, 1, 1})
	for i, want := range []float64{0.4 / math.Sqrt(0.08/3), 3} {
		near(t, "score", got[i], want, 1e-9)
	}
}

// Where clean images all keep the same share, half of the smallest step stands for a spread.
func TestSharesThatAreAllEqualHaveASpread(t *testing.T) {
	near(t, "score", standardised([]float64{0.8}, []int{0}, []float64{0.4, 0.4}, []int{0, 0})[0], 4, 1e-9)
}
