package defenses

import (
	"fmt"
	"testing"

	"sdrm/defenses/score"
	"sdrm/internal/rng"
)

// The bounds that follow from the rules alone, whatever the model.

// TestBoundClusteringIsBlindAtHalf: where poison is no small part of the class
// the rule of 35 % flags nothing.
func TestBoundClusteringIsBlindAtHalf(t *testing.T) {
	for _, name := range []string{"ac", "ac-silhouette"} {
		for _, malicious := range []int{40, 47, 50, 60} {
			for seed := range uint64(3) {
				x, truth := latents(seed, 100-malicious, malicious, 3)
				v, canonical, best := inspect(t, name, input(x, truth), truth)
				if n := score.Count(v.Canonical.Flags); n != 0 || canonical.F1 != 0 || canonical.ChanceF1 != 0 {
					t.Errorf("%s, %d %% poison, seed %d: %d are flagged: %+v", name, malicious, seed, n, canonical)
				}
				if best.F1 < .95 {
					t.Errorf("%s, %d %% poison, seed %d: the clusters do not part, F1 %v", name, malicious, seed, best.F1)
				}
			}
		}
	}
}

// ranked is a verdict of one option whose threshold is free.
func ranked(scores []float64, flags []bool) Verdict {
	return Verdict{Canonical: Decision{Flags: flags, Scores: scores}, Options: []Decision{free("only", scores)}}
}

// perfect ranks the last m of n samples, the malicious ones, highest.
func perfect(n, m int) (scores []float64, truth []bool) {
	for i := range n {
		scores, truth = append(scores, float64(i)), append(truth, i >= n-m)
	}
	return scores, truth
}

// f1Of is the F1 of a cut of Spectral Signatures on scores.
func f1Of(d SpectralSignatures, scores []float64, truth []bool) float64 {
	threshold, _ := d.threshold(scores, float64(score.Count(truth))/float64(len(truth)))
	return float64(score.Of(ranked(scores, score.AtLeast(scores, threshold)), truth, score.Protocol{})[0].F1)
}

// TestBoundSpectralF1: who removes half more than there is cannot do better than
// 0.80, and does just that where half more is a whole number; who removes as
// much as there is can be perfect.
func TestBoundSpectralF1(t *testing.T) {
	for n := 2; n <= 60; n++ {
		for m := 1; m <= n; m++ {
			scores, truth := perfect(n, m)
			share := float64(m) / float64(n)
			threshold, _ := SpectralSignatures{}.threshold(scores, share)
			if got, want := score.Count(score.AtLeast(scores, threshold)), min(n, (3*m+1)/2); got != want {
				t.Fatalf("%d of %d: %d are removed, want %d", m, n, got, want)
			}
			what := fmt.Sprintf("%d of %d", m, n)
			if f1 := f1Of(SpectralSignatures{}, scores, truth); share <= 2./3 && (f1 > .8+1e-12 || m%2 == 0 && f1 < .8-1e-12) {
				t.Fatalf("%s: F1 is %v", what, f1)
			}
			near(t, what, f1Of(SpectralSignatures{cut: cutExact}, scores, truth), 1, 1e-12)
		}
	}
}

// TestBoundRemovalAtHalf: the bound on latents, however far apart the groups.
func TestBoundRemovalAtHalf(t *testing.T) {
	for _, name := range []string{"ss", "spectre"} {
		for _, shift := range []float64{0, .5, 2, 50} {
			for seed := range uint64(3) {
				x, truth := latents(seed, 50, 50, shift)
				v, canonical, _ := inspect(t, name, input(x, truth), truth)
				if n := score.Count(v.Canonical.Flags); n != 75 || canonical.F1 > .8+1e-12 {
					t.Errorf("%s, shift %v, seed %d: %d are flagged, F1 %v", name, shift, seed, n, canonical.F1)
				}
			}
		}
	}
}

// TestBoundUselessRanking: removing 1.5·ε by a score that knows nothing gives an
// F1 of 0.60 at half, and the best threshold over it at least 2/3.
func TestBoundUselessRanking(t *testing.T) {
	const n, tries = 200, 200
	sum := 0.0
	for try := range tries {
		scores, truth := perfect(n, n/2)
		s := rng.New(1, rng.Generate, 0, try)
		s.Shuffle(n, func(i, j int) { scores[i], scores[j] = scores[j], scores[i] })
		sum += f1Of(SpectralSignatures{}, scores, truth)
		if best := score.Of(ranked(scores, make([]bool, n)), truth, score.Protocol{})[1].F1; best < 2./3-1e-12 || best > .75 {
			t.Errorf("try %d: the best F1 is %v", try, best)
		}
	}
	near(t, "mean F1", sum/tries, .6, .005)
	scores, truth := perfect(n, n/2)
	threshold, _ := SpectralSignatures{}.threshold(scores, .5)
	near(t, "chance F1", score.Of(ranked(scores, score.AtLeast(scores, threshold)), truth, score.Protocol{})[0].ChanceF1, .6, 1e-12)
}

// TestBoundPercentileRecall: 15 % of a class that is half poison.
func TestBoundPercentileRecall(t *testing.T) {
	for seed := range uint64(6) {
		x, truth := latents(seed, 100, 100, 3)
		_, canonical, _ := inspect(t, "ss-85", input(x, truth), truth)
		if canonical.Recall > .3 || canonical.F1 > .4616 {
			t.Errorf("seed %d: recall %v, F1 %v", seed, canonical.Recall, canonical.F1)
		}
	}
	scores, truth := perfect(200, 100)
	near(t, "perfect ranking", f1Of(SpectralSignatures{cut: cutPercentile}, scores, truth), 2*.3/1.3, 1e-12)
}

// TestBoundPercentileOverAllClasses: 15 % of each of ten classes, one of which
// is half poison, ranked perfectly.
func TestBoundPercentileOverAllClasses(t *testing.T) {
	var flags, truth []bool
	for class := range 10 {
		poison := 0
		if class == 0 {
			poison = 500
		}
		scores, malicious := perfect(500+poison, poison)
		threshold, _ := SpectralSignatures{cut: cutPercentile}.threshold(scores, 0)
		flags, truth = append(flags, score.AtLeast(scores, threshold)...), append(truth, malicious...)
	}
	got := score.Of(ranked(make([]float64, len(flags)), flags), truth, score.Protocol{})[0]
	if got.Recall > .3 || got.F1 > .24 || got.F1 < .2 {
		t.Errorf("recall %v, F1 %v", got.Recall, got.F1)
	}
	alarms := float64(score.Count(flags)) * (1 - float64(got.Precision)) / 5000
	near(t, "share of benign samples flagged", alarms, .135, .005)
}
