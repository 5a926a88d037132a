package bench

import (
	"fmt"

	"sdrm/models"
	"sdrm/tensor"
)

// Eval is the evaluation of a batch of images.
type Eval struct {
	runner *models.Runner
	x      *tensor.Tensor
}

// NewEval returns the evaluation of random images by a model with fresh weights.
func NewEval(model string, batch int) (*Eval, error) {
	if batch < 1 {
		return nil, fmt.Errorf("bench: eval: batch is %d, want at least 1", batch)
	}
	m, err := models.New(model, 3, 10, seed)
	if err != nil {
		return nil, err
	}
	return &Eval{runner: models.NewRunner(m), x: uniform(0, tensor.Shape{batch, 32, 32, 3})}, nil
}

// Run computes the logits.
func (e *Eval) Run() { e.runner.Forward(e.x, nil) }
