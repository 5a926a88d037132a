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
	Victims []int // the places of the training images that it may be put on
}

// A Learner is trained before the first step of the model.
type Learner interface {
	Trained

	// CleanEpochs returns for how many epochs the model is trained, without a
	// backdoor, that Learn learns from; 0 for one with its initial weights.
	CleanEpochs() int

	// From returns the places of the training images, of so many, that Learn is
	// shown.
	From(l Lesson, images int) []int

	// Learn fills the entries, from those images without the trigger, as tests of
	// the model show them, and their labels. The same arguments give the same
	// bits. If ctx ends, the error is context.Canceled, and what the entries hold
	// is of no use.
	Learn(ctx context.Context, l Lesson, clean *models.Model, images *tensor.Tensor, labels []int) error
}

// cleanEpochs are those of a clean model that an attack learns from.
type cleanEpochs int

// CleanEpochs returns the option.
func (e cleanEpochs) CleanEpochs() int { return int(e) }

// cleanEpochsOption tells the number of them, of which the default is ours.
var cleanEpochsOption = Option{"epochs", "10", "ours", "for which the clean model is trained, 1 to 1000000"}

func (t *told) cleanEpochs() cleanEpochs { return cleanEpochs(t.whole("epochs", 1, 1_000_000)) }

// room returns x, made if it is nil, which must have the shape.
func room(x *tensor.Tensor, shape tensor.Shape) *tensor.Tensor {
	if x == nil {
		return tensor.New(shape)
	}
	if x.Shape != shape {
		panic("attacks: Trained: Entries: another size than before")
	}
	return x
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
	// for its rounding to whole levels. Unless it is nil, loss is what training
	// makes smaller beside the model's. The entries must be there.
	Generate(t *autograd.Tape, x *autograd.Var, b *datasets.Batch) (shown, loss *autograd.Var)
}
