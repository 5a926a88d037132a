package models

import (
	"sdrm/autograd"
	"sdrm/tensor"
)

// A Runner runs images through a model in inference mode, as the model is at
// every call. It is for one goroutine.
type Runner struct {
	model *Model
	tape  autograd.Tape
}

// NewRunner returns a runner of m.
func NewRunner(m *Model) *Runner { return &Runner{model: m} }

// Model returns the model that is run.
func (r *Runner) Model() *Model { return r.model }

// Tape returns the tape that the runner records on, for those who train or
// differentiate the same model: it keeps the memory of the activations.
func (r *Runner) Tape() *autograd.Tape { return &r.tape }

// Forward returns the logits of the images x, N×H×W×C with values in [0, 1].
// onReLU, unless it is nil, is called with each of Activations, in order, and may
// Keep it. The logits and the activations that it keeps are the runner's, and are
// there until it or its tape is used again.
func (r *Runner) Forward(x *tensor.Tensor, onReLU func(i int, v *autograd.Var)) *tensor.Tensor {
	r.tape.Reset(autograd.Inference)
	input := r.tape.Input(x)
	if onReLU == nil {
		return r.model.Forward(&r.tape, input, nil).Value
	}
	return r.model.ForwardReLUs(&r.tape, input, onReLU).Value
}
