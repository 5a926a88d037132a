package judge

import (
	"context"
	"testing"

	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/internal/nullable"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
	"sdrm/train"
)

// A detector finds no difference between a model and itself; in another model its
// figures are those of the same images there.
func TestDetectorsAreShownTheSameImagesInTheControl(t *testing.T) {
	ctx := context.Background()
	x := asked(t, "badnets")
	model, err := subject.InitialModel(x.Spec)
	if err != nil {
		t.Fatal(err)
	}
	other := &subject.Subject{Model: model, Tests: train.NewEvaluator(model)}
	for _, control := range []*subject.Subject{x, other} {
		scores, _, err := Detect(ctx, Scope{x, control, x.Levels()[2:], []Pair{Protocol, Trigger}}, []string{"ss", "ac-distance", "scale-up"}, Work{})
		if err != nil {
			t.Fatal(err)
		}
		differ := 0
		for _, s := range scores {
			c := s.Control
			if c == nil {
				t.Fatalf("%s of %s by the %s rule: no control", s.Name, s.Set, s.Rule)
			}
			if same := control == x; same && (c.AUROC.Difference != 0 || c.AUROC.Value != s.AUROC || c.Flagged.Difference != 0) {
				t.Errorf("%s of %s differs from itself: %+v", s.Name, s.Set, *c)
			}
			if c.AUROC.Difference != 0 {
				differ++
			}
		}
		if control == other && differ < len(scores)/2 {
			t.Errorf("%d of %d figures differ from those of another model", differ, len(scores))
		}
	}
}

// What the control is compared on is what a detector says of the latents there.
func TestControlOfADetector(t *testing.T) {
	ctx := context.Background()
	x := asked(t, "badnets")
	model, err := subject.InitialModel(x.Spec)
	if err != nil {
		t.Fatal(err)
	}
	other := &subject.Subject{Model: model, Tests: train.NewEvaluator(model)}
	at := x.Levels()[2:]
	scores, _, err := Detect(ctx, Scope{x, other, at, []Pair{Trigger}}, []string{"ss"}, Work{})
	if err != nil || len(scores) != 2 {
		t.Fatalf("scores %v, error %v", scores, err)
	}
	g, err := Collect(ctx, x, at, Trigger)
	if err != nil {
		t.Fatal(err)
	}
	if g, err = g.through(ctx, other.Tests); err != nil {
		t.Fatal(err)
	}
	p, err := newPanel([]string{"ss"}, x, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, rest := p.divide(g.benign.N, x.Images.Poison.Target)
	in := defenses.Input{Latents: tensor.Stack(g.benign.pick(0, rest), g.malicious.pick(0, linalg.Numbers(len(rest)))), ExpectedPoison: 0.5}
	if err := p.inspect(ctx, at[0].Name, Trigger.Set(), in, lastOf(2*len(rest), len(rest)), p.latents...); err != nil {
		t.Fatal(err)
	}
	for i, want := range p.scores {
		c := scores[i].Control
		if c.AUROC.Value != want.AUROC || c.F1.Value != want.F1 || c.Flagged.Value != want.Flagged || c.FalseAlarms.Value != want.FalseAlarms {
			t.Errorf("%s: control %+v, want %+v", want.Rule, *c, want)
		}
	}
}

// Detectors whose rules suppose a minority are named where they saw none.
func TestNoMinorityIsLeft(t *testing.T) {
	of := func(name, set string, prevalence nullable.Float, none bool) score.Score {
		return score.Score{Name: name, Set: set, Rule: score.RuleCanonical, Prevalence: prevalence, NoMinority: none}
	}
	d := Detected{Detectors: []score.Score{of("ac", TestSet, 0.5, true), of("ss", TestSet, 0.5, true), of("ac", mixedSet(10), 0.1, false), of("sr", TestSet, 0.5, false)}}
	if got := d.withoutMinority(); len(got) != 1 || got[0] != "ss" {
		t.Errorf("named %q, want ss", got)
	}
}
