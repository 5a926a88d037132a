package defenses

import (
	"context"
	"strings"

	"sdrm/defenses/score"
	"sdrm/models"
	"sdrm/tensor"
)

// A Detector tells what is poisoned from what is benign: samples by their
// latents, images by what a model makes of them, or the classes of the model.
type Detector interface {
	// Name is the detector's short name, as tables and flags use it.
	Name() string
	// Needs says everything that the detector looks at of an Input.
	Needs() Needs
	// Inspect gives a flag and scores for every unit. Latents that no detector
	// could inspect are an ErrLatents, images or a model an ErrImages; if ctx
	// ends, the error is context.Canceled.
	Inspect(ctx context.Context, in Input) (Verdict, error)
}

type (
	// Verdict is a detector's answer; score.Of says how good it is.
	Verdict = score.Verdict
	// Decision is a part of it: scores and what is flagged by them.
	Decision = score.Decision
)

// Unit is what the flags of a verdict are about.
type Unit int

// The units.
const (
	Latents Unit = iota // a flag for every row of Input.Latents
	Images              // a flag for every one of Input.Images
	Classes             // a flag for every class of Input.Model: the target of a backdoor or not
)

// Needs says which parts of an Input a detector looks at, beside those that its
// unit names. Seed is for every detector that draws.
type Needs struct {
	Unit        Unit
	PoisonShare bool // Input.ExpectedPoison
	Clean       bool // Input.Clean
	Others      bool // Input.Others
	Channels    bool // Input.Channels
	Model       bool // Input.Model
	CleanImages bool // Input.CleanImages and CleanLabels
	// Minority says that the canonical rule supposes that malicious samples, if
	// there are any, are fewer than benign ones. On another set it means nothing.
	Minority bool
}

// String lists what is needed, in words.
func (n Needs) String() string {
	words := []string{[...]string{"latents", "images", "the model's classes"}[n.Unit]}
	for _, w := range []struct {
		needed bool
		word   string
	}{
		{n.Model && n.Unit != Classes, "the model"}, {n.PoisonShare, "the share of poison"}, {n.Clean, "clean latents of the class"},
		{n.Others, "clean latents of other classes"}, {n.Channels, "the number of channels"}, {n.CleanImages, "clean images"},
		{n.Minority, "poison to be a minority"},
	} {
		if w.needed {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, ", ")
}

// Input is what detectors inspect, and what a defender has beside it. Images
// are N×H×W×C, C being 1 or 3, with values in [0, 1].
type Input struct {
	// Latents holds one inspected sample a row: the samples that the model, or
	// their label, puts into one class.
	Latents tensor.View
	// Clean holds clean latents of the same class, one a row, of the width of
	// Latents.
	Clean tensor.View
	// Others holds clean latents of other classes, one class each.
	Others []tensor.View
	// Channels is how many channels a pixel of a latent has, its fastest index;
	// 0 stands for all values being channels of one pixel.
	Channels int
	// ExpectedPoison is the share of the inspected samples that the defender
	// takes for poisoned, between 0 and 1.
	ExpectedPoison float64

	// Model is asked about images. A detector that changes it puts it back; no
	// two may use it at the same time.
	Model *models.Model
	// Images are the inspected images.
	Images *tensor.Tensor
	// CleanImages are images without a trigger, of the size of Images, and
	// CleanLabels their true classes.
	CleanImages *tensor.Tensor
	CleanLabels []int

	// Seed names the streams of detectors that draw.
	Seed uint64
}

// Given returns what a detector with these needs is given of an input beside
// what it inspects.
func (n Needs) Given(in Input) (g score.Given) {
	if n.PoisonShare {
		g.PoisonShare = in.ExpectedPoison
	}
	if n.Clean {
		g.Clean = in.Clean.Rows
	}
	if n.CleanImages {
		g.Clean = in.CleanImages.Shape.N()
	}
	if n.Others {
		for _, other := range in.Others {
			g.Others += other.Rows
		}
	}
	return g
}
