package train

import (
	"context"

	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/internal/progress"
	"sdrm/models"
	"sdrm/tensor"
)

// Evaluator runs images through a model in inference mode.
type Evaluator struct {
	runner  *models.Runner
	input   tensor.Tensor
	classes []int
}

// NewEvaluator returns an evaluator of m as it is at every call.
func NewEvaluator(m *models.Model) *Evaluator { return &Evaluator{runner: models.NewRunner(m)} }

// forward runs the images through the model and calls each with every batch,
// in order, and the classes that the model gives its samples, until each
// returns false. A sample whose logits are not numbers is given class -1. It
// reports the images that were shown.
// onReLU may be nil. If ctx ends the error is context.Canceled.
func (e *Evaluator) forward(ctx context.Context, images *datasets.Loader, onReLU func(i int, v *autograd.Var),
	each func(b *datasets.Batch, classes []int) bool) error {
	batches := images.Epoch(0, 0)
	defer batches.Close()
	for shown := 0; ; {
		if ctx.Err() != nil {
			return context.Canceled
		}
		b, ok := batches.Next()
		if !ok {
			return nil
		}
		shown += b.N
		logits := e.runner.Forward(batchTensor(&e.input, b), onReLU)
		e.classes = e.classes[:0]
		for i := range b.N {
			e.classes = append(e.classes, tensor.ArgMax(logits.Sample(i)))
		}
		progress.Report(ctx, shown, images.Len())
		if !each(b, e.classes) {
			return nil
		}
	}
}

// collect runs the images through the model and calls take for the samples for which
// keep says so, given the class that the model calls sample i of the batch, until it
// has taken limit of them.
func (e *Evaluator) collect(ctx context.Context, images *datasets.Loader, onReLU func(i int, v *autograd.Var), limit int,
	keep func(b *datasets.Batch, i, class int) bool, take func(b *datasets.Batch, i int)) error {
	if limit == 0 {
		return nil
	}
	return e.forward(ctx, images, onReLU, func(b *datasets.Batch, classes []int) bool {
		for i, class := range classes {
			if limit > 0 && keep(b, i, class) {
				take(b, i)
				limit--
			}
		}
		return limit > 0
	})
}

// Accuracy returns the share of the images that the model calls by their
// label: BA on clean test images.
func (e *Evaluator) Accuracy(ctx context.Context, images *datasets.Loader) (float64, error) {
	return e.share(ctx, images, func(*datasets.Batch, int) bool { return true })
}

// SuccessRate returns the share of the poisoned images that the model calls by the
// label that they were given: ASR on triggered test images, whose label is what the
// attack wants.
func (e *Evaluator) SuccessRate(ctx context.Context, images *datasets.Loader) (float64, error) {
	return e.share(ctx, images, func(b *datasets.Batch, i int) bool { return b.Roles[i] == datasets.Poisoned })
}

// share returns how many of the samples that count are called by their label,
// NaN if none counts.
func (e *Evaluator) share(ctx context.Context, images *datasets.Loader, counts func(b *datasets.Batch, i int) bool) (float64, error) {
	var hit, all int
	err := e.forward(ctx, images, nil, func(b *datasets.Batch, classes []int) bool {
		for i, class := range classes {
			if counts(b, i) {
				all++
				if class == b.Labels[i] {
					hit++
				}
			}
		}
		return true
	})
	return float64(hit) / float64(all), err
}
