package train

import (
	"slices"

	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/layers"
	"sdrm/models"
)

// Beside is what is trained in the steps of the model, by the same loss and
// optimiser, as the generator of a trigger: it changes what the model is shown.
type Beside struct {
	// Entries are the tensors that are trained. They are stored with the weights
	// of the model, so those of one epoch stay together.
	Entries []layers.Entry
	// Epochs is for how many of the run's epochs they are trained.
	Epochs int
	// Change records what becomes of the images x of a batch and, unless it is nil, a
	// term of the loss.
	Change func(t *autograd.Tape, x *autograd.Var, b *datasets.Batch) (shown, loss *autograd.Var)
}

// besidePrefix comes before the names of entries where they are stored.
const besidePrefix = "attack."

// params returns what the optimiser moves.
func (s *Beside) params() (out []*autograd.Var) {
	if s != nil {
		for _, e := range s.Entries {
			if e.Var != nil {
				out = append(out, e.Var)
			}
		}
	}
	return out
}

// stored returns the entries of a model, and what was trained beside it under
// the names that it is stored with.
func (s *Beside) stored(m *models.Model) []layers.Entry {
	if s == nil {
		return m.Entries()
	}
	out := slices.Clone(m.Entries())
	for _, e := range s.Entries {
		e.Name = besidePrefix + e.Name
		out = append(out, e)
	}
	return out
}

// beside returns what the model is shown of a batch. A gradient flows to what is
// trained beside it as long as it is, and its term is part of the loss.
func (t *Trainer) beside(x *autograd.Var, b *datasets.Batch) *autograd.Var {
	s := t.config.Beside
	if s == nil {
		return x
	}
	shown, loss := s.Change(t.tape, x, b)
	if t.state.Epoch >= s.Epochs {
		return t.tape.Input(shown.Value)
	}
	if loss != nil {
		t.terms, t.weights = append(t.terms, loss), append(t.weights, 1)
	}
	return shown
}
