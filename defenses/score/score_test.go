package score

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/internal/golden"
	"sdrm/internal/nullable"
)

// ranked is a verdict of one option whose threshold is free.
func ranked(scores []float64, flags []bool) Verdict {
	return Verdict{
		Canonical: Decision{Flags: flags, Scores: scores},
		Options:   []Decision{{Variant: "only", Scores: scores}},
	}
}

func near[T ~float64](t *testing.T, what string, got T, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= tolerance) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// nearly takes figures for equal that differ by rounding, or are both missing.
var nearly = cmp.Comparer(func(a, b nullable.Float) bool {
	return a.IsNaN() && b.IsNaN() || math.Abs(float64(a-b)) < 1e-12
})

// TestFiguresGolden compares with testdata/golden.json, by scikit-learn.
func TestFiguresGolden(t *testing.T) {
	cases := golden.Read[[]struct {
		Name                    string
		Scores                  []float64
		Malicious               []bool
		AUROC, AUPRC, Threshold float64
		BestF1                  float64 `json:"best_f1"`
		TPR1                    float64 `json:"tpr_1"`
		TPR10                   float64 `json:"tpr_10"`
	}](t, "testdata/golden.json")
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			best := Of(ranked(c.Scores, make([]bool, len(c.Scores))), c.Malicious, Protocol{})[1]
			near(t, "auroc", best.AUROC, c.AUROC, 1e-12)
			near(t, "auprc", best.AUPRC, c.AUPRC, 1e-12)
			near(t, "f1", best.F1, c.BestF1, 1e-12)
			near(t, "tpr at 1 %", best.TPR1, c.TPR1, 1e-12)
			near(t, "tpr at 10 %", best.TPR10, c.TPR10, 1e-12)
			near(t, "threshold", best.Threshold, c.Threshold, 0)
			if best.F1 < best.ChanceF1-1e-12 {
				t.Errorf("best F1 %v is below that of flagging all, %v", best.F1, best.ChanceF1)
			}
		})
	}
}

func TestChanceF1(t *testing.T) {
	for _, c := range []struct{ prevalence, rate, want float64 }{
		{.5, .5, .5}, {.5, .75, .6}, {.5, 1, 2. / 3}, {.474, 1, .643}, {0, 0, 0}, {.3, 0, 0}, {0, .4, 0},
	} {
		near(t, fmt.Sprintf("chance of %v at %v", c.rate, c.prevalence), chanceF1(c.prevalence, c.rate), c.want, 5e-4)
	}
}

// TestTrapNothingFlagged is BackdoorBench's confusion matrix: with no flag it
// counted every poisoned sample as falsely flagged and none as missed.
func TestTrapNothingFlagged(t *testing.T) {
	got := Of(ranked([]float64{1, 2, 3, 4}, make([]bool, 4)), []bool{false, true, false, true}, Protocol{})[0]
	none := nullable.NaN()
	want := Score{
		Rule: RuleCanonical, Prevalence: .5, AUROC: .75, AUPRC: 5. / 6, TPR1: .5, TPR10: .5, Samples: 4,
		F1Low: none, F1High: none, AUROCLow: none, AUROCHigh: none, FalseAlarmsHigh: 0.6576197724933469, ChanceF1High: none,
		ChanceAUROC: .5, ChanceAUROCHigh: none,
	}
	if diff := cmp.Diff(want, got, nearly); diff != "" {
		t.Error(diff)
	}
}

// TestTrapPowerForExclusiveOr is a confusion matrix with a power where an
// exclusive or was meant: every kind of sample is counted as what it is.
func TestTrapPowerForExclusiveOr(t *testing.T) {
	for hits := range 3 {
		for misses := range 3 {
			for alarms := range 3 {
				for rest := range 3 {
					var flags, malicious []bool
					add := func(n int, flag, bad bool) {
						for range n {
							flags, malicious = append(flags, flag), append(malicious, bad)
						}
					}
					add(hits, true, true)
					add(misses, false, true)
					add(alarms, true, false)
					add(rest, false, false)
					if len(flags) == 0 {
						continue
					}
					got := Of(ranked(make([]float64, len(flags)), flags), malicious, Protocol{})[0]
					what := fmt.Sprintf("%d hits, %d misses, %d alarms, %d others: ", hits, misses, alarms, rest)
					share := func(of int) float64 { return float64(hits) / max(1, float64(of)) }
					near(t, what+"flagged", got.Flagged, float64(hits+alarms)/float64(len(flags)), 1e-12)
					if alarms+rest > 0 {
						near(t, what+"false alarms", got.FalseAlarms, float64(alarms)/float64(alarms+rest), 1e-12)
					}
					if hits+misses == 0 {
						continue
					}
					near(t, what+"precision", got.Precision, share(hits+alarms), 1e-12)
					near(t, what+"recall", got.Recall, share(hits+misses), 1e-12)
					near(t, what+"f1", got.F1, 2*share(2*hits+alarms+misses), 1e-12)
				}
			}
		}
	}
}

