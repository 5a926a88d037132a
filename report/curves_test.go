package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// A panel shows both rules where they stand, and the scores upwards and downwards.
func TestPanels(t *testing.T) {
	e := entry("regular", 0, 0.95)
	levels := curveLevels([]judge.Result{e.Result, e.Result}, []int{0, 1})
	if len(levels) != 2 || levels[0].Open || !levels[1].Open || len(levels[1].Panels) != 1 || len(levels[1].Panels[0].ROCs) != 2 {
		t.Fatalf("levels %+v", levels)
	}
	p := levels[1].Panels[0]
	r, h := p.ROCs[1], p.Histograms[1]
	if r.Run != 1 || r.Points != "8,192 8,8 192,8" || r.Own != "" || r.Rates != [len(alarmRates)]string{"1.00", "1.00", "1.00", "1.00", "1.00"} {
		t.Errorf("ROC %+v", r)
	}
	if o := r.Rules[0]; o.X != 44.8 || o.Y != 63.2 { // false alarms 0.2, recall 0.7
		t.Errorf("own rule at %v, %v", o.X, o.Y)
	}
	if h.Benign != "M4 66V4h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66h16V66z" {
		t.Errorf("benign %s", h.Benign)
	}
	if want := (cut{true, 244, "0.5"}); h.Own != want || h.Best != want || h.Low != "-1" || h.High != "1" {
		t.Errorf("histogram %+v, want cuts %+v", h, want)
	}
	clean := score.Score{Curve: &score.Curve{Alarms: score.Counts{0, 5}, Hits: score.Counts{0, 0}}}
	if r := newROC(0, "clean", clean, clean); r.Rates != [len(alarmRates)]string{missing, missing, missing, missing, missing} {
		t.Errorf("without anything malicious: rates %v", r.Rates)
	}
	e.Result.Detectors[0].Curve = nil
	if got := curveLevels([]judge.Result{e.Result}, []int{0}); len(got) != 1 || got[0].Level != "s2" {
		t.Errorf("levels of a score without a curve: %+v", got)
	}
}

func TestReadROC(t *testing.T) {
	c := &score.Curve{Alarms: score.Counts{0, 0, 5, 10, 10}, Hits: score.Counts{0, 2, 6, 6, 8}}
	for rate, want := range map[float64]nullable.Float{0: 0.25, 0.49: 0.25, 0.5: 0.75, 0.99: 0.75, 1: 1} {
		if got := readROC(c, rate); got != want {
			t.Errorf("at %v: %v, want %v", rate, got, want)
		}
	}
}

// A heat map has the runs side by side; a detector that looks at no level takes all
// columns of its run, and of a clean model there are false alarms alone.
func TestHeatmap(t *testing.T) {
	of := func(name, set, level, rule string, auroc nullable.Float) score.Score {
		return score.Score{Name: name, Set: set, Level: level, Rule: rule, AUROC: auroc, F1: 0.25, FalseAlarms: 0.125, Prevalence: 0.5, Samples: 10}
	}
	r := judge.Result{Name: "r", Detectors: []score.Score{
		of("ac", judge.TestSet, "s1", score.RuleCanonical, 0.3), of("ac", judge.TestSet, "s1", score.RuleBest, 0.95),
		of("ac", judge.TestSet, "s2", score.RuleBest, 0.4), of("ac", "mixed-20", "s1", score.RuleBest, 1),
		of("strip", judge.InputSet, judge.InputLevel, score.RuleBest, nullable.NaN()),
		of("neural-cleanse", judge.ClassSet, judge.ModelLevel, score.RuleCanonical, 1), of("neural-cleanse", judge.ClassSet, judge.ModelLevel, score.RuleBest, 1),
	}}
	r.Detectors[0].NoMinority = true
	clean := of("ac", "test-class-0", "s1", score.RuleCanonical, nullable.NaN())
	clean.Prevalence, clean.Flagged = 0, 0.5
	control := judge.Result{Name: "c", Control: true, Detectors: []score.Score{clean}}
	fitted := clean
	fitted.Name, fitted.Set = "knn", "train-class-0" // images that the model was fitted to are not shown
	control.Detectors = append(control.Detectors, fitted)
	got := newHeatmap([]judge.Result{control, r}, []int{1, 0})
	want := heatmap{
		Runs: []heatColumns{{Run: 1, Name: "r", Origin: "λ = 0", Levels: []string{"s1", "s2"}}, {Run: 0, Name: "c", Origin: "λ = 0", Levels: []string{"s1"}}},
		Rows: []heatRow{
			{"ac", []heatCell{{Span: 1, First: true, Heat: 9, AUROC: "0.95", F1: "0.25", Alarms: "0.12", Unfit: " *"}, {Span: 1, Heat: 0, AUROC: "0.40"},
				{Span: 1, First: true, Heat: -1, Alarms: "0.50"}}},
			{"strip", []heatCell{{Span: 2, First: true, Heat: -1, AUROC: missing}, {Span: 1, First: true, Absent: true, Heat: -1}}},
			{"neural-cleanse", []heatCell{{Span: 2, First: true, Heat: -1, AUROC: missing, F1: "0.25", Alarms: "0.12"}, {Span: 1, First: true, Absent: true, Heat: -1}}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
