package defenses

import (
	"context"
	"math"
	"testing"
)

// TestReconstructionFindsBundles: latents that lie unusually near the clean
// subspace are found by the lower tail.
func TestReconstructionFindsBundles(t *testing.T) {
	x, truth := latents(3, 40, 40, 0)
	for i, malicious := range truth {
		for j := range width {
			if malicious {
				x.Data[i*width+j] = x.Data[i*width+j%3]
			}
		}
	}
	_, _, best := inspect(t, "sr", input(x, truth), truth)
	if best.F1 != 1 || best.Variant != "residual, lower tail" {
		t.Errorf("best is %+v", best)
	}
}

// TestSparseReconstructionAgainstScikitLearn: a dictionary is learned, and what it
// leaves of new latents.
func TestSparseReconstructionAgainstScikitLearn(t *testing.T) {
	for _, c := range readSearches(t).Sparse {
		v, err := SubspaceReconstruction{Sparse: true}.Inspect(context.Background(),
			Input{Latents: matrix(c.X), Clean: matrix(c.Clean), Seed: c.Seed})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.Residuals {
			if got := v.Canonical.Scores[i]; math.Abs(got-want) > 1e-3*want {
				t.Errorf("seed %d: residual %d is %v, want %v", c.Seed, i, got, want)
			}
		}
	}
}