// TestTrapMissesCountOnce is BackdoorBench's weighted F, which multiplies the
// missed samples by nine.
func TestTrapMissesCountOnce(t *testing.T) {
	// 2 right, 1 false, 2 missed.
	flags := []bool{true, true, false, false, true, false}
	malicious := []bool{true, true, true, true, false, false}
	got := Of(ranked(make([]float64, 6), flags), malicious, Protocol{})[0]
	near(t, "precision", got.Precision, 2./3, 1e-12)
	near(t, "recall", got.Recall, 2./4, 1e-12)
	near(t, "f1", got.F1, 4./7, 1e-12)
}

func TestBestChoosesTheOption(t *testing.T) {
	v := Verdict{
		Canonical: Decision{Flags: make([]bool, 4), Scores: make([]float64, 4)},
		Options: []Decision{
			{Variant: "blind", Scores: []float64{1, 1, 1, 1}},
			{Variant: "fixed", Scores: []float64{1, 2, 3, 4}, Flags: []bool{false, true, true, true}, Threshold: 7, ThresholdRule: "given"},
			{Variant: "free", Scores: []float64{1, 2, 3, 4}},
			{Variant: "as good", Scores: []float64{0, 0, 3, 4}},
		},
	}
	malicious := []bool{false, false, true, true}
	if got := Of(v, malicious, Protocol{})[1]; got.Variant != "free" || got.F1 != 1 || got.Threshold != 3 {
		t.Errorf("best is %+v", got)
	}
	v.Options = v.Options[:2]
	if got := Of(v, malicious, Protocol{})[1]; got.Variant != "fixed" || got.Threshold != 7 || got.ThresholdRule != "given" {
		t.Errorf("best is %+v", got)
	}
}

func TestScoresOfOneKindOnly(t *testing.T) {
	scores := []float64{1, 2, 3}
	for name, malicious := range map[string][]bool{"benign": {false, false, false}, "malicious": {true, true, true}} {
		for _, s := range Of(ranked(scores, []bool{true, false, false}), malicious, Protocol{}) {
			if s.F1.IsNaN() != (name == "benign") || s.FalseAlarms.IsNaN() != (name == "malicious") || s.Rule == RuleBest && name == "benign" {
				t.Errorf("%s, %s: F1 is %v, false alarms %v", name, s.Rule, s.F1, s.FalseAlarms)
			}
			if !s.AUROC.IsNaN() || !s.TPR1.IsNaN() || !s.TPR10.IsNaN() {
				t.Errorf("%s, %s: AUROC is %v, TPR %v and %v, want NaN", name, s.Rule, s.AUROC, s.TPR1, s.TPR10)
			}
			if got := s.AUPRC.IsNaN(); got != (name == "benign") {
				t.Errorf("%s, %s: AUPRC is %v", name, s.Rule, s.AUPRC)
			}
			data, err := json.Marshal(s)
			if err != nil || !strings.Contains(string(data), `"auroc":null`) {
				t.Errorf("%s, %s: JSON is %s, error %v", name, s.Rule, data, err)
			}
		}
	}
}

