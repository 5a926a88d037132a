package judge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/attacks"
	"sdrm/defenses/score"
	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
	"sdrm/experiment/subject"
	"sdrm/mmd"
	"sdrm/tensor"
	"sdrm/train"
)

var cleanModel *subject.Subject // of asked

// asked returns a model trained without an attack as if it were asked about the
// named one. It calls all of its test images by their labels, and the target is
// what it calls most.
func asked(t *testing.T, attack string) *subject.Subject {
	t.Helper()
	if cleanModel == nil {
		s := spectest.Tiny()
		s.Attack.Name, s.MMD.Lambda = attacks.None, 0
		s.Data.TrainLimit, s.Data.TestLimit, s.Train.Epochs, s.Train.Batch = 160, 120, 3, 8
		x := trained(t, s, 2)
		labelAsCalled(t, x)
		cleanModel = x
	}
	x, images := *cleanModel, *cleanModel.Images
	x.Images = &images
	var err error
	if images.Poison.Attack, err = attacks.New(attack, nil); err != nil {
		t.Fatal(err)
	}
	calls := make([]int, len(images.Test.Classes))
	for _, label := range images.Test.Labels {
		calls[label]++
	}
	images.Poison.Target = slices.Index(calls, slices.Max(calls))
	images.Poison.Rate, x.Spec.Attack.Rate, x.Spec.Attack.Name = 0.3, 0.3, attack
	return &x
}

// everyClass stands for an attack that leads each class to the next.
const everyClass = "badnets, all-to-all"

