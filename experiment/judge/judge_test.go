package judge

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"sdrm/datasets"
	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
	"sdrm/experiment/subject"
	"sdrm/train"
)

// trained returns what s names, trained.
func trained(t *testing.T, s spec.Spec, workers int) *subject.Subject {
	t.Helper()
	x, err := subject.New(s, workers)
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
	r, err := Everything(context.Background(), x)
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
	x, err := subject.New(spectest.Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	x.Images.Test = &datasets.Set{Name: "none", Classes: x.Images.Test.Classes, H: 32, W: 32}
	g, err := Collect(context.Background(), x, x.Levels())
	if err != nil {
		t.Fatal(err)
	}
	levels, skipped := distances(x, g, nil)
	if len(levels) != 3 || len(skipped) != 3 || !math.IsNaN(float64(levels[0].MMD.Value)) {
		t.Fatalf("measures %v, skipped %v", levels, skipped)
	}
	line, err := json.Marshal(Levels(levels[:1]))
	if err != nil || string(line) != `[{"level":"s1","mmd":null,"ed":null,"swd":null}]` {
		t.Errorf("%s, %v", line, err)
	}
	scores, skipped, err := Detect(context.Background(), x, x.Levels(), nil)
	if err != nil || len(scores) != 0 || len(skipped) != 9 || !strings.Contains(skipped[0].Reason, "0 benign and 0 malicious") {
		t.Errorf("scores %v, skipped %v, error %v", scores, skipped, err)
	}
	if len(scatter(g)) > 0 {
		t.Error("a figure of nothing")
	}
}
