package train

import (
	"context"
	"slices"

	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/models"
	"sdrm/tensor"
)

// Latents are some activations of some samples.
type Latents struct {
	N      int
	Levels [][]float32 // by activation: N rows
	shapes []tensor.Shape
}

// View returns activation i of the first n samples, a row a sample.
func (l *Latents) View(i, n int) tensor.View {
	return tensor.Matrix(l.Levels[i], n, l.shapes[i].SampleLen())
}

// Channels returns how many channels a pixel of activation i has.
func (l *Latents) Channels(i int) int { return l.shapes[i].C() }

// Latents runs the images through the model and keeps the named activations of
// those for which keep says so, given the class that the model calls sample i of
// the batch. It stops once it has limit of them.
func (e *Evaluator) Latents(ctx context.Context, images *datasets.Loader, at []models.Activation, limit int,
	keep func(b *datasets.Batch, i, class int) bool) (*Latents, error) {
	out := &Latents{Levels: make([][]float32, len(at)), shapes: make([]tensor.Shape, len(at))}
	// The activations of the batch are read when its classes are known.
	values := make([]*tensor.Tensor, len(at))
	onReLU := func(relu int, v *autograd.Var) {
		i := slices.IndexFunc(at, func(a models.Activation) bool { return a.ReLU == relu })
		if i < 0 {
			return
		}
		v.Keep()
		values[i] = v.Value
		if out.Levels[i] == nil {
			out.shapes[i] = v.Value.Shape
			out.Levels[i] = make([]float32, 0, min(limit, images.Len())*v.Value.Shape.SampleLen())
		}
	}
	err := e.collect(ctx, images, onReLU, limit, keep, func(_ *datasets.Batch, i int) {
		for k, x := range values {
			out.Levels[k] = append(out.Levels[k], x.Sample(i)...)
		}
		out.N++
	})
	return out, err
}