// Which images a pair compares, of attacks that relabel, are clean-label, or on one
// class, on every class, and of none.
func TestPairs(t *testing.T) {
	ctx := context.Background()
	for _, attack := range []string{"blended", "sig", "tact", everyClass, attacks.None} {
		x := asked(t, strings.TrimSuffix(attack, ", all-to-all"))
		if attack == everyClass {
			x.Images.Poison.Attack = x.Images.Poison.Attack.LabelledAllToAll()
		}
		test, target := x.Images.Test, x.Images.Poison.Target
		others := func(place int) bool {
			class, counts := x.Images.Poison.Wanted(test.Labels[place])
			return counts && class == target || attack == attacks.None && test.Labels[place] != target
		}
		own := test.Places(func(label int) bool { return label == target })
		at := x.Levels()[:1]
		groups := map[Pair]*Groups{}
		for _, pair := range pairs {
			g, err := Collect(ctx, x, at, pair)
			if err != nil {
				t.Fatal(err)
			}
			groups[pair] = g
			want := own
			if pair == Trigger && attack != attacks.None {
				want, _ = alternate(own)
			}
			if !slices.Equal(g.benign.places, want) {
				t.Errorf("%s, %s: benign are %v, want %v", attack, pair, g.benign.places, want)
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
		if _, odd := alternate(own); !slices.Equal(trigger.malicious.places, odd) || len(odd) == 0 {
			t.Errorf("%s: the images %v have the trigger, want the others of %v", attack, trigger.malicious.places, own)
		}
		if a, b := trigger.Benign(0), trigger.Malicious(0); slices.Equal(a.Data[:a.Rows*a.Cols], b.Data[:b.Rows*b.Cols]) {
			t.Errorf("%s: the trigger changes nothing", attack)
		}
	}
}

// Measures and detectors name the pair, and say of one that there is not why.
func TestEveryPairIsMeasuredAndInspected(t *testing.T) {
	ctx := context.Background()
	m := Measures{Kernel: "prototype", Estimator: mmd.Biased.String()}
	x := asked(t, "badnets")
	d, err := Measure(ctx, Scope{x, nil, x.Levels()[:2], pairs}, m, Work{})
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
	scores, skipped, err := Detect(ctx, Scope{x, nil, x.Levels()[:1], []Pair{Trigger, Content}}, []string{"ss", "scale-up"}, Work{})
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

	x = asked(t, attacks.None)
	d, err = Measure(ctx, Scope{x, nil, x.Levels()[:1], pairs}, m, Work{})
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

// A run less itself is 0 everywhere, with a control that is another model it is
// what both measures say, and the same images are compared.
func TestControlIsMeasuredOnTheSameImages(t *testing.T) {
	ctx := context.Background()
	m := Measures{Kernel: "prototype", Estimator: mmd.Biased.String(), Resamples: 20}
	x := asked(t, "badnets")
	model, err := subject.InitialModel(x.Spec)
	if err != nil {
		t.Fatal(err)
	}
	other := &subject.Subject{Tests: train.NewEvaluator(model)}
	at := x.Levels()[:1]
	for _, control := range []*subject.Subject{x, other} {
		d, err := Measure(ctx, Scope{x, control, at, []Pair{Trigger}}, m, Work{})
		if err != nil {
			t.Fatal(err)
		}
		g, err := Collect(ctx, x, at, Trigger)
		if err != nil {
			t.Fatal(err)
		}
		g, err = g.through(ctx, control.Tests)
		if err != nil {
			t.Fatal(err)
		}
		want := m.tests(ctx, g.Benign(0), g.Malicious(0), x.Spec.Detect.Projections, x.Spec.Seed)
		l := d.Levels[0]
		for i, e := range []Evidence{l.MMD, l.ED, l.SWD, l.MaxSWD} {
			c := e.Control
			if float64(c.Value) != want[i].Value || c.Difference != e.Value-c.Value || !(c.Low <= c.High) {
				t.Errorf("measure %d: %v, control %+v, want %v", i, e.Value, *c, want[i].Value)
			}
			if same := control == x; same != (c.Difference == 0) || same && !(c.Low <= 0 && c.High >= 0) {
				t.Errorf("measure %d: with itself %v: the difference is %+v", i, same, *c)
			}
		}
	}
}

func TestWarnings(t *testing.T) {
	ctx := context.Background()
	none, err := attacks.New(attacks.None, nil)
	if err != nil {
		t.Fatal(err)
	}
	useless := asked(t, "badnets") // as no trigger can be
	useless.Images.Poison.Attack.Trigger = none.Trigger
	for _, c := range []struct {
		x     *subject.Subject
		sizes map[Pair]int
		want  []string // their beginnings
	}{
		{asked(t, attacks.None), map[Pair]int{Content: 50}, nil},
		{asked(t, attacks.None), map[Pair]int{Content: 49}, []string{"pair content: 49 samples of each kind, want at least 50"}},
		{asked(t, "badnets"), map[Pair]int{Protocol: 50}, nil}, // leads even this model to its target
		{useless, map[Pair]int{Trigger: 3, Protocol: 7, Content: 80}, []string{"pair protocol: 7 ", "pair trigger: 3 ", "ASR "}},
	} {
		got, err := warnings(ctx, c.x, c.sizes)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(got, c.want, strings.HasPrefix) {
			t.Errorf("%s: warnings %q, want %q", c.x.Spec.Attack.Name, got, c.want)
		}
	}
	d := Detected{Detectors: []score.Score{{Set: TestSet, Samples: 40}, {Set: "test-class-1", Samples: 4}}}
	if err := d.Warn(ctx, asked(t, attacks.None)); err != nil || !slices.Equal(d.Warnings, []string{"pair protocol: 20 samples of each kind, want at least 50"}) {
		t.Errorf("warnings %q, error %v", d.Warnings, err)
	}
}

// Latents are next to one point if they hardly differ beside their length, whatever it is.
func TestOnePoint(t *testing.T) {
	for _, c := range []struct {
		rows [][]float32
		want string // in the warning
	}{
		{[][]float32{{1, 2}, {1, 2}, {1, 2}}, "s2: benign latents are next to one point, two differ by 0.000 "},
		{[][]float32{{0, 0}, {0, 0}}, "two differ by 0.000 "},
		{[][]float32{{1000, 0}, {1000, 40}}, "two differ by 0.040 "},
		{[][]float32{{1e-6, 0}, {1e-6, 4e-8}}, "two differ by 0.040 "},
		{[][]float32{{1000, 0}, {1000, 60}}, ""},
		{[][]float32{{1, 0}, {0, 1}}, ""},
		{[][]float32{{1, 2}}, ""}, // one latent is always a point
	} {
		got := onePoint("s2", tensor.Matrix(slices.Concat(c.rows...), len(c.rows), len(c.rows[0])))
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%v: %q, want %q", c.rows, got, c.want)
		}
	}
}

// An ASR is more than chance if its interval is, not if it is.
func TestNearChance(t *testing.T) {
	for _, c := range []struct {
		images int
		want   string
	}{{20, "ASR 0.200 [0.081, 0.416] is near chance: without the trigger the model calls 0.100 of"}, {200, ""}} {
		if got := nearChance(0.2, 0.1, c.images); !strings.HasPrefix(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("of %d images: %q, want %q", c.images, got, c.want)
		}
	}
}
