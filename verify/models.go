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

// modelComputations hash a training step of the first model of each family, on a
// few small images, and of VGG-11, which needs them whole. VGG and ResNet see
// larger ones than the families that are made of the same ops.
func modelComputations() []computation {
	list := []computation{modelComputation("vgg11", 2, 32)}
	seen := map[string]bool{}
	for _, name := range models.Names() {
		if family := strings.TrimRight(name, "0123456789"); !seen[family] {
			seen[family] = true
			if family == "vgg" || family == "resnet" {
				list = append(list, modelComputation(name, 4, 16))
			} else {
				list = append(list, modelComputation(name, 2, 8))
			}
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
