package score

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBestThresholdIsTheHighestOfEquals(t *testing.T) {
	s := Of(ranked([]float64{4, 3, 2, 1}, make([]bool, 4)), []bool{true, false, false, true}, Protocol{})[1]
	if s.Threshold != 4 || s.Recall != 0.5 || s.FalseAlarms != 0 { // F1 is 2/3 at 4 and at 1
		t.Errorf("best is %+v, want a threshold of 4", s)
	}
}

// Flagging everything is open to a defender without information, too: of options that are
// fixed, as two clusters are, chance is no less than that.
func TestChanceOfFixedOptionsMayFlagEverything(t *testing.T) {
	one, others := make([]bool, 10), AtLeast(make([]float64, 10), 0)
	one[0], others[0] = true, false
	scores := make([]float64, 10)
	fixed := []Decision{{Scores: scores, Flags: one}, {Scores: scores, Flags: others}}
	truth := []bool{true, false, true, false, true, false, true, false, true, false}
	s := Of(Verdict{Canonical: fixed[0], Options: fixed}, truth, Protocol{Resamples: Resamples, Seed: 1})[1]
	near(t, "chance", s.ChanceF1, (10./14+2./3)/2, 0.005)
}

func TestNoCutWhereFlagsDivideEqualScores(t *testing.T) {
	v := ranked([]float64{1, 2, 2, 3}, []bool{false, false, true, true})
	if c := Of(v, []bool{true, false, true, false}, Protocol{Curves: true})[0].Curve; !c.Cut.IsNaN() {
		t.Errorf("cut is %v, want none", c.Cut)
	}
}

// Samples of one score of which some are flagged: intervals do not depend on their order.
func TestIntervalsOfEqualScoresDoNotSeeTheOrder(t *testing.T) {
	const n = 60
	scores, flags, truth := make([]float64, n), make([]bool, n), make([]bool, n)
	for i := range scores {
		scores[i], flags[i], truth[i] = float64(i%3), i%4 == 0, i%5 < 2
	}
	order := rand.New(rand.NewPCG(1, 2)).Perm(n)
	p := Protocol{Resamples: Resamples, Seed: 1}
	a, b := Of(ranked(scores, flags), truth, p), Of(ranked(at(scores, order), at(flags, order)), at(truth, order), p)
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
}

// Scores that are no numbers tell nothing, wherever the malicious samples stand.
func TestScoresThatAreNoNumbersTellNothing(t *testing.T) {
	scores := []float64{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	for _, truth := range [][]bool{{true, true, false, false}, {false, false, true, true}} {
		if s := Of(ranked(scores, make([]bool, 4)), truth, Protocol{})[1]; s.AUROC != 0.5 {
			t.Errorf("%v: AUROC %v, want 0.5", truth, s.AUROC)
		}
	}
}
