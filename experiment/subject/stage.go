package subject

import (
	"context"
	"errors"
	"fmt"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/internal/fault"
	"sdrm/mmd"
	"sdrm/models"
	"sdrm/train"
)

// learnImages is from how many training images an attack learns at most: as many
// as LF's authors take.
const learnImages = 100

// Stage returns what the attack learns before the first step of training, nil if
// that is nothing.
func (x *Subject) Stage() *train.Stage {
	l, ok := x.Images.Poison.Attack.Trigger.(attacks.Learner)
	if !ok {
		return nil
	}
	side := x.Spec.CropSide()
	return &train.Stage{
		Entries: l.Entries(side, side, x.Images.Train.C),
		Run: func(ctx context.Context) error {
			clean, err := x.cleanModel(ctx, l.CleanEpochs())
			if err == nil {
				err = x.learn(ctx, l, clean)
			}
			return err
		},
	}
}

// cleanModel trains the model of the spec for some epochs on the training images
// without an attack. If ctx ends, the error is context.Canceled.
func (x *Subject) cleanModel(ctx context.Context, epochs int) (*models.Model, error) {
	m, err := InitialModel(x.Spec)
	if err != nil {
		return nil, err
	}
	s := x.Spec.Train
	c := train.Config{
		Model: m, Target: x.Spec.Attack.Target, Epochs: epochs,
		Schedule: x.schedule(epochs), Momentum: s.Momentum, Decay: s.WeightDecay, Kernel: mmd.Prototype(),
	}
	if c.Images, err = x.Images.Training(nil); err != nil {
		return nil, fault.Input(err)
	}
	if c.Clean, err = x.Images.Plain(x.Images.Test, []int{}, nil); err != nil {
		return nil, fault.Input(err)
	}
	c.Triggered = c.Clean
	err = train.New(c).Run(ctx)
	if errors.Is(err, train.ErrInterrupted) {
		return nil, context.Canceled
	}
	if err != nil {
		return nil, fmt.Errorf("the clean model that the attack learns from: %w", err)
	}
	return m, nil
}

// learn lets an attack learn from images that are spread evenly over the
// training set, which may be sorted by class.
func (x *Subject) learn(ctx context.Context, l attacks.Learner, clean *models.Model) error {
	set := x.Images.Train
	places := make([]int, min(learnImages, set.Len()))
	for i := range places {
		places[i] = i * set.Len() / len(places)
	}
	loader, err := x.Images.Plain(set, places, nil)
	if err != nil {
		return fault.Input(err)
	}
	everyone := func(*datasets.Batch, int, int) bool { return true }
	images, labels, err := train.NewEvaluator(clean).Inputs(ctx, loader, len(places), everyone)
	if err != nil {
		return err
	}
	return l.Learn(ctx, clean, images, labels, x.Spec.Attack.Target, x.Spec.Seed)
}
