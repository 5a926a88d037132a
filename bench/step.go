package bench

import (
	"fmt"
	"slices"

	"sdrm/attacks"
	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/models"
	"sdrm/tensor"
	"sdrm/train"
)

// The optimiser is the prototype's, but for its learning rate of 0.01: with
// that the first steps of VGG-11 are chaotic (changing the weights by 1e-6
// changes the fifth loss by 1e-3, in any engine), so that no two programs can
// be compared over ten of them.
const (
	rate     = 0.001
	momentum = 0.9
	decay    = 5e-4
)

// seed names everything random in a workload.
const seed = 1

// Step is a training step on a few fixed batches of the synthetic set, without
// augmentation. With λ > 0 a tenth of the images of other classes than 0
// carries the Blended trigger and the label 0, and the MMD² of all levels is in
// the loss.
type Step struct {
	Model   *models.Model
	Batches []*datasets.Batch

	trainer *train.Trainer
	lambda  float64
	done    int
}

// NewStep returns a workload with the given model, images a batch, weight of
// the MMD loss, and number of batches that its steps go through in turn.
func NewStep(model string, batch int, lambda float64, batches int) (*Step, error) {
	switch {
	case batch < 1:
		return nil, fmt.Errorf("bench: step: batch is %d, want at least 1", batch)
	case batches < 1:
		return nil, fmt.Errorf("bench: step: batches are %d, want at least 1", batches)
	case !(lambda >= 0):
		return nil, fmt.Errorf("bench: step: lambda is %v, want at least 0", lambda)
	}
	set := datasets.Synthetic(seed, datasets.Train, batch*batches)
	m, err := models.New(model, set.C, len(set.Classes), seed)
	if err != nil {
		return nil, err
	}
	config := datasets.Config{Batch: batch, Seed: seed}
	if lambda > 0 {
		attack, err := attacks.New("blended", nil)
		if err != nil {
			return nil, err
		}
		poison := attacks.Poison{Attack: attack, Rate: 0.1, Mode: attacks.Frozen, Seed: seed, Classes: len(set.Classes)}
		config.After = poison.Edit()
	}
	loader, err := datasets.NewLoader(set, config)
	if err != nil {
		return nil, err
	}
	s := &Step{Model: m, lambda: lambda}
	it := loader.Epoch(0, 0)
	defer it.Close()
	for b, ok := it.Next(); ok; b, ok = it.Next() {
		kept := *b
		kept.Pixels, kept.Labels = slices.Clone(b.Pixels), slices.Clone(b.Labels)
		kept.Original, kept.Roles, kept.Index = slices.Clone(b.Original), slices.Clone(b.Roles), slices.Clone(b.Index)
		s.Batches = append(s.Batches, &kept)
	}
	levels := make([]int, len(m.Levels))
	for i := range levels {
		levels[i] = i
	}
	s.trainer = train.New(train.Config{
		Model: m, Images: loader, Momentum: momentum, Decay: decay,
		Lambda: lambda, Levels: levels,
	})
	return s, nil
}

// Run does the next step and reports it.
func (s *Step) Run() train.Step {
	b := s.Batches[s.done%len(s.Batches)]
	s.done++
	return s.trainer.Step(b, rate)
}

// MMDSeconds times the MMD loss of the next batch's benign and malicious
// samples and its gradient, at all levels together: the median of runs. It is 0 for a
// step without that loss.
func (s *Step) MMDSeconds(runs int) float64 {
	if s.lambda == 0 {
		return 0
	}
	b, n := s.Batches[s.done%len(s.Batches)], 0
	for i := range b.N {
		if b.Roles[i] == datasets.Poisoned || b.Original[i] == 0 {
			n++
		}
	}
	seconds := 0.0
	for _, d := range s.levelSizes() {
		if run, err := MMD(n, d); err == nil {
			seconds += Median(runs, run)
		}
	}
	return seconds
}

// levelSizes returns the number of values of each level of a sample.
func (s *Step) levelSizes() []int {
	var tape autograd.Tape
	tape.Reset(autograd.Inference)
	sizes := make([]int, len(s.Model.Levels))
	x := tape.Input(tensor.New(tensor.Shape{1, 32, 32, 3}))
	s.Model.Forward(&tape, x, func(level int, v *autograd.Var) { sizes[level] = v.Value.Shape.SampleLen() })
	return sizes
}

// Memory returns how much memory the values and gradients of a step have taken.
func (s *Step) Memory() tensor.Usage { return s.trainer.Memory() }
