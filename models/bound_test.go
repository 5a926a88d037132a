package models_test

import (
	"slices"
	"testing"

	"sdrm/autograd"
	"sdrm/internal/fill"
	"sdrm/models"
	"sdrm/tensor"
)

// bounded makes two passes of a model, forward and back, with a bound of so many
// bytes, and returns all that they leave and the most memory that they took. What
// passes change in the model is as it was afterwards.
func bounded(m *models.Model, bound int) (left [][]float32, peak int) {
	for _, e := range m.Entries() {
		if e.Var == nil {
			was := slices.Clone(e.Tensor.Data)
			defer func() { copy(e.Tensor.Data, was) }()
		}
	}
	x := tensor.New(tensor.Shape{2, 32, 32, 3})
	fill.Uniform(x.Data, 5)
	var tape autograd.Tape
	tape.Bound(bound)
	defer tape.Reset(autograd.Training) // the gradients of parameters begin anew
	for range 2 {
		tape.Reset(autograd.Training)
		level := func(_ int, v *autograd.Var) { left = append(left, slices.Clone(v.Value.Data)) }
		loss := autograd.SoftmaxCrossEntropy(&tape, m.Forward(&tape, tape.Input(x), level), []int{3, 7})
		tape.Backward(loss)
		left = append(left, slices.Clone(loss.Value.Data))
		for _, e := range m.Entries() {
			if e.Var != nil {
				left = append(left, slices.Clone(e.Var.Grad.Data))
			} else {
				left = append(left, slices.Clone(e.Tensor.Data))
			}
		}
		peak = max(peak, tape.Memory().Peak)
	}
	return left, peak
}

// A bound on memory is kept, down to what a model needs, and changes no bit.
func TestBounds(t *testing.T) {
	for _, name := range ofEachFamily() {
		t.Run(name, func(t *testing.T) {
			m, err := models.New(name, 3, 10, 1)
			if err != nil {
				t.Fatal(err)
			}
			want, most := bounded(m, 0)
			check := func(bound int) (peak int) {
				got, peak := bounded(m, bound)
				if len(got) != len(want) {
					t.Fatalf("bound %d: %d tensors, want %d", bound, len(got), len(want))
				}
				for i, w := range want {
					if !slices.Equal(got[i], w) {
						t.Fatalf("bound %d: tensor %d has other bits", bound, i)
					}
				}
				return peak
			}
			least := check(1)
			if least >= most {
				t.Errorf("%d bytes are needed with a bound, %d without", least, most)
			}
			for _, share := range []float64{0, 0.1, 0.5, 1, 2} {
				bound := least + int(share*float64(most-least))
				if peak := check(bound); peak > bound {
					t.Errorf("with a bound of %d bytes %d are taken; %d are needed", bound, peak, least)
				}
			}
		})
	}
}
