package defenses

import (
	"fmt"
	"testing"

	"sdrm/autograd"
	"sdrm/tensor"
)

func TestAdamGolden(t *testing.T) {
	g := readInputs(t).Adam
	x := autograd.NewParam(&tensor.Tensor{Shape: tensor.Shape{1, 1, 1, 5}, Data: g.Start})
	a := newAdam(0.2, 0.5, 0.9, x)
	for _, gradient := range g.Gradients {
		copy(x.Grad.Data, gradient)
		a.step()
	}
	for i, v := range x.Value.Data {
		near(t, fmt.Sprintf("element %d", i), float64(v), float64(g.End[i]), 1e-6)
	}
}
