package experiment

import (
	"context"
	"fmt"

	"sdrm/datasets"
	"sdrm/models"
	"sdrm/tensor"
	"sdrm/train"
)

// TestSet is the inspected set of test images: as many benign images of the
// target class as malicious ones, all of which the model calls the target. The
// prototype's figures show such latents; that detectors inspect them, and that
// both groups are of one size, is our choice.
const TestSet = "test-target"

// Groups are some latents of benign and malicious test images that the model
// calls the target. The first N of both are compared.
type Groups struct {
	N                 int
	at                []models.Activation
	benign, malicious *train.Latents
}

// Groups collects the latents that measures and detectors compare.
func (x *Subject) Groups(ctx context.Context, at []models.Activation) (*Groups, error) {
	target := x.images.poison.Target
	called := func(b *datasets.Batch, i, class int) bool { return class == target }
	own := places(x.images.test, func(label int) bool { return label == target })
	others := places(x.images.test, func(label int) bool { return label != target })

	g := &Groups{at: at}
	var err error
	if g.benign, err = x.latents(ctx, at, x.images.test, own, nil, len(own), called); err != nil {
		return nil, err
	}
	// More malicious samples than benign ones would not be looked at.
	if g.malicious, err = x.latents(ctx, at, x.images.test, others, x.images.poison.Trigger(), g.benign.N, called); err != nil {
		return nil, err
	}
	g.N = min(g.benign.N, g.malicious.N)
	return g, nil
}

// latents collects activations of the images of a set at the given places.
func (x *Subject) latents(ctx context.Context, at []models.Activation, set *datasets.Set, places []int, edit datasets.Edit, limit int,
	keep func(b *datasets.Batch, i, class int) bool) (*train.Latents, error) {
	if len(places) == 0 {
		limit = 0
	}
	images, err := x.images.plain(part(set, places), moved(edit, places))
	if err != nil {
		return nil, input(err)
	}
	return x.tests.Latents(ctx, images, at, limit, keep)
}

// everyone keeps every sample.
func everyone(*datasets.Batch, int, int) bool { return true }

// tooFew says why there is nothing to compare, if a group has less than least.
func (g *Groups) tooFew(least int) string {
	if g.N >= least {
		return ""
	}
	return fmt.Sprintf("the model calls %d benign and %d malicious test images the target, want at least %d of each",
		g.benign.N, g.malicious.N, least)
}

// stack returns the rows of a over those of b.
func stack(a, b tensor.View) tensor.View {
	data := make([]float32, 0, (a.Rows+b.Rows)*a.Cols)
	data = append(append(data, a.Data[:a.Rows*a.Cols]...), b.Data[:b.Rows*b.Cols]...)
	return tensor.Matrix(data, a.Rows+b.Rows, a.Cols)
}
