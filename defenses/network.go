package defenses

import (
	"context"
	"math"

	"sdrm/autograd"
	"sdrm/internal/fmath"
	"sdrm/models"
	"sdrm/tensor"
)

// network asks a model for a detector, which its errors name.
type network struct {
	*models.Runner
	detector Detector
}

// queryBatch is the number of images that the model is shown at a time where a
// detector does not say otherwise. What the model makes of an image does not
// depend on it.
const queryBatch = 64

func newNetwork(d Detector, in Input) *network { return &network{models.NewRunner(in.Model), d} }

// logits runs images through the model as Runner.Forward does, and returns an
// ErrImages unless all logits are finite.
func (n *network) logits(ctx context.Context, x *tensor.Tensor, onReLU func(i int, v *autograd.Var)) (*tensor.Tensor, error) {
	if ctx.Err() != nil {
		return nil, context.Canceled
	}
	y := n.Forward(x, onReLU)
	for i, v := range y.Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return nil, unusable(n.detector, ErrImages, "model: a logit of class %d is %v, expected a finite number", i%n.Model().Classes, v)
		}
	}
	return y, nil
}

// batches runs images through the model, a batch at a time, and calls use with
// the number of a batch's first image and its logits.
func (n *network) batches(ctx context.Context, x *tensor.Tensor, onReLU func(i int, v *autograd.Var), use func(first int, logits *tensor.Tensor)) error {
	for first := 0; first < x.Shape.N(); first += queryBatch {
		y, err := n.logits(ctx, x.Slice(first, min(queryBatch, x.Shape.N()-first)), onReLU)
		if err != nil {
			return err
		}
		use(first, y)
	}
	return nil
}

// each runs images through the model and calls use with the logits of every one,
// in order.
func (n *network) each(ctx context.Context, x *tensor.Tensor, use func(i int, logits []float32)) error {
	return n.batches(ctx, x, nil, func(first int, logits *tensor.Tensor) {
		for i := range logits.Shape.N() {
			use(first+i, logits.Sample(i))
		}
	})
}

// classes returns what the model calls every image.
func (n *network) classes(ctx context.Context, x *tensor.Tensor) ([]int, error) {
	out := make([]int, x.Shape.N())
	err := n.each(ctx, x, func(i int, logits []float32) { out[i] = tensor.ArgMax(logits) })
	return out, err
}

// softmax sets p to the probabilities that the logits stand for.
func softmax(p []float64, logits []float32) {
	top := float64(logits[tensor.ArgMax(logits)])
	sum := 0.0
	for i, v := range logits {
		p[i] = fmath.Exp(float64(v) - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}
