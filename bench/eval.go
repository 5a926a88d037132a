package bench

import (
	"fmt"

	"sdrm/models"
	"sdrm/tensor"
)

// Eval returns the evaluation of random images by a model with fresh weights: a
// run computes the logits.
func Eval(model string, batch int) (run func(), err error) {
	if batch < 1 {
		return nil, fmt.Errorf("bench: eval: batch is %d, want at least 1", batch)
	}
	m, err := models.New(model, 3, 10, seed)
	if err != nil {
		return nil, err
	}
	runner, x := models.NewRunner(m), uniform(0, tensor.Shape{batch, 32, 32, 3})
	return func() { runner.Forward(x, nil) }, nil
}
