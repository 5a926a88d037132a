package judge

import (
	"context"
	"slices"
	"testing"

	"sdrm/defenses"
	"sdrm/experiment/spec/spectest"
	"sdrm/experiment/subject"
	"sdrm/tensor"
)

// watcher is a detector that tells a test what it is shown, and flags nothing.
type watcher struct {
	needs defenses.Needs
	see   func(defenses.Input)
}

func (watcher) Name() string            { return "watcher" }
func (w watcher) Needs() defenses.Needs { return w.needs }

func (w watcher) Inspect(_ context.Context, in defenses.Input) (defenses.Verdict, error) {
	w.see(in)
	n := in.Latents.Rows
	d := defenses.Decision{Scores: make([]float64, n), Flags: make([]bool, n)}
	return defenses.Verdict{Detector: "watcher", Canonical: d, Options: []defenses.Decision{d}}, nil
}

// common returns how many rows of held are among the inspected ones.
func common(inspected tensor.View, held ...tensor.View) (n int) {
	for _, h := range held {
		for i := range h.Rows {
			for k := range inspected.Rows {
				if slices.Equal(h.Row(i), inspected.Row(k)) {
					n++
					break
				}
			}
		}
	}
	return n
}

// A defender holds none of the latents that are inspected: of training images as they
// are labelled, and of test images in every pair.
func TestWhatIsHeldIsNotInspected(t *testing.T) {
	s := spectest.Tiny()
	s.Attack.Mode, s.Attack.Rate, s.Data.TrainLimit, s.Train.Epochs = "frozen", 0.2, 160, 1
	x := trained(t, s, 2)
	watch := func(x *subject.Subject, show func(p *panel) error) (sets, held int) {
		t.Helper()
		w := watcher{defenses.Needs{Unit: defenses.Latents, Clean: true, Others: true}, func(in defenses.Input) {
			sets, held = sets+1, held+in.Clean.Rows
			if n := common(in.Latents, append([]tensor.View{in.Clean}, in.Others...)...); n > 0 {
				t.Errorf("%d of the held latents are inspected", n)
			}
		}}
		if err := show(&panel{latents: []defenses.Detector{w}, x: x, work: new(job)}); err != nil {
			t.Fatal(err)
		}
		return sets, held
	}
	at := x.Levels()[2:]
	if sets, held := watch(x, func(p *panel) error { return p.inspectTraining(t.Context(), at) }); sets < 5 || held == 0 {
		t.Errorf("training images: %d sets, %d latents held", sets, held)
	}
	y := asked(t, "blended")
	for _, pair := range []Pair{Protocol, Trigger, Content} {
		if sets, held := watch(y, func(p *panel) error { return p.inspectGroups(t.Context(), at, pair) }); sets == 0 || held == 0 {
			t.Errorf("%s: %d sets, %d latents held", pair, sets, held)
		}
	}
}
