package judge

import (
	"context"
	"fmt"

	"sdrm/datasets"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/models"
	"sdrm/tensor"
	"sdrm/train"
)

// TestSet is the inspected set of test images: as many benign images of the
// target class as malicious ones, all of which the model calls the target. The
// prototype's figures show such latents; that detectors inspect them, and that
// both groups are of one size, is our choice.
const TestSet = "test-target"

// Groups are some latents of the two groups of test images of a Pair. The first N
// of both are compared.
type Groups struct {
	N                 int
	pair              Pair
	clean             bool // no test image is triggered, for there is no attack
	at                []models.Activation
	benign, malicious group
}

// selection says which images a model is shown, and which of them are looked at.
type selection struct {
	images *subject.Images
	set    *datasets.Set // of these
	places []int         // of the images in the set
	edit   datasets.Edit // what is done to the images, nil for nothing
	limit  int           // so many are looked at, at most, of those that keep keeps
	keep   func(b *datasets.Batch, i, class int) bool
}

// load returns the images, and how many of them are looked at at most.
func (s selection) load() (*datasets.Loader, int, error) {
	if len(s.places) == 0 {
		s.limit = 0
	}
	images, err := s.images.Plain(s.set, s.places, s.edit)
	if err != nil {
		return nil, 0, fault.Input(err)
	}
	return images, s.limit, nil
}

// group is latents of a selection, of which the places are those that were kept.
type group struct {
	*train.Latents
	selection
}

// Benign returns the latents of the benign images at place i, a row an image.
func (g *Groups) Benign(i int) tensor.View { return g.benign.View(i, g.N) }

// Malicious returns the latents of the malicious images at place i.
func (g *Groups) Malicious(i int) tensor.View { return g.malicious.View(i, g.N) }

// Collect runs the test images of a pair through the model and keeps the latents
// that measures and detectors compare. If ctx ends, the error is context.Canceled.
func Collect(ctx context.Context, x *subject.Subject, at []models.Activation, pair Pair) (*Groups, error) {
	test, poison := x.Images.Test, x.Images.Poison
	own := test.Places(func(label int) bool { return label == poison.Target })
	others := test.Places(func(label int) bool { return poison.Leads(label, poison.Target) })

	g := &Groups{at: at, pair: pair, clean: x.Spec.Attack.Control() && len(others) == 0}
	sel := selection{images: x.Images, set: test, places: own, limit: len(own), keep: called}
	var err error
	if g.benign, err = collect(ctx, x.Tests, at, sel); err != nil {
		return nil, err
	}
	sel.edit = poison.TestEdit()
	switch {
	case pair == Content:
		sel.edit = nil
		if g.clean {
			others = test.Places(func(label int) bool { return label != poison.Target })
		}
	case pair == Trigger && !g.clean:
		// Tests and intervals take the groups as drawn apart: no image is in both.
		var untouched []int
		untouched, others = alternate(g.benign.places)
		sel.places, sel.edit, sel.limit, sel.keep = untouched, nil, len(untouched), everyone
		if g.benign, err = collect(ctx, x.Tests, at, sel); err != nil {
			return nil, err
		}
		sel.edit = poison.TriggerEdit()
	}
	// More malicious samples than benign ones would not be looked at.
	sel.places, sel.limit = others, g.benign.N
	if g.malicious, err = collect(ctx, x.Tests, at, sel); err != nil {
		return nil, err
	}
	g.N = min(g.benign.N, g.malicious.N)
	return g, nil
}

// alternate deals places out in turn.
func alternate(places []int) (even, odd []int) {
	for i, place := range places {
		if i%2 == 0 {
			even = append(even, place)
		} else {
			odd = append(odd, place)
		}
	}
	return even, odd
}

// collect has a model collect activations of a selection at the given places.
func collect(ctx context.Context, by *train.Evaluator, at []models.Activation, s selection) (group, error) {
	out := group{selection: s}
	out.places = nil
	images, limit, err := s.load()
	if err != nil {
		return out, err
	}
	out.Latents, err = by.Latents(ctx, images, at, limit, func(b *datasets.Batch, i, class int) bool {
		kept := s.keep(b, i, class)
		if kept {
			out.places = append(out.places, b.Index[i])
		}
		return kept
	})
	return out, err
}

// through returns the latents of the same images, with the same done to them, in
// another model of the same activations, whatever it calls them.
func (g group) through(ctx context.Context, other *train.Evaluator, at []models.Activation) (group, error) {
	same := g.selection
	same.limit, same.keep = g.N, everyone
	return collect(ctx, other, at, same)
}

// through returns the groups of the same images in another model.
func (g *Groups) through(ctx context.Context, other *train.Evaluator) (*Groups, error) {
	out := *g
	var err error
	if out.benign, err = g.benign.through(ctx, other, g.at); err == nil {
		out.malicious, err = g.malicious.through(ctx, other, g.at)
	}
	return &out, err
}

// called keeps the samples that the model calls by their label.
func called(b *datasets.Batch, i, class int) bool { return class == b.Labels[i] }

// everyone keeps every sample.
func everyone(*datasets.Batch, int, int) bool { return true }

// tooFew says why there is nothing to compare, if a group has less than least.
func (g *Groups) tooFew(least int) string {
	switch {
	case g.N >= least:
		return ""
	case g.clean && g.pair != Content:
		return "nothing is malicious where there is no attack"
	case g.pair == Protocol:
		return fmt.Sprintf("the model calls %d benign and %d malicious test images the target, want at least %d of each",
			g.benign.N, g.malicious.N, least)
	}
	if g.pair == Trigger {
		return fmt.Sprintf("the model calls %d test images of the target class by their label, want at least %d", g.benign.N+g.malicious.N, 2*least)
	}
	return fmt.Sprintf("the model calls %d test images of the target class by their label, beside %d others, want at least %d of each",
		g.benign.N, g.malicious.N, least)
}
