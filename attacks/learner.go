package attacks

import (
	"context"

	"sdrm/layers"
	"sdrm/models"
	"sdrm/tensor"
)

// A Learner is a Trigger that must learn something before it is put on images.
// Until Learn was called, or what it learned was read into its entries, Apply
// panics or leaves the images alone.
type Learner interface {
	Trigger

	// Entries makes room for what is learned of images of h×w×c and returns it:
	// the same tensors at every call. Another size than before is a mistake of
	// the program.
	Entries(h, w, c int) []layers.Entry

	// CleanEpochs returns for how many epochs the model is trained, without a
	// backdoor, that Learn learns from; 0 for one with its initial weights.
	CleanEpochs() int

	// Learn fills the entries, from clean training images as the model is shown
	// them, their labels, the class to which the trigger shall lead, and the
	// seed of the run. The same arguments give the same bits. If ctx ends, the
	// error is context.Canceled, and what the entries hold is of no use.
	Learn(ctx context.Context, clean *models.Model, images *tensor.Tensor, labels []int, target int, seed uint64) error
}
