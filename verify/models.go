package verify

import (
	"context"
	"strings"

	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/train"
)

// modelComputations hash a training step of every model on a few small images: VGG's
// deep ones need 32 pixels for their five poolings, and the smallest of VGG and of
// ResNet see more than the models that are made of the same ops.
func modelComputations() []computation {
	var list []computation
	for _, name := range models.Names() {
		switch {
		case name == "vgg5" || name == "resnet18":
			list = append(list, modelComputation(name, 4, 16))
		case strings.HasPrefix(name, "vgg"):
			list = append(list, modelComputation(name, 2, 32))
		default:
			list = append(list, modelComputation(name, 2, 8))
		}
	}
	return list
}

// modelComputation hashes the loss, every level, and the weights after the step.
func modelComputation(name string, images, side int) computation {
	return computation{name: "model " + name, run: func(_ context.Context, d *digest) error {
		m, err := models.New(name, 3, 10, seed)
		if err != nil {
			return err
		}
		x, labels, err := syntheticBatch(datasets.Train, images, side)
		if err != nil {
			return err
		}
		t := &autograd.Tape{}
		t.Reset(autograd.Training)
		logits := m.Forward(t, t.Input(x), func(_ int, v *autograd.Var) { d.floats(v.Value.Data...) })
		loss := autograd.SoftmaxCrossEntropy(t, logits, labels)
		d.floats(loss.Value.Data...)
		t.Backward(loss)
		train.NewSGD(m.Params(), 0.9, 5e-4).Step(0.01)
		d.text(weights.Digest(m.Entries()))
		return nil
	}}
}