func TestScoreJSON(t *testing.T) {
	want := Score{
		Name: "ss", Level: "s3", Set: "balanced", Rule: RuleBest, Variant: "signed, lower tail",
		F1: .5, Precision: .25, Recall: 1, Prevalence: .125, Threshold: nullable.NaN(), ThresholdRule: "rule",
		ChanceF1: .75, AUROC: nullable.NaN(), AUPRC: .625, TPR1: .5, TPR10: .75,
		Samples: 80, Given: Given{PoisonShare: .5, Clean: 20, Others: 90}, F1Low: .375, F1High: .625, AUROCLow: nullable.NaN(), AUROCHigh: nullable.Float(math.Inf(1)),
		Flagged: .25, FalseAlarms: .125, FalseAlarmsLow: .0625, FalseAlarmsHigh: .1875, ChanceF1High: .8125,
		ChanceAUROC: .53125, ChanceAUROCHigh: .59375,
	}
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	const text = `{"name":"ss","level":"s3","set":"balanced","rule":"best","variant":"signed, lower tail",` +
		`"f1":0.5,"precision":0.25,"recall":1,"prevalence":0.125,"threshold":null,"threshold_rule":"rule",` +
		`"chance_f1":0.75,"auroc":null,"auprc":0.625,"tpr_at_1_fpr":0.5,"tpr_at_10_fpr":0.75,` +
		`"samples":80,"told":{"poison_share":0.5,"clean":20,"clean_other_classes":90},` +
		`"f1_low":0.375,"f1_high":0.625,"auroc_low":null,"auroc_high":null,` +
		`"flagged":0.25,"false_alarms":0.125,"false_alarms_low":0.0625,"false_alarms_high":0.1875,"chance_f1_95":0.8125,"chance_auroc":0.53125,"chance_auroc_95":0.59375}`
	if diff := cmp.Diff(text, string(data)); diff != "" {
		t.Error(diff)
	}
	var got Score
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	want.AUROCHigh = nullable.NaN()
	if diff := cmp.Diff(want, got, nearly); diff != "" {
		t.Error(diff)
	}
	if err := json.Unmarshal([]byte(`{"name":"ac","rule":"best","f1":1}`), &got); err != nil || got.Name != "ac" || got.F1 != 1 || got.Samples != 0 ||
		!got.TPR1.IsNaN() || !got.TPR10.IsNaN() || !got.F1Low.IsNaN() || !got.F1High.IsNaN() || !got.AUROCLow.IsNaN() || !got.AUROCHigh.IsNaN() ||
		!got.Flagged.IsNaN() || !got.FalseAlarms.IsNaN() || !got.FalseAlarmsLow.IsNaN() || !got.FalseAlarmsHigh.IsNaN() || !got.ChanceF1High.IsNaN() ||
		!got.ChanceAUROC.IsNaN() || !got.ChanceAUROCHigh.IsNaN() {
		t.Errorf("an older file is read as %+v, error %v", got, err)
	}
	for _, text := range []string{`{"name":"ac","rule":"best","f1":"high"}`, `{}`, `{"name":"ac"}`, `{"rule":"best"}`, `{"name":"ac","rule":"worst"}`} {
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s is read without an error", text)
		}
	}
}

func TestTruthAboutOtherSamplesPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("does not panic")
		}
	}()
	Of(ranked([]float64{1, 2}, []bool{true, false}), []bool{true}, Protocol{})
}

// The intervals hold the figures, do not depend on the order of the samples, and
// nearly in on a ranking without errors.
func TestIntervals(t *testing.T) {
	const n = 200
	protocol := Protocol{Resamples: Resamples, Seed: 1}
	scores, flags, malicious := make([]float64, n), make([]bool, n), make([]bool, n)
	for _, c := range []struct {
		name      string
		apart     float64
		low, high nullable.Float // bounds of the AUROC's interval
	}{{"apart", 1000, 1, 1}, {"near", 1, 0.55, 0.95}, {"one", 0, 0.3, 0.7}} {
		r := rand.New(rand.NewPCG(1, 2))
		for i := range scores {
			malicious[i] = i%2 == 0
			scores[i] = math.Round(4*r.NormFloat64()) / 4 // with ties
			if malicious[i] {
				scores[i] += c.apart
			}
			flags[i] = scores[i] > c.apart/2
		}
		got := Of(ranked(scores, flags), malicious, protocol)
		for _, s := range got {
			if !(s.AUROCLow <= s.AUROC && s.AUROC <= s.AUROCHigh && s.F1Low <= s.F1 && s.F1 <= s.F1High) {
				t.Errorf("%s, %s: the intervals of %+v do not hold its AUROC and F1", c.name, s.Rule, s)
			}
		}
		s := got[0]
		if s.AUROCLow < c.low || s.AUROCHigh > c.high {
			t.Errorf("%s: AUROC %v to %v, want within %v to %v", c.name, s.AUROCLow, s.AUROCHigh, c.low, c.high)
		}
		// The standard error of Hanley and McNeil (Radiology 1982) is near.
		if c.name == "near" {
			a := float64(s.AUROC)
			q1, q2 := a/(2-a), 2*a*a/(1+a)
			se := math.Sqrt((a*(1-a) + (n/2-1)*(q1-a*a+q2-a*a)) / (n / 2 * n / 2))
			if width := float64(s.AUROCHigh - s.AUROCLow); math.Abs(width/(2*1.96*se)-1) > 0.15 {
				t.Errorf("width %v, want about %v", width, 2*1.96*se)
			}
		}
		movedScores, movedFlags, movedTruth := make([]float64, n), make([]bool, n), make([]bool, n)
		for i, at := range r.Perm(n) {
			movedScores[i], movedFlags[i], movedTruth[i] = scores[at], flags[at], malicious[at]
		}
		if diff := cmp.Diff(got, Of(ranked(movedScores, movedFlags), movedTruth, protocol)); diff != "" {
			t.Errorf("%s: in another order: %s", c.name, diff)
		}
	}
	for _, s := range Of(ranked([]float64{1, 2, 3}, make([]bool, 3)), []bool{true, false, false}, protocol) {
		if !s.AUROCLow.IsNaN() || !s.F1High.IsNaN() {
			t.Errorf("one malicious sample: %+v, want intervals of NaN", s)
		}
	}
}

