package defenses

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/tensor"
)

// TestTrapPseudoEntropy is a variant of STRIP that takes sigmoids of logits for
// probabilities: entropies here are those of a distribution, in bits.
func TestTrapPseudoEntropy(t *testing.T) {
	g := readInputs(t)
	for i, p := range g.Probabilities {
		near(t, fmt.Sprintf("distribution %d", i), entropy(p), g.Entropies[i], 1e-12)
	}
	p := make([]float64, 8)
	softmax(p, []float32{5, 5, 5, 5, 5, 5, 5, 5})
	near(t, "no preference", entropy(p), 3, 1e-12)
	softmax(p, []float32{-900, 0, 900, 0, 0, 0, 0, 0})
	near(t, "certainty", entropy(p), 0, 1e-12)
}

// TestTrapUnclampedOverlay is BackdoorBench's sum of images beyond white.
func TestTrapUnclampedOverlay(t *testing.T) {
	dst := make([]float32, 3)
	stripMix(dst, []float32{.25, .75, 1}, []float32{.5, .75, 1})
	if diff := cmp.Diff([]float32{.75, 1, 1}, dst); diff != "" {
		t.Error(diff)
	}
}

// The threshold of STRIP is of clean images that are no overlays: with itself among the
// overlays an image is surer of its class than one that is inspected.
func TestSTRIPThresholdIsOfHeldOutImages(t *testing.T) {
	in, _ := shown(4, 40)
	order := in.shuffledClean(0)
	overlays, heldOut := pick(in.CleanImages, order[:20]), pick(in.CleanImages, order[20:])
	n := newNetwork(STRIP{}, in)
	entropies := func(x *tensor.Tensor) float64 {
		found, err := stripEntropies(t.Context(), n, x, overlays, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		return percentile(found, stripReject)
	}
	want, wrong := -entropies(heldOut), -entropies(overlays)
	if got := verdict(t, STRIP{}, in).Canonical.Threshold; got != want || want == wrong {
		t.Errorf("threshold %v, want %v of the held-out images, not %v of the overlays", got, want, wrong)
	}
}
