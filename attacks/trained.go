package attacks

import (
	"context"

	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/layers"
	"sdrm/models"
	"sdrm/tensor"
)

// A Trained is a Trigger with tensors that a run trains: a Learner before the
// model, a Generator beside it. Until it was trained, or what was trained was
// read into its entries, Apply panics or leaves the images alone.
type Trained interface {
	Trigger

	// Entries makes room for what is trained and returns it, with its initial
	// values: the same tensors at every call. Another size of images than before
	// is a mistake of the program.
	Entries(Lesson) []layers.Entry
}

// A Lesson is what a trigger is trained for.
type Lesson struct {
	H, W, C int // of the images as the model is shown them
	Target  int // the class to which the trigger shall lead
	Seed    uint64
}

// A Learner is trained before the first step of the model.
type Learner interface {
	Trained

	// CleanEpochs returns for how many epochs the model is trained, without a
	// backdoor, that Learn learns from; 0 for one with its initial weights.
	CleanEpochs() int

	// Learn fills the entries, from clean training images as the model is shown
	// them and their labels. The same arguments give the same bits. If ctx ends,
	// the error is context.Canceled, and what the entries hold is of no use.
	Learn(ctx context.Context, l Lesson, clean *models.Model, images *tensor.Tensor, labels []int) error
}

// A Generator is trained beside the model, in the same steps and by the same
// loss: it makes each image's trigger from the image.
type Generator interface {
	Trained

	// JointEpochs returns for how many epochs it is trained. Afterwards it stays
	// as it is.
	JointEpochs() int

	// Generate records what it makes of a batch x: the images of b, of which it
	// touches those that are not clean. Apply makes the same of one image, but
	// for its rounding to whole levels. The entries must be there.
	Generate(t *autograd.Tape, x *autograd.Var, b *datasets.Batch) *autograd.Var
}
