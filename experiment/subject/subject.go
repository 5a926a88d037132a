// Package subject makes of a spec what it names: the images, the attack and the
// model.
package subject

import (
	"context"
	"fmt"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/experiment/spec"
	"sdrm/internal/fault"
	"sdrm/mmd"
	"sdrm/models"
	"sdrm/train"
)

// Subject is a model with the images that it learns from and is judged on.
type Subject struct {
	Spec   spec.Spec
	Images *Images
	Model  *models.Model
	Tests  *train.Evaluator // of the model
	Epoch  int              // of the weights, from 1
}

// New returns what s names, with the weights that training starts from. The
// loaders prepare as many batches at a time as there are workers. If ctx ends, the error
// is context.Canceled.
func New(ctx context.Context, s spec.Spec, workers int) (*Subject, error) {
	if err := s.Validate(); err != nil {
		return nil, fault.Input(err)
	}
	m, err := LoadImages(ctx, s, workers)
	if err != nil {
		return nil, err
	}
	if err := m.checkEnough(s); err != nil {
		return nil, fault.Input(err)
	}
	model, err := newModel(s, m.source)
	if err != nil {
		return nil, err
	}
	return &Subject{Spec: s, Images: m, Model: model, Tests: train.NewEvaluator(model)}, nil
}

// InitialModel returns the model that a run of s starts from.
func InitialModel(s spec.Spec) (*models.Model, error) {
	if err := s.Validate(); err != nil {
		return nil, fault.Input(err)
	}
	source, err := datasets.Find(s.Data.Set)
	if err == nil && source.Classes == nil {
		source, err = source.Look(s.Data.Dir)
	}
	if err != nil {
		return nil, fault.Input(err)
	}
	return newModel(s, source)
}

// newModel returns the model of a spec for images of a set whose channels and
// classes are known.
func newModel(s spec.Spec, source datasets.Source) (*models.Model, error) {
	m, err := models.New(s.Model.Name, source.C, len(source.Classes), s.Seed)
	if err != nil {
		return nil, fault.Input(err)
	}
	if s.Data.Normalise {
		m.Normalise(source.Mean, source.Deviation)
	}
	return m, nil
}

// Identity says what weights come from: the same spec on other images is
// another run, and so it is with another picture for its trigger, if that is a file's.
func Identity(s spec.Spec, data, picture string) string {
	identity := fmt.Sprintf("spec %s data %s", s.Hash(), data)
	if picture != "" {
		identity += " picture " + picture
	}
	return identity
}

// Identity says what the weights come from.
func (x *Subject) Identity() string {
	return Identity(x.Spec, x.Images.SHA256, x.Images.Poison.Attack.PictureSHA256())
}

// Training returns what the spec says about training.
func (x *Subject) Training() (train.Config, error) {
	s := x.Spec
	c := train.Config{
		Model: x.Model, Target: s.Attack.Target, AllToAll: s.Attack.Labels == attacks.AllToAllName, Epochs: s.Train.Epochs,
		Momentum: s.Train.Momentum, Decay: s.Train.WeightDecay,
		Schedule: x.schedule(s.Train.Epochs), Lambda: s.MMD.Lambda, Warmup: s.MMD.Warmup, Memory: s.Train.Memory, Identity: x.Identity(),
		Before: x.Stage(), Beside: x.Beside(),
	}
	r, err := mmd.FindRegulariser(s.MMD.Regulariser)
	if err != nil {
		return c, fault.Input(err)
	}
	if c.Levels, err = s.MMD.Positions(x.Model.Levels); err != nil {
		return c, fault.Input(err)
	}
	e, err := mmd.ParseEstimator(s.MMD.Estimator)
	if err != nil {
		return c, fault.Input(err)
	}
	if r.Learned != nil {
		c.Learned = func(level, channels int) mmd.Learned { return r.Learned(s.Seed, level, channels) }
	} else {
		c.Distance = r.Term(e, s.Seed)
	}
	if c.Images, err = x.Images.Training(x.Images.Poison.Marks()); err != nil {
		return c, fault.Input(err)
	}
	if c.Clean, err = x.Images.Plain(x.Images.Test, nil, nil); err != nil {
		return c, fault.Input(err)
	}
	if c.Triggered, err = x.Images.Plain(x.Images.Test, nil, x.Images.Poison.TestEdit()); err != nil {
		return c, fault.Input(err)
	}
	return c, nil
}

// schedule returns the learning rates of a training of some epochs.
func (x *Subject) schedule(epochs int) train.Schedule {
	s := x.Spec.Train
	if s.Schedule == "cosine" {
		return train.Cosine{Base: s.Rate, Epochs: epochs}
	}
	return train.MultiStep{Base: s.Rate, Gamma: s.Gamma, Milestones: s.Milestones}
}
