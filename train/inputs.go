package train

import (
	"context"

	"sdrm/datasets"
	"sdrm/tensor"
)

// Inputs runs the images through the model and returns those for which keep
// says so, as the model is shown them, with the labels that the set gives them.
// It stops once it has limit of them.
func (e *Evaluator) Inputs(ctx context.Context, images *datasets.Loader, limit int,
	keep func(b *datasets.Batch, i, class int) bool) (*tensor.Tensor, []int, error) {
	h, w, c := images.Size()
	out, labels := &tensor.Tensor{Shape: tensor.Shape{0, h, w, c}}, []int{}
	size := h * w * c
	err := e.collect(ctx, images, nil, limit, keep, func(b *datasets.Batch, i int) {
		out.Data = append(out.Data, b.Pixels[i*size:(i+1)*size]...)
		labels = append(labels, b.Original[i])
	})
	out.Shape[0] = len(labels)
	return out, labels, err
}
