package experiment

import (
	"sdrm/mmd"
	"sdrm/models"
	"sdrm/train"
)

// Subject is a model with the images that it learns from and is judged on.
type Subject struct {
	images *images
	model  *models.Model
	tests  *train.Evaluator
	epoch  int // of the weights, from 1
}

func newSubject(s Spec, workers int) (*Subject, error) {
	if err := s.Validate(); err != nil {
		return nil, input(err)
	}
	m, err := loadImages(s, workers)
	if err != nil {
		return nil, err
	}
	model, err := models.New(s.Model.Name, len(m.train.Classes), s.Seed)
	if err != nil {
		return nil, input(err)
	}
	return &Subject{images: m, model: model, tests: train.NewEvaluator(model)}, nil
}

// Subject returns the trained model of a finished run with its images.
func (r *Run) Subject(workers int) (*Subject, error) {
	x, err := newSubject(r.Spec, workers)
	if err != nil {
		return nil, err
	}
	return x, x.load(r)
}

// load reads the weights that the run's spec says are judged.
func (x *Subject) load(r *Run) error {
	name := r.weightsFile()
	state, err := train.LoadWeights(r.path(name), x.identity(), x.model)
	if err != nil {
		return input(err)
	}
	x.epoch = state.Epoch // the last file counts the epochs done
	if name == train.BestFile {
		x.epoch = state.Best.Epoch + 1
	}
	return nil
}

// identity says what the weights come from.
func (x *Subject) identity() string { return identity(x.images.spec, x.images.digest) }

// trainConfig returns what the spec says about training.
func (x *Subject) trainConfig() (train.Config, error) {
	s := x.images.spec
	c := train.Config{
		Model: x.model, Target: s.Attack.Target, Epochs: s.Train.Epochs,
		Momentum: s.Train.Momentum, Decay: s.Train.WeightDecay,
		Lambda: s.MMD.Lambda, Kernel: mmd.Prototype(), Identity: x.identity(),
	}
	var err error
	if c.Levels, err = s.MMD.levels(x.model.Levels); err != nil {
		return c, input(err)
	}
	if s.MMD.Estimator == mmd.Unbiased.String() {
		c.Estimator = mmd.Unbiased
	}
	c.Schedule = train.MultiStep{Base: s.Train.Rate, Gamma: s.Train.Gamma, Milestones: s.Train.Milestones}
	if s.Train.Schedule == "cosine" {
		c.Schedule = train.Cosine{Base: s.Train.Rate, Epochs: s.Train.Epochs}
	}
	if c.Images, err = x.images.training(); err != nil {
		return c, input(err)
	}
	if c.Clean, err = x.images.plain(x.images.test, nil); err != nil {
		return c, input(err)
	}
	if c.Triggered, err = x.images.plain(x.images.test, x.images.poison.Trigger()); err != nil {
		return c, input(err)
	}
	return c, nil
}
