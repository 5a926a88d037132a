package train

import (
	"math"
	"testing"

	"sdrm/autograd"
	"sdrm/internal/golden"
	"sdrm/tensor"
)

// optim holds what testdata/optim.py computed with PyTorch.
type optim struct {
	Start, End        []float32
	Grads             [][]float32
	MultiStep, Cosine []float64
}

func readOptim(t *testing.T) optim {
	return golden.Read[optim](t, "testdata/optim.json")
}

// gradient gives p the gradient g, as a loss ⟨p, g⟩ would: by a linear layer
// with one sample p would be the weights and g the sample.
func gradient(tape *autograd.Tape, p *autograd.Var, g []float32) {
	tape.Reset(autograd.Training)
	x := tape.Input(&tensor.Tensor{Shape: tensor.Shape{1, 1, 1, len(g)}, Data: g})
	tape.Backward(autograd.Linear(tape, x, p, nil))
}

func TestSGDAgreesWithPyTorch(t *testing.T) {
	want := readOptim(t)
	p := autograd.NewParam(tensor.New(tensor.Shape{len(want.Start), 1, 1, 1}))
	copy(p.Value.Data, want.Start)
	sgd := NewSGD([]*autograd.Var{p}, 0.9, 5e-4)
	var tape autograd.Tape
	for _, g := range want.Grads {
		gradient(&tape, p, g)
		sgd.Step(0.1)
	}
	for i, w := range want.End {
		if got := p.Value.Data[i]; math.Abs(float64(got-w)) > 1e-6*(1+math.Abs(float64(w))) {
			t.Errorf("weight %d is %v, PyTorch has %v", i, got, w)
		}
	}
}

func TestSGDLeavesAParameterWithoutGradientAlone(t *testing.T) {
	p := autograd.NewParam(tensor.New(tensor.Shape{1, 1, 1, 3}))
	copy(p.Value.Data, []float32{1, 2, 3})
	NewSGD([]*autograd.Var{p}, 0.9, 0.5).Step(1)
	for i, v := range p.Value.Data {
		if v != float32(i+1) {
			t.Errorf("weight %d became %v", i, v)
		}
	}
}

func TestSchedulesAgreeWithPyTorch(t *testing.T) {
	want := readOptim(t)
	for _, c := range []struct {
		name     string
		schedule Schedule
		want     []float64
	}{
		{"multistep", MultiStep{Base: 0.01, Gamma: 0.1, Milestones: []int{3, 5}}, want.MultiStep},
		{"cosine", Cosine{Base: 0.01, Epochs: 8}, want.Cosine},
	} {
		for epoch, w := range c.want {
			if got := c.schedule.Rate(epoch); math.Abs(got-w) > 1e-12 {
				t.Errorf("%s: epoch %d has rate %v, PyTorch has %v", c.name, epoch, got, w)
			}
		}
	}
}
