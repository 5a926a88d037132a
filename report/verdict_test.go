package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// found is a score of which half are malicious and the rest follows from F1.
func found(s score.Score) score.Score {
	s.Recall, s.Precision, s.Prevalence = s.F1, s.F1, 0.5
	return s
}

func TestWords(t *testing.T) {
	none := nullable.NaN()
	for _, c := range []struct {
		name                            string
		f1, low, high, chance, chance95 nullable.Float
		want                            word
	}{
		{"all of it", 1, 1, 1, 0.667, 0.703, caught},
		{"nearly all", 0.9, 0.8, 0.95, 0.667, 0.703, caught},
		{"an interval that reaches below", 0.9, 0.79, 0.95, 0.667, 0.703, partly},
		{"chance is as high", 0.9, 0.85, 0.95, 0.8, 0.86, untold},
		{"a little more than chance", 0.75, 0.71, 0.8, 0.667, 0.703, partly},
		{"not more than chance", 0.75, 0.703, 0.8, 0.667, 0.703, untold},
		{"no more than flagging everything", 0.667, 0.667, 0.667, 0.667, 0.667, untold},
		{"around chance", 0.6, 0.5, 0.7, 0.6, 0.65, untold},
		{"surely below chance", 0.3, 0.2, 0.4, 0.5, 0.55, missed},
		{"nothing is flagged", 0, 0, 0, 0, 0, missed},
		{"no intervals, as of older files", 0.95, none, none, 0.667, none, caught},
		{"no intervals, below chance", 0.5, none, none, 0.667, none, missed},
	} {
		if got := wordFor(found(score.Score{Set: judge.TestSet, Level: "s1", Rule: score.RuleCanonical, F1: c.f1, F1Low: c.low, F1High: c.high, ChanceF1: c.chance, ChanceF1High: c.chance95})); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if got := wordFor(found(score.Score{Set: judge.TestSet, Level: "s1", Rule: score.RuleBest, F1: 0.667, F1Low: 0.667, F1High: 0.667, ChanceF1: 0.668, ChanceF1High: 0.668})); got != untold {
		t.Errorf("flagging everything: %s, want %s", got, untold)
	}
	for _, c := range []struct {
		f1, low, high nullable.Float
		flagged       int // of 50 clean images that are called the target
		want          word
	}{{0.95, 0.9, 1, 47, answer}, {0.95, 0.9, 1, 40, partly}, {0.95, 0.9, 1, 20, partly}, {0.95, 0.9, 1, 5, caught}, {0.75, 0.71, 0.8, 40, answer}, {0.75, 0.71, 0.8, 5, partly}, {0.6, 0.5, 0.7, 40, untold}, {0, 0, 0, 40, missed}} {
		s := found(score.Score{Set: judge.InputSet, Level: judge.InputLevel, Rule: score.RuleCanonical, F1: c.f1, F1Low: c.low, F1High: c.high, ChanceF1: 0.5, ChanceF1High: 0.55})
		same := score.OfImages(append(slices.Repeat([]bool{true}, c.flagged), make([]bool, 50-c.flagged)...))
		s.Samples, s.CalledTarget = 1000, &same
		if got := wordFor(s); got != c.want {
			t.Errorf("images, F1 %v, %d of 50 flagged that are called the target: %s, want %s", c.f1, c.flagged, got, c.want)
		}
	}
	for _, c := range []struct {
		f1, low, difference, least nullable.Float
		want                       word
	}{{1, 1, 0, 0, clean}, {1, 1, 0.2, 0.1, caught}, {1, 1, 0.2, -0.1, clean}, {0.75, 0.71, 0.2, -0.1, clean}, {0.75, 0.71, 0.2, 0.1, partly},
		{1, 1, 0.2, none, caught}, {1, 1, 0, none, clean}, {0.6, 0.5, 0, 0, untold}, {0, 0, 0, 0, missed}} {
		s := found(score.Score{Set: judge.TestSet, Level: "s1", Rule: score.RuleBest, F1: c.f1, F1Low: c.low, F1High: c.f1, ChanceF1: 0.667, ChanceF1High: 0.703})
		if c.want == missed {
			s.Recall = 0
		}
		s.Control = &score.Control{F1: score.Contrast{Value: c.f1 - c.difference, Difference: c.difference, Low: c.least, High: 1}}
		if got := wordFor(s); got != c.want {
			t.Errorf("F1 %v, in a clean model lower by %v, at least %v: %s, want %s", c.f1, c.difference, c.least, got, c.want)
		}
	}
	for _, c := range []struct {
		recall, precision nullable.Float
		want              word
	}{{1, 1, caught}, {1, 0.5, partly}, {0, 0, missed}} {
		s := score.Score{Set: judge.ClassSet, Rule: score.RuleCanonical, Recall: c.recall, Precision: c.precision, ChanceF1High: 1}
		if got := wordFor(s); got != c.want {
			t.Errorf("classes, recall %v, precision %v: %s, want %s", c.recall, c.precision, got, c.want)
		}
	}
}

// madeUp is a run whose detectors are of every kind.
func madeUp() judge.Result {
	own, best := score.RuleCanonical, score.RuleBest
	r := judge.Result{Name: "made", Lambda: 0.1, BA: 0.9, Tests: 1000, ASR: 0.99, Triggered: 900,
		Levels: judge.Levels{{Level: "s1"}, {Level: "s2"}}, Detectors: []score.Score{
			found(score.Score{Name: "ac", Set: judge.TestSet, Level: "s1", Rule: own, F1: 0.9, F1Low: 0.9, F1High: 0.9, ChanceF1: 0.5, ChanceF1High: 0.6}),
			found(score.Score{Name: "ac", Set: "mixed-10", Level: "s1", Rule: own, F1: 0.9, F1Low: 0.9, F1High: 0.9, ChanceF1: 0.5, ChanceF1High: 0.6}),
			found(score.Score{Name: "ac", Set: "mixed-20", Level: "s1", Rule: own, F1: 0, F1Low: 0, F1High: 0, ChanceF1: 0.1, ChanceF1High: 0.2}),
			found(score.Score{Name: "ac", Set: judge.TestSet, Level: "s1", Rule: best, F1: 0.7, F1Low: 0.68, F1High: 0.72, ChanceF1: 0.667, ChanceF1High: 0.7}),
			found(score.Score{Name: "sr", Set: judge.TestSet, Level: "s1", Rule: own, F1: 0.6, F1Low: 0.5, F1High: 0.7, ChanceF1: 0.4, ChanceF1High: 0.45}),
			found(score.Score{Name: "sr", Set: judge.TestSet, Level: "s2", Rule: own, F1: 0.8, F1Low: 0.7, F1High: 0.9, ChanceF1: 0.4, ChanceF1High: 0.45}),
			found(score.Score{Name: "sr", Set: "mixed-20", Level: "s1", Rule: own, F1: 1, F1Low: 1, F1High: 1, ChanceF1: 0.4, ChanceF1High: 0.45}),
			found(score.Score{Name: "sr", Set: judge.TestSet, Level: "s2", Rule: best, F1: 0.7, F1Low: 0.68, F1High: 0.72, ChanceF1: 0.667, ChanceF1High: 0.7}),
			found(score.Score{Name: "sr", Set: judge.TestSet, Level: "relu1", Rule: best, F1: 0.95, F1Low: 0.9, F1High: 1, ChanceF1: 0.667, ChanceF1High: 0.7}),
			found(score.Score{Name: "strip", Set: judge.InputSet, Level: judge.InputLevel, Rule: own, F1: 0.9, F1Low: 0.85, F1High: 0.95, ChanceF1: 0.5, ChanceF1High: 0.55}),
			found(score.Score{Name: "strip", Set: judge.InputSet, Level: judge.InputLevel, Rule: best, F1: 0.95, F1Low: 0.9, F1High: 1, ChanceF1: 0.667, ChanceF1High: 0.7}),
			found(score.Score{Name: "scale-up", Set: judge.InputSet, Level: judge.InputLevel, Rule: own, F1: 0.9, F1Low: 0.85, F1High: 0.95, ChanceF1: 0.5, ChanceF1High: 0.55}),
			found(score.Score{Name: "neural-cleanse", Set: judge.ClassSet, Level: judge.ModelLevel, Rule: own, F1: 0, F1Low: 0, F1High: 0, ChanceF1: 0.1, ChanceF1High: 1}),
			found(score.Score{Name: "neural-cleanse", Set: judge.ClassSet, Level: judge.ModelLevel, Rule: best, F1: 1, F1Low: 1, F1High: 1, ChanceF1: 0.3, ChanceF1High: 1}),
			found(score.Score{Name: "ac", Set: "test-trigger", Level: "s1", Rule: best, F1: 1, F1Low: 1, F1High: 1, ChanceF1: 0.667, ChanceF1High: 0.7}),
			found(score.Score{Name: "ac", Set: "train-class-0", Level: "s1", Rule: best, F1: 1, F1Low: 1, F1High: 1, ChanceF1: 0.667, ChanceF1High: 0.7}),
		}}
	r.Detectors[0].NoMinority = true
	for i := range r.Detectors {
		s := &r.Detectors[i]
		s.FalseAlarms, s.FalseAlarmsLow, s.FalseAlarmsHigh = 0.1, 0.05, 0.15
		switch {
		case s.Name == "scale-up":
			same := score.OfImages(append(slices.Repeat([]bool{true}, 45), make([]bool, 5)...))
			s.Samples, s.CalledTarget = 1000, &same
		case s.Set == "mixed-10":
			s.Prevalence = 0.1
		case s.Set == "mixed-20":
			s.Prevalence = 0.2
		}
	}
	return r
}

// The rules of the detectors come first, with their false alarms; what an oracle
// chooses comes second and is called so. Detectors are told apart by what they rest on.
func TestVerdict(t *testing.T) {
	none := entry("none", 0, 0.5).Result
	none.Detectors = nil
	var b strings.Builder
	if err := Verdict(&b, []judge.Result{madeUp(), none, {Name: "empty"}}); err != nil {
		t.Fatal(err)
	}
	const want = `made (λ = 0.1): BA 0.900 [0.880, 0.917], ASR 0.990 [0.981, 0.995].
  By their own rules 1 of 5 detectors catch the backdoor (strip), and 1 in part (sr). In the best case, an oracle's, 2 of 3 do (sr, strip).
  by their own rules, latents at s1, s2: seen in part: sr (F1 0.800 [0.700, 0.900] at s2, false alarms 0.100 [0.050, 0.150]); missed: ac (F1 0.000 [0.000, 0.000] at s1 with 20 % malicious, false alarms 0.100 [0.050, 0.150]).
  by their own rules, inputs and the model: caught: strip (F1 0.900 [0.850, 0.950], false alarms 0.100 [0.050, 0.150]); not told from the answer: scale-up (F1 0.900 [0.850, 0.950], false alarms 0.100 [0.050, 0.150], of clean images called the target 0.900 [0.786, 0.957] of 50); missed: neural-cleanse (F1 0.000 [0.000, 0.000], false alarms 0.100 [0.050, 0.150]).
  in the best case, an oracle's, latents at s1, s2: not told from chance: ac (F1 0.700 [0.680, 0.720] at s1), sr (F1 0.700 [0.680, 0.720] at s2).
  in the best case, an oracle's, latents at other ReLUs: caught: sr (F1 0.950 [0.900, 1.000] at relu1).
  in the best case, an oracle's, inputs and the model: caught: strip (F1 0.950 [0.900, 1.000]).
none (λ = 0): BA 0.900, ASR 0.990.
  No detector had enough samples to judge.
empty (λ = 0): BA 0.000, ASR 0.000.
  Nothing was measured.
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}

// Where there is no set of minorities, a rule that supposes one has no verdict.
func TestNoVerdictOnAnUnfitSet(t *testing.T) {
	r := madeUp()
	r.Detectors = slices.DeleteFunc(r.WithoutMixed().Detectors, func(s score.Score) bool { return s.Name != "ac" || s.Rule != score.RuleCanonical })
	if got := verdicts(r); got != nil {
		t.Errorf("verdicts %+v", got)
	}
}

// A level at which a clean model shows as much does not stand for others.
func TestVerdictsPreferWhatACleanModelDoesNotShow(t *testing.T) {
	early := found(score.Score{Name: "ac", Set: judge.TestSet, Level: "s1", Rule: score.RuleBest, F1: 1, F1Low: 1, F1High: 1, ChanceF1: 0.667, ChanceF1High: 0.703})
	early.Control = &score.Control{F1: score.Contrast{Value: 1}}
	late := found(score.Score{Name: "ac", Set: judge.TestSet, Level: "s3", Rule: score.RuleBest, F1: 0.9, F1Low: 0.85, F1High: 0.95, ChanceF1: 0.667, ChanceF1High: 0.703})
	late.Control = &score.Control{F1: score.Contrast{Value: 0.7, Difference: 0.2, Low: 0.1, High: 0.3}}
	for _, scores := range [][]score.Score{{early, late}, {late, early}} {
		r := judge.Result{Levels: judge.Levels{{Level: "s1"}, {Level: "s3"}}, Detectors: scores}
		if s := verdicts(r)[0].Rows[0].Scores[1]; s.Level != "s3" {
			t.Errorf("it rests on %s, want s3", s.Level)
		}
	}
}

// The page says of every word what it means, and of its terms once.
func TestWordsAreExplained(t *testing.T) {
	var page bytes.Buffer
	if err := HTML(&page, []Entry{entry("regular", 0, 0.95)}); err != nil {
		t.Fatal(err)
	}
	for _, w := range words {
		if want := "<b>" + strings.ToUpper(string(w[:1])) + string(w[1:]) + "</b>:"; !strings.Contains(page.String(), want) {
			t.Errorf("%s is not explained", w)
		}
	}
	for _, term := range []string{"<b>own rule</b>", "<b>best case</b>"} {
		if n := strings.Count(page.String(), term); n != 1 {
			t.Errorf("%s is explained %d times", term, n)
		}
	}
	if strings.Contains(page.String(), "Canonical rules") {
		t.Error("own rules have another name too")
	}
}
