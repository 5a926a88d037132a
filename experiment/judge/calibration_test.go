package judge

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"sdrm/attacks"
	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/internal/nullable"
	"sdrm/train"
)

// The statistic and its p-value are SciPy's: kstest(x, "uniform", method="exact") of
// the numbers ((i + ½)/n)^e to six digits.
func TestUniform(t *testing.T) {
	for _, c := range []struct {
		n            int
		e            float64
		statistic, p float64
	}{
		{8, 1, 0.0625, 1}, {60, 1, 0.008333666666666684, 1}, {60, 1.4, 0.13151533333333337, 0.22945154698930204},
		{60, 0.75, 0.11377599999999999, 0.3897761346378802}, {200, 1.1, 0.037549, 0.930419113081884},
	} {
		var rising []float64
		for i := range c.n {
			rising = append(rising, math.Round(1e6*math.Pow((float64(i)+0.5)/float64(c.n), c.e))/1e6)
		}
		statistic, p := uniform(rising)
		if math.Abs(statistic-c.statistic) > 1e-9 || math.Abs(p-c.p) > 0.01 {
			t.Errorf("%d numbers, exponent %v: %v, p = %v, want %v and %v", c.n, c.e, statistic, p, c.statistic, c.p)
		}
	}
}

// What a claim is held to: the wider of both intervals.
func TestAlarms(t *testing.T) {
	const none = -1
	for _, c := range []struct {
		name          string
		claimed       nullable.Float
		shares        []float64 // of sets of 100
		low, high     float64   // none: Wilson's of all samples
		verdict       string
		withoutSpread bool
	}{
		{"one set, no spread", 0.05, []float64{0.04}, none, none, Holds, true},
		{"nothing flagged", 0.05, []float64{0, 0, 0}, none, none, FallsShort, true},
		{"much flagged", 0.05, []float64{0.3, 0.32, 0.34}, none, none, Exceeds, false},
		// mean 0.2, deviation 0.2, Student's t 4.303 of two degrees of freedom
		{"sets disagree", 0.05, []float64{0, 0.2, 0.4}, 0, 0.2 + 4.302653*0.2/math.Sqrt(3), Holds, false},
		{"no claim", nullable.NaN(), []float64{0.5, 0.5}, none, none, NoClaim, true},
	} {
		a := Alarms{Claimed: c.claimed, Samples: 100 * len(c.shares), Sets: len(c.shares)}
		for _, s := range c.shares {
			a.Raised += int(math.Round(100 * s))
		}
		a.judge(c.shares)
		if a.Verdict != c.verdict {
			t.Errorf("%s: %s, want %s: %+v", c.name, a.Verdict, c.verdict, a)
		}
		low, high := score.Wilson(a.Raised, a.Samples)
		if c.low != none && (math.Abs(float64(a.Low)-c.low) > 1e-6 || math.Abs(float64(a.High)-c.high) > 1e-6) ||
			c.withoutSpread && (a.Low != low || a.High != high) || a.Low > low || a.High < high {
			t.Errorf("%s: %v to %v, Wilson's %v to %v", c.name, a.Low, a.High, low, high)
		}
	}
}

// A claim about sets is held to how many of them have something flagged, and sets
// without a threshold say nothing of either claim.
func TestAlarmsOfSets(t *testing.T) {
	decide := func(flagged int, threshold float64, ofSets bool) defenses.Decision {
		d := defenses.Decision{Flags: make([]bool, 100), Threshold: threshold, Claim: 0.05, OfSets: ofSets}
		for i := range flagged {
			d.Flags[i] = true
		}
		return d
	}
	inf := math.Inf(1)
	for _, c := range []struct {
		name    string
		ofSets  bool
		flagged []int // of sets of 100; below 0 there is no threshold
		share   nullable.Float
		verdict string
	}{
		{"samples", false, []int{0, 0, 0, 7, 0, 7, 0, 0, 0, 0}, 0.014, FallsShort},
		{"sets", true, []int{0, 0, 0, 7, 0, 7, 0, 0, 0, 0}, 0.2, Exceeds},
		{"sets, as many as claimed", true, append(make([]int, 19), 7), 0.05, Holds},
		{"sets, some without a threshold", true, []int{-1, -1, 7, -1, 7, 7, -1}, 1, Exceeds},
		{"samples, some without a threshold", false, []int{-1, 11, -1, -1, 11, 11, -1, -1}, 0.11, Exceeds},
		{"none with a threshold", false, []int{-1, -1}, nullable.NaN(), NoDecision},
		{"no set with a threshold", true, []int{-1}, nullable.NaN(), NoDecision},
	} {
		var all Calibration
		without := 0
		for _, n := range c.flagged {
			threshold := 0.5
			if n < 0 {
				threshold = inf
				without++
			}
			all.count(score.Score{Name: "x", Level: "s1"}, decide(max(n, 0), threshold, c.ofSets))
		}
		a := all.Alarms[0]
		if same := math.Abs(float64(a.Share-c.share)) < 1e-12 || a.Share.IsNaN() && c.share.IsNaN(); !same || a.Verdict != c.verdict || a.Unlimited != without || a.Sets != len(c.flagged)-without {
			t.Errorf("%s: %+v, want a share of %v, %s", c.name, a, c.share, c.verdict)
		}
		if !a.Share.IsNaN() && !(a.Low <= a.Share && a.Share <= a.High) {
			t.Errorf("%s: share %v is not within %v to %v", c.name, a.Share, a.Low, a.High)
		}
	}
}

