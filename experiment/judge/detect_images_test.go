package judge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/defenses/score"
	"sdrm/experiment/spec/spectest"
	"sdrm/experiment/subject"
)

// A run whose spec names detectors of images judges by them, and judging it
// anew, with other workers, finds the same.
func TestDetectorsOfImages(t *testing.T) {
	s := spectest.Tiny()
	s.Detect.Detectors = []string{"scale-up", "ac", "frequency", "ted"}
	_, r := judged(t, s, 1)
	seen := map[string]int{}
	for _, d := range r.Detectors {
		if d.Set != InputSet {
			continue
		}
		seen[d.Name]++
		if d.Level != InputLevel || d.Prevalence != 0.5 {
			t.Errorf("%s: level %q, prevalence %v, want %q and one half", d.Name, d.Level, d.Prevalence, InputLevel)
		}
	}
	if diff := cmp.Diff(map[string]int{"scale-up": 2, "frequency": 2}, seen); diff != "" {
		t.Errorf("scores: %s", diff)
	}
	last := r.Skipped[len(r.Skipped)-1] // 40 clean images are no bank
	if last.Name != "ted" || last.Set != InputSet || last.Level != InputLevel || !strings.Contains(last.Reason, "expected at least 4") {
		t.Errorf("skipped last: %+v", last)
	}

	x := trained(t, s, 3)
	ctx, cancel := context.WithCancel(context.Background())
	scores, skipped, err := Detect(ctx, Scope{x, nil, x.Levels(), []Pair{Protocol}}, nil, Work{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text(t, Result{Detectors: r.Detectors, Skipped: r.Skipped}), text(t, Result{Detectors: scores, Skipped: skipped})); diff != "" {
		t.Errorf("judged anew: %s", diff)
	}
	scores, _, err = Detect(ctx, Scope{x, nil, x.Levels(), []Pair{Protocol}}, []string{"scale-up"}, Work{})
	if err != nil || len(scores) != 2 || scores[0].Name != "scale-up" {
		t.Errorf("one detector: scores %v, error %v", scores, err)
	}
	cancel()
	if _, _, err := Detect(ctx, Scope{x, nil, x.Levels(), []Pair{Protocol}}, []string{"strip"}, Work{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v after the context ended", err)
	}
}

// The clean images that the defender holds are none of the inspected ones.
func TestCleanImagesAreNotInspected(t *testing.T) {
	x, err := subject.New(t.Context(), spectest.Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	in, malicious, called, err := imageInput(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	if n := in.CleanImages.Shape.N(); n != 40 || len(in.CleanLabels) != 40 {
		t.Errorf("%d clean images with %d labels, want half of 80", n, len(in.CleanLabels))
	}
	if n := in.Images.Shape.N(); len(malicious) != n || len(called) != n {
		t.Errorf("%d truths and %d answers about %d images", len(malicious), len(called), n)
	}
	x.Spec.Attack.Rate, x.Spec.Detect.Images = 0, 12 // of a clean model all that are inspected are clean
	if few, _, called, err := imageInput(context.Background(), x); err != nil || few.Images.Shape.N() != 12 || len(called) != 12 {
		t.Errorf("%d images, error %v, want the 12 of detect.images", few.Images.Shape.N(), err)
	}
	clean := map[string]bool{}
	for i := range in.CleanImages.Shape.N() {
		clean[image(in.CleanImages.Sample(i))] = true
	}
	for i := range in.Images.Shape.N() {
		if clean[image(in.Images.Sample(i))] {
			t.Errorf("image %d is one of the clean ones", i)
		}
	}
}

// Which inspected images the model calls the target is known of each, in their order,
// and every image detector's score says what is flagged of the clean ones.
func TestInspectedImagesHaveAnswers(t *testing.T) {
	for _, attack := range []string{"blended", attacks.None} {
		x := asked(t, attack)
		x.Spec.Detect.Clean, x.Spec.Detect.Images = 20, 1000
		if attack == attacks.None {
			x.Spec.Attack.Rate = 0
		}
		in, triggered, called, err := imageInput(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, err := defenderInput(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		n := in.Images.Shape.N() - score.Count(triggered)
		var want []bool
		sel := selection{images: x.Images, set: x.Images.Test, places: rest, limit: n}
		sel.keep = func(_ *datasets.Batch, _, class int) bool {
			want = append(want, class == x.Images.Poison.Target)
			return true
		}
		if _, _, err := inputs(t.Context(), x.Tests, sel); err != nil {
			t.Fatal(err)
		}
		clean := score.Count(want)
		if want = append(want, triggered[n:]...); !slices.Equal(called, want) || clean == 0 || clean == n {
			t.Errorf("%s: called the target: %v, want %v", attack, called, want)
		}
		scores, _, err := Detect(t.Context(), Scope{x, nil, x.Levels(), []Pair{Protocol}}, []string{"frequency", "ac"}, Work{})
		if err != nil || len(scores) < 3 {
			t.Fatalf("%s: scores %v, error %v", attack, scores, err)
		}
		for _, s := range scores {
			if same := s.CalledTarget; (same != nil) != (s.Name == "frequency") || same != nil && same.Images != clean {
				t.Errorf("%s: %s, rule %s: %+v, want %d images of the detector of images alone", attack, s.Name, s.Rule, same, clean)
			}
		}
	}
}

func image(pixels []float32) string {
	text := make([]byte, len(pixels))
	for i, v := range pixels {
		text[i] = byte(v*255 + 0.5)
	}
	return string(text)
}

func TestNoImageIsCalledTheTarget(t *testing.T) {
	x, err := subject.New(t.Context(), spectest.Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	x.Images.Test = &datasets.Set{Name: "none", Classes: x.Images.Test.Classes, H: 32, W: 32, C: 3}
	p, err := newPanel([]string{"frequency"}, x, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.inspectImages(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(p.scores) != 0 || len(p.skipped) != 1 || !strings.Contains(p.skipped[0].Reason, "of 0 test images the model calls none") {
		t.Errorf("scores %v, skipped %v", p.scores, p.skipped)
	}
}
