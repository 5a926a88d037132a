package subject

import (
	"context"
	"errors"
	"fmt"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/internal/fault"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/train"
)

// Trained says what an attack trained, and in how many steps beside those of the
// model; what Learn does with a clean model is not counted.
type Trained struct {
	Values int    `json:"values"` // numbers that are trained
	Steps  int    `json:"steps"`  // of a clean model, or of the attack in those of the model
	SHA256 string `json:"sha256"` // of what was trained
}

// lesson says what the trigger is trained for.
func (x *Subject) lesson() attacks.Lesson {
	side := x.Spec.CropSide()
	return attacks.Lesson{
		H: side, W: side, C: x.Images.Train.C, Target: x.Spec.Attack.Target, Seed: x.Spec.Seed,
		Victims: x.Images.Poison.Poisonable(x.Images.Train.Labels),
	}
}

// Trained returns what the attack trains, as it is now, or nil.
func (x *Subject) Trained() *Trained {
	trigger, ok := x.Images.Poison.Attack.Trigger.(attacks.Trained)
	if !ok {
		return nil
	}
	entries, epochs := trigger.Entries(x.lesson()), 0
	switch t := trigger.(type) {
	case attacks.Learner:
		epochs = t.CleanEpochs()
	case attacks.Generator:
		epochs = min(t.JointEpochs(), x.Spec.Train.Epochs)
	}
	batch := x.Spec.Train.Batch
	out := &Trained{Steps: epochs * ((x.Images.Train.Len() + batch - 1) / batch), SHA256: weights.Digest(entries)}
	for _, e := range entries {
		out.Values += len(e.Tensor.Data)
	}
	return out
}

// Beside returns what the attack trains beside the model, nil if that is nothing.
func (x *Subject) Beside() *train.Beside {
	g, ok := x.Images.Poison.Attack.Trigger.(attacks.Generator)
	if !ok {
		return nil
	}
	return &train.Beside{Entries: g.Entries(x.lesson()), Epochs: g.JointEpochs(), Change: g.Generate}
}

// Stage returns what the attack learns before the first step of training, nil if
// that is nothing.
func (x *Subject) Stage() *train.Stage {
	l, ok := x.Images.Poison.Attack.Trigger.(attacks.Learner)
	if !ok {
		return nil
	}
	return &train.Stage{
		Entries: l.Entries(x.lesson()),
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
		Schedule: x.schedule(epochs), Momentum: s.Momentum, Decay: s.WeightDecay, Memory: s.Memory,
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

// learn lets an attack learn from the images that it asks for.
func (x *Subject) learn(ctx context.Context, l attacks.Learner, clean *models.Model) error {
	places := l.From(x.lesson(), x.Images.Train.Len())
	loader, err := x.Images.Plain(x.Images.Train, places, nil)
	if err != nil {
		return fault.Input(err)
	}
	everyone := func(*datasets.Batch, int, int) bool { return true }
	images, labels, err := train.NewEvaluator(clean).Inputs(ctx, loader, len(places), everyone)
	if err != nil {
		return err
	}
	if err := l.Learn(ctx, x.lesson(), clean, images, labels); errors.Is(err, context.Canceled) {
		return err
	} else if err != nil {
		return fault.Input(err) // which the same run would meet again
	}
	return nil
}
