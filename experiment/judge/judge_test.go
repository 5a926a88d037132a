package judge

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/defenses/score"
	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
	"sdrm/experiment/subject"
	"sdrm/train"
)

// trained returns what s names, trained.
func trained(t *testing.T, s spec.Spec, workers int) *subject.Subject {
	t.Helper()
	x, err := subject.New(t.Context(), s, workers)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x.Training()
	if err != nil {
		t.Fatal(err)
	}
	if err := train.New(c).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return x
}

// judged returns what s names, trained, and everything about it.
func judged(t *testing.T, s spec.Spec, workers int) (*subject.Subject, Result) {
	t.Helper()
	x := trained(t, s, workers)
	r, err := Everything(context.Background(), x, Work{})
	if err != nil {
		t.Fatal(err)
	}
	return x, r
}

func text(t *testing.T, r Result) string {
	t.Helper()
	out, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Frozen mode inspects every class of the training set as labelled.
func TestFrozenModeInspectsTheTrainingSet(t *testing.T) {
	s := spectest.Tiny()
	s.Attack.Mode, s.Train.Epochs = "frozen", 1
	_, r := judged(t, s, 2)
	seen := map[string]bool{}
	for _, d := range r.Detectors {
		seen[d.Set] = true
		if d.Set == trainSet(0) && !(d.Prevalence > 0.5) {
			t.Errorf("%s at %s: prevalence %v in the target class, want most", d.Name, d.Level, d.Prevalence)
		}
		if d.Set == trainSet(3) && d.Prevalence != 0 {
			t.Errorf("%s at %s: prevalence %v in another class, want 0", d.Name, d.Level, d.Prevalence)
		}
	}
	for _, k := range r.Skipped {
		seen[k.Set] = true
		if k.Reason == "" {
			t.Errorf("%v has no reason", k)
		}
	}
	for class := range s.Classes() {
		if !seen[trainSet(class)] {
			t.Errorf("nothing is said of %s", trainSet(class))
		}
	}
}

// A model that calls nothing the target leaves nothing to measure: null and a
// reason, never a number.
func TestTooFewSamplesAreStated(t *testing.T) {
	x, err := subject.New(t.Context(), spectest.Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	x.Images.Test = &datasets.Set{Name: "none", Classes: x.Images.Test.Classes, H: 32, W: 32}
	g, err := Collect(context.Background(), x, x.Levels(), Protocol)
	if err != nil {
		t.Fatal(err)
	}
	levels, skipped := distances(context.Background(), x, g, nil, nil)
	if len(levels) != 3 || len(skipped) != 3 || !math.IsNaN(float64(levels[0].MMD.Value)) {
		t.Fatalf("measures %v, skipped %v", levels, skipped)
	}
	line, err := json.Marshal(Levels(levels[:1]))
	if err != nil || string(line) != `[{"level":"s1","mmd":null,"ed":null,"swd":null,"mmd_low":null,"mmd_high":null}]` {
		t.Errorf("%s, %v", line, err)
	}
	scores, skipped, err := Detect(context.Background(), Scope{x, nil, x.Levels(), []Pair{Protocol}}, nil, Work{})
	if err != nil || len(scores) != 0 || len(skipped) != 9 || !strings.Contains(skipped[0].Reason, "0 benign and 0 malicious") {
		t.Errorf("scores %v, skipped %v, error %v", scores, skipped, err)
	}
	if len(scatter(g)) > 0 {
		t.Error("a figure of nothing")
	}
}

// Of a clean model there is no ASR and nothing to compare; every class is
// inspected, and what is flagged is a false alarm. So it is without any rate.
func TestControl(t *testing.T) {
	for _, change := range []func(*spec.Spec){
		func(s *spec.Spec) { s.Attack.Name = attacks.None },
		func(s *spec.Spec) { s.Attack.Rate = 0 },
	} {
		s := spectest.Tiny()
		s.Train.Epochs, s.Train.Batch, s.Data.TrainLimit = 4, 8, 128
		s.Detect.Detectors = []string{"ss", "scale-up"}
		change(&s)
		_, r := judged(t, s, 2)
		if none := s.Attack.Name == attacks.None; !r.Control || r.ASR.IsNaN() != none {
			t.Errorf("%s: control %v, ASR %v, %d samples", s.Attack.Name, r.Control, r.ASR, r.Samples)
		}
		seen := map[string]int{}
		for _, d := range r.Detectors {
			seen[d.Set]++
			if d.Rule != score.RuleCanonical || d.Prevalence != 0 || !d.F1.IsNaN() || d.Flagged != d.FalseAlarms || !(d.FalseAlarmsLow <= d.FalseAlarms && d.FalseAlarms <= d.FalseAlarmsHigh) {
				t.Errorf("%s: %+v", s.Attack.Name, d)
			}
			if d.Name == "ss" && !(d.Flagged >= 0.75) {
				t.Errorf("%s: ss flags %v, want 1.5 times the half that it is told", d.Set, d.Flagged)
			}
		}
		for _, k := range r.Skipped {
			seen[k.Set]++
		}
		for class := range s.Classes() {
			if seen[cleanSet(class)] != 3 {
				t.Errorf("%s: %d scores of %s, want one a level", s.Attack.Name, seen[cleanSet(class)], cleanSet(class))
			}
		}
		if seen[InputSet] != 1 {
			t.Errorf("%s: %d scores of %s, want 1", s.Attack.Name, seen[InputSet], InputSet)
		}
	}
}
