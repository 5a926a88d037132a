package judge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/attacks"
	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
	"sdrm/experiment/subject"
)

// clean returns a model trained without an attack, which calls images by many
// names.
func clean(t *testing.T) *subject.Subject {
	t.Helper()
	s := spectest.Tiny()
	s.Attack.Name, s.MMD.Lambda = attacks.None, 0
	s.Data.TrainLimit, s.Data.TestLimit, s.Train.Epochs, s.Train.Batch = 160, 200, 3, 8
	return trained(t, s, 2)
}

// asked returns a subject of the attack with that model, which calls all of the
// test images by their labels, and the target what it calls most.
func asked(t *testing.T, model *subject.Subject, attack string) *subject.Subject {
	t.Helper()
	s := model.Spec
	s.Attack.Name, s.Attack.Rate = attack, 0.3
	x, err := subject.New(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	x.Model, x.Tests = model.Model, model.Tests
	labelAsCalled(t, x)
	calls := make([]int, len(x.Images.Test.Classes))
	for _, label := range x.Images.Test.Labels {
		calls[label]++
	}
	most := slices.Index(calls, slices.Max(calls))
	x.Images.Poison.Target, x.Spec.Attack.Target = most, most
	return x
}

// Which images a pair compares, of attacks that relabel, are clean-label, or on one
// class, and of none.
func TestPairs(t *testing.T) {
	ctx := context.Background()
	model := clean(t)
	for _, attack := range []string{"blended", "sig", "tact", attacks.None} {
		x := asked(t, model, attack)
		test, target := x.Images.Test, x.Images.Poison.Target
		others := func(place int) bool {
			_, counts := x.Images.Poison.Wanted(test.Labels[place])
			return counts || attack == attacks.None && test.Labels[place] != target
		}
		at := x.Levels()[:1]
		groups := map[Pair]*Groups{}
		for _, pair := range pairs {
			g, err := Collect(ctx, x, at, pair)
			if err != nil {
				t.Fatal(err)
			}
			groups[pair] = g
			if own := test.Places(func(label int) bool { return label == target }); !slices.Equal(g.benign.places, own) {
				t.Errorf("%s, %s: benign are %v, want %v", attack, pair, g.benign.places, own)
			}
			if g.benign.N != len(g.benign.places) || g.malicious.N != len(g.malicious.places) || g.N != min(g.benign.N, g.malicious.N) {
				t.Errorf("%s, %s: %d of %d and %d latents", attack, pair, g.N, g.benign.N, g.malicious.N)
			}
		}

		content := groups[Content].malicious
		want := slices.DeleteFunc(test.Places(func(int) bool { return true }), func(place int) bool { return !others(place) })
		want = want[:min(len(want), groups[Content].benign.N)]
		if content.edit != nil || !slices.Equal(content.places, want) {
			t.Errorf("%s: others are %v, want %v", attack, content.places, want)
		}
		if attack == attacks.None {
			for _, pair := range []Pair{Protocol, Trigger} {
				if reason := groups[pair].tooFew(1); reason != "nothing is malicious where there is no attack" {
					t.Errorf("%s: %q", pair, reason)
				}
			}
			continue
		}
		trigger := groups[Trigger]
		if diff := cmp.Diff(trigger.benign.places, trigger.malicious.places); diff != "" {
			t.Errorf("%s: other images have the trigger: %s", attack, diff)
		}
		if a, b := trigger.Benign(0), trigger.Malicious(0); slices.Equal(a.Data[:a.Rows*a.Cols], b.Data[:b.Rows*b.Cols]) {
			t.Errorf("%s: the trigger changes nothing", attack)
		}
	}
}

// Measures and detectors name the pair, and say of one that there is not why.
func TestEveryPairIsMeasuredAndInspected(t *testing.T) {
	ctx := context.Background()
	m := Measures{Kernel: "prototype", Estimator: EstimatorBiased}
	model := clean(t)
	x := asked(t, model, "badnets")
	d, err := Measure(ctx, x, x.Levels()[:2], pairs, m)
	if err != nil {
		t.Fatal(err)
	}
	var found []Pair
	for _, l := range d.Levels {
		found = append(found, l.Pair)
		if l.Samples >= 2 && !(l.MMD.Value >= 0) {
			t.Errorf("%s at %s: %d samples, MMD² %v", l.Pair, l.Level, l.Samples, l.MMD.Value)
		}
	}
	if diff := cmp.Diff(slices.Concat(pairs, pairs), found); diff != "" {
		t.Error(diff)
	}
	scores, skipped, err := Detect(ctx, x, x.Levels()[:1], []Pair{Trigger, Content}, []string{"ss", "scale-up"})
	if err != nil {
		t.Fatal(err)
	}
	sets := map[string]int{}
	for _, s := range scores {
		sets[s.Set]++
	}
	for _, s := range skipped {
		sets[s.Set]++
	}
	if sets["test-trigger"] == 0 || sets["test-content"] == 0 || len(sets) != 2 {
		t.Errorf("inspected %v", sets)
	}

	x = asked(t, model, attacks.None)
	d, err = Measure(ctx, x, x.Levels()[:1], pairs, m)
	if err != nil || len(d.Skipped) != 2 || d.Skipped[1].Set != "test-trigger" || !strings.Contains(d.Skipped[1].Reason, "no attack") {
		t.Errorf("skipped %+v, error %v", d.Skipped, err)
	}
}

func TestFindPairs(t *testing.T) {
	for name, want := range map[string][]Pair{"content": {Content}, "all": {Protocol, Trigger, Content}} {
		if got, err := FindPairs(name); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	_, err := FindPairs("both")
	var field *spec.FieldError
	if !errors.As(err, &field) || err.Error() != `pair: found "both", want one of protocol, trigger, content, all` {
		t.Errorf("error %v", err)
	}
}