// The bounds are SciPy's: binomtest(part, whole).proportion_ci(method="wilson").
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		part, whole int
		low, high   float64
	}{
		{0, 2, 0.0000000000, 0.6576197725},
		{0, 40, 0.0000000000, 0.0876216012},
		{5, 100, 0.0215436792, 0.1117504692},
		{40, 40, 0.9123783988, 1.0000000000},
		{3, 7, 0.1582198553, 0.7495416355},
		{150, 1000, 0.1292100725, 0.1734686584},
	} {
		low, high := Wilson(c.part, c.whole)
		near(t, fmt.Sprintf("lower bound of %d in %d", c.part, c.whole), low, c.low, 1e-9)
		near(t, fmt.Sprintf("upper bound of %d in %d", c.part, c.whole), high, c.high, 1e-9)
	}
	if low, high := Wilson(0, 0); !low.IsNaN() || !high.IsNaN() {
		t.Errorf("of nothing: %v to %v", low, high)
	}
}

// TestChanceGolden compares with testdata/chance.json, by NumPy: the best case of
// some free options and one that is fixed, and that one as the canonical decision.
// Both sides draw, so they agree to within what 1,000 draws can tell.
func TestChanceGolden(t *testing.T) {
	cases := golden.Read[[]struct {
		Name        string
		Positives   int
		Options     [][]float64
		Flags       []bool
		Mean, High  float64
		AUROCMean   float64 `json:"auroc_mean"`
		AUROCHigh   float64 `json:"auroc_high"`
		FlaggedHigh float64 `json:"flagged_high"`
	}](t, "testdata/chance.json")
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			n := len(c.Flags)
			fixed := Decision{Flags: c.Flags, Scores: make([]float64, n)}
			v := Verdict{Canonical: fixed, Options: []Decision{fixed}}
			for _, scores := range c.Options {
				v.Options = append(v.Options, Decision{Scores: scores})
			}
			malicious := make([]bool, n)
			for i := range c.Positives {
				malicious[i] = true
			}
			got := Of(v, malicious, Protocol{Resamples: Resamples, Seed: 3})
			near(t, "mean", got[1].ChanceF1, c.Mean, 0.01)
			near(t, "95th percentile", got[1].ChanceF1High, c.High, 0.02)
			near(t, "mean AUROC", got[1].ChanceAUROC, c.AUROCMean, 0.02)
			near(t, "95th percentile of AUROC", got[1].ChanceAUROCHigh, c.AUROCHigh, 0.02)
			near(t, "mean AUROC of the canonical decision, whose scores are alike", got[0].ChanceAUROC, 0.5, 0)
			near(t, "95th percentile of that", got[0].ChanceAUROCHigh, 0.5, 0)
			near(t, "95th percentile of the canonical decision", got[0].ChanceF1High, c.FlaggedHigh, 0.03)
			near(t, "mean of the canonical decision", got[0].ChanceF1, chanceF1(float64(c.Positives)/float64(n), float64(Count(c.Flags))/float64(n)), 1e-12)

			order := rand.New(rand.NewPCG(1, 2)).Perm(n)
			moved := Verdict{Canonical: Decision{Flags: at(c.Flags, order), Scores: at(fixed.Scores, order)}}
			for _, o := range v.Options {
				moved.Options = append(moved.Options, Decision{Scores: at(o.Scores, order), Flags: at(o.Flags, order)})
			}
			if again := Of(moved, at(malicious, order), Protocol{Resamples: Resamples, Seed: 3}); again[1].ChanceF1 != got[1].ChanceF1 || again[1].ChanceAUROCHigh != got[1].ChanceAUROCHigh || again[0].ChanceF1High != got[0].ChanceF1High {
				t.Errorf("in another order chance is %v, was %v", again[1].ChanceF1, got[1].ChanceF1)
			}
		})
	}
}

