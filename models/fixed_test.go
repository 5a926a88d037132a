package models_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"sdrm/autograd"
	"sdrm/models"
	"sdrm/tensor"
)

// picture is a batch of two images.
func picture() *tensor.Tensor {
	return &tensor.Tensor{Shape: tensor.Shape{2, 16, 16, 3}, Data: hashed(7, 2*16*16*3)}
}

// unsettle gives the batch normalisations running statistics of their own.
func unsettle(t *testing.T, m *models.Model) {
	t.Helper()
	var tape autograd.Tape
	for range 3 {
		tape.Reset(autograd.Training)
		m.Forward(&tape, tape.Input(picture()), nil)
	}
}

// A Fixed pass does what inference does, bit for bit, changes nothing of the
// model, and gives its input the gradient. The parameters are those that keep
// activations alive: else little of the image reaches the end of a deep model
// whose running statistics have seen a few batches.
func TestFixedPass(t *testing.T) {
	for _, name := range ofEachFamily() {
		t.Run(name, func(t *testing.T) {
			m := build(t, name, 10, 1)
			fillAll(t, m)
			unsettle(t, m)
			var tape autograd.Tape
			tape.Reset(autograd.Inference)
			want := slices.Clone(m.Forward(&tape, tape.Input(picture()), nil).Value.Data)
			var before [][]float32
			for _, e := range m.Entries() {
				before = append(before, slices.Clone(e.Tensor.Data))
			}
			x := autograd.NewParam(picture())
			loss := func() float64 {
				tape.Reset(autograd.Fixed)
				logits := m.Forward(&tape, x, nil)
				if !slices.Equal(logits.Value.Data, want) && slices.Equal(x.Value.Data, picture().Data) {
					t.Errorf("logits %v, in inference %v", logits.Value.Data, want)
				}
				l := autograd.SoftmaxCrossEntropy(&tape, logits, []int{3, 8})
				tape.Backward(l)
				return float64(l.Value.Data[0])
			}
			loss()
			for i, e := range m.Entries() {
				if !slices.Equal(before[i], e.Tensor.Data) {
					t.Errorf("%s is changed", e.Name)
				}
			}
			for _, p := range m.Params() {
				if p.HasGrad() {
					t.Error("a parameter has a gradient")
				}
			}
			// Along the gradient the loss changes by the gradient's square.
			gradient, square := slices.Clone(x.Grad.Data), 0.0
			for _, g := range gradient {
				square += float64(g) * float64(g)
			}
			step := float32(0.01 / math.Sqrt(square))
			move := func(by float32) {
				for i, v := range picture().Data {
					x.Value.Data[i] = v + by*gradient[i]
				}
			}
			move(step)
			above := loss()
			move(-step)
			below := loss()
			if slope := (above - below) / (2 * float64(step)); !(math.Abs(slope-square) < 0.05*square) {
				t.Errorf("slope along the gradient is %v, its square %v", slope, square)
			}
		})
	}
}

func TestForwardReLUs(t *testing.T) {
	traces := readGolden(t).Traces
	for _, name := range ofEachFamily() {
		m := build(t, name, 10, 1)
		var tape autograd.Tape
		tape.Reset(autograd.Inference)
		var levels []string
		want := slices.Clone(m.Forward(&tape, tape.Input(picture()), func(_ int, v *autograd.Var) {
			levels = append(levels, fmt.Sprint(v.Value.Shape, v.Value.Data[:8]))
		}).Value.Data)
		var all []string
		tape.Reset(autograd.Inference)
		got := m.ForwardReLUs(&tape, tape.Input(picture()), func(i int, v *autograd.Var) {
			if i != len(all) {
				t.Errorf("%s: ReLU %d comes after %d others", name, i, len(all))
			}
			all = append(all, fmt.Sprint(v.Value.Shape, v.Value.Data[:8]))
		}).Value.Data
		if !slices.Equal(got, want) {
			t.Errorf("%s: logits %v, want %v", name, got, want)
		}
		if count := traces[name].Activations; len(all) != count || len(m.Activations()) != count {
			t.Errorf("%s: %d ReLUs, %d activations, want %d", name, len(all), len(m.Activations()), count)
		}
		var named []string
		for i, a := range m.Activations() {
			if a.ReLU != i {
				t.Errorf("%s: activation %d is ReLU %d", name, i, a.ReLU)
			}
			if a.Level {
				named = append(named, a.Name)
				if all[i] != levels[len(named)-1] {
					t.Errorf("%s: ReLU %d is not level %s", name, i, a.Name)
				}
			} else if want := fmt.Sprintf("relu%d", i+1); a.Name != want {
				t.Errorf("%s: activation %d is called %s, want %s", name, i, a.Name, want)
			}
		}
		if !slices.Equal(named, m.Levels) {
			t.Errorf("%s: levels %v, want %v", name, named, m.Levels)
		}
		for _, level := range levels {
			if !slices.Contains(all, level) {
				t.Errorf("%s: a level is not among the ReLUs", name)
			}
		}
	}
}