// Sets of several models are counted together, rules with the level that they claim.
func TestCalibration(t *testing.T) {
	x := asked(t, attacks.None)
	c := Calibration{}
	for range 2 {
		if err := c.Add(context.Background(), x, x.Levels()[2:], []string{"ss", "ss-85", "knn", "mmdtest", "scale-up"}, Work{}); err != nil {
			t.Fatal(err)
		}
	}
	found := map[string]Alarms{}
	for _, a := range c.Alarms {
		found[a.Detector] = a
	}
	if c.Models != 2 || found["knn"].Claimed != 0.05 || found["ss-85"].Claimed != 0.15 || found["mmdtest"].Claimed != 0.05 || !found["ss"].Claimed.IsNaN() {
		t.Errorf("%d models, %+v", c.Models, found)
	}
	if a := found["ss"]; a.Verdict != NoClaim || !(a.Share >= 0.7) || a.Alarmed != a.Sets || a.Sets%2 != 0 {
		t.Errorf("ss: %+v, want 1.5 times the half that it is told", a)
	}
	if a := found["mmdtest"]; !a.OfSets || a.Sets == 0 {
		t.Errorf("mmdtest: %+v, want a share of sets", a)
	}
	if a := found["knn"]; a.Unlimited == 0 || a.Sets != 0 || a.Verdict != NoDecision || !a.Share.IsNaN() { // fewer than 19 held-out images of each class
		t.Errorf("knn: %+v, want no threshold", a)
	}
	if a := found["scale-up"]; a.Level != InputLevel || a.Sets != 2 {
		t.Errorf("scale-up: %+v", a)
	}
}

// No image is in two sets, each set is of one class, and there are as many as asked.
func TestNullPValues(t *testing.T) {
	x := asked(t, attacks.None)
	model, err := subject.InitialModel(x.Spec)
	if err != nil {
		t.Fatal(err)
	}
	calls := *x // all images are of one class, which is what a model that knows no other calls them
	calls.Tests = train.NewEvaluator(model)
	labelAsCalled(t, &calls)
	parts, err := nullSets(context.Background(), &calls, 2)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, places := range parts {
		for _, place := range places {
			if seen[place] || calls.Images.Test.Labels[place] != calls.Images.Test.Labels[places[0]] {
				t.Errorf("image %d is in two sets, or of another class", place)
			}
			seen[place] = true
		}
	}
	found, err := NullPValues(context.Background(), &calls, calls.Levels()[2:], 2, Work{})
	if err != nil {
		t.Fatal(err)
	}
	if n := found[0].Sets; len(found) != 1 || n < 2 || n != len(parts) || found[0].Samples < leastNull || !slices.IsSorted(found[0].Values) || len(found[0].Values) != n {
		t.Errorf("found %+v of %d sets", found, len(parts))
	}
	if found[0].Values[0] == 1 {
		t.Errorf("p-values %v: halves are compared with themselves", found[0].Values)
	}
	_, err = NullPValues(context.Background(), &calls, calls.Levels(), 1000, Work{})
	if err == nil || !strings.Contains(err.Error(), "sets of 16, want at least 1000") {
		t.Errorf("error %v", err)
	}
}
