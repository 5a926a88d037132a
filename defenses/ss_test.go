package defenses

import (
	"strings"
	"testing"

	"sdrm/defenses/score"
)

// TestSpectralOnBalancedSet: the mean lies between two groups of one size, so
// that the squared projection is blind and the signed one sees.
func TestSpectralOnBalancedSet(t *testing.T) {
	x, truth := latents(2, 60, 60, 4)
	v, canonical, best := inspect(t, "ss", input(x, truth), truth)
	if canonical.F1 > .65 || canonical.AUROC > .65 {
		t.Errorf("the squared projection sees: %+v", canonical)
	}
	if best.F1 != 1 || !strings.HasPrefix(best.Variant, "signed") {
		t.Errorf("the signed projection does not see: %+v", best)
	}
	blind := score.Of(Verdict{Canonical: v.Canonical, Options: v.Options[:1]}, truth, score.Protocol{})[1]
	near(t, "best F1 of the squared projection", blind.F1, 2./3, .05)
}

// TestTrapEverythingRejected is issue 1188 of the Adversarial Robustness
// Toolbox: every sample is rejected whatever share of poison is expected.
func TestTrapEverythingRejected(t *testing.T) {
	x, truth := latents(7, 100, 0, 0)
	for _, c := range []struct {
		expected float64
		removed  int
	}{{0, 0}, {.01, 2}, {.1, 15}, {.33, 50}, {1, 100}} {
		in := input(x, truth)
		in.ExpectedPoison = c.expected
		v, _, _ := inspect(t, "ss", in, truth)
		if got := score.Count(v.Canonical.Flags); got != c.removed {
			t.Errorf("expected share %v: %d are removed, want %d", c.expected, got, c.removed)
		}
	}
}

// TestCuts count what each cut removes of 200 samples.
func TestCuts(t *testing.T) {
	x, truth := latents(1, 180, 20, 3)
	for name, want := range map[string]int{"ss": 30, "ss-85": 30, "ss-exact": 20} {
		v, _, _ := inspect(t, name, input(x, truth), truth)
		if got := score.Count(v.Canonical.Flags); got != want {
			t.Errorf("%s removes %d, want %d", name, got, want)
		}
	}
	in := input(x, truth)
	in.ExpectedPoison = .5
	v, _, _ := inspect(t, "ss-85", in, truth)
	if got := score.Count(v.Canonical.Flags); got != 30 {
		t.Errorf("the percentile depends on what is expected: %d are removed", got)
	}
}