// The percentiles are those of 1,000 numbers, of which 50 are above the 95th and 25 on
// either side of the middle 95 %; and of useless scores the AUROC has the spread of a rank
// sum (Mann and Whitney, Ann. Math. Stat. 1947).
func TestPercentiles(t *testing.T) {
	numbers := make([]float64, 1000)
	for i := range numbers {
		numbers[i] = float64((i*7 + 3) % 1000)
	}
	if got := upper(slices.Clone(numbers)); got != 949 {
		t.Errorf("95th percentile %v, want 949, for 50 are above", got)
	}
	if got := middle(numbers); got != (interval{25, 974}) {
		t.Errorf("middle %v, want 25 to 974, for 25 are below and 25 above", got)
	}
	const n = 47
	scores, malicious := make([]float64, 2*n), make([]bool, 2*n)
	for i := range scores {
		scores[i], malicious[i] = float64(i*37%(2*n)), i < n
	}
	got := Of(Verdict{Canonical: Decision{Scores: scores, Flags: make([]bool, 2*n)}, Options: []Decision{{Scores: scores}}}, malicious,
		Protocol{Resamples: 10_000, Seed: 1})
	high := 0.5 + 1.645*math.Sqrt(float64(2*n+1)/float64(12*n*n))
	for _, s := range got {
		near(t, s.Rule+": mean AUROC", s.ChanceAUROC, 0.5, 0.003)
		near(t, s.Rule+": 95th percentile", s.ChanceAUROCHigh, high, 0.005)
	}
}

// at returns the elements at the given places, nil of nil.
func at[T any](x []T, places []int) []T {
	if x == nil {
		return nil
	}
	y := make([]T, len(places))
	for i, place := range places {
		y[i] = x[place]
	}
	return y
}

// Flagging everything is among what a defender chooses from, whatever a detector
// fixes.
func TestBestCaseMayFlagEverything(t *testing.T) {
	v := Verdict{
		Canonical: Decision{Flags: make([]bool, 4), Scores: make([]float64, 4)},
		Options:   []Decision{{Variant: "bad", Scores: []float64{1, 2, 3, 4}, Flags: []bool{false, false, true, false}}},
	}
	got := Of(v, []bool{true, true, false, false}, Protocol{})[1]
	near(t, "F1", got.F1, 2./3, 1e-12)
	if got.Flagged != 1 || got.FalseAlarms != 1 || got.AUROC != 0 || got.Variant != "bad" || !strings.Contains(got.ThresholdRule, "everything") {
		t.Errorf("best is %+v", got)
	}
	if text, err := json.Marshal(got); err != nil || !strings.Contains(string(text), `"threshold":null`) {
		t.Errorf("JSON is %s, error %v", text, err)
	}
}

// A rule that finds no threshold is marked, also where nothing is malicious; one that
// flags nothing by a threshold is not, and no best case is. The mark outlives a file,
// which holds no infinite threshold.
func TestNoThreshold(t *testing.T) {
	for _, malicious := range [][]bool{{true, false, false}, {false, false, false}} {
		for _, threshold := range []float64{5, math.Inf(1)} {
			v := ranked([]float64{1, 2, 3}, make([]bool, 3))
			v.Detector, v.Canonical.Threshold = "d", threshold
			for _, s := range Of(v, malicious, Protocol{}) {
				text, err := json.Marshal(s)
				if err != nil {
					t.Fatal(err)
				}
				var read Score
				if err := json.Unmarshal(text, &read); err != nil {
					t.Fatal(err)
				}
				if want := s.Rule == RuleCanonical && threshold > 5; s.NoThreshold != want || read.NoThreshold != want {
					t.Errorf("threshold %v, %v, %s: %v, read %v, want %v", threshold, malicious, s.Rule, s.NoThreshold, read.NoThreshold, want)
				}
			}
		}
	}
}

// A rule that supposes a minority is marked where there is none, its best case is
// not, and neither is a set without anything malicious.
func TestNoMinority(t *testing.T) {
	scores := []float64{1, 2, 3, 4}
	for _, c := range []struct {
		malicious []bool
		minority  bool
		want      bool
	}{
		{[]bool{true, true, false, false}, true, true},
		{[]bool{true, true, true, false}, true, true},
		{[]bool{true, false, false, false}, true, false},
		{[]bool{false, false, false, false}, true, false},
		{[]bool{true, true, false, false}, false, false},
	} {
		for _, s := range Of(ranked(scores, make([]bool, 4)), c.malicious, Protocol{Minority: c.minority}) {
			if want := c.want && s.Rule == RuleCanonical; s.NoMinority != want {
				t.Errorf("%v, %s: %v, want %v", c.malicious, s.Rule, s.NoMinority, want)
			}
		}
	}
}
