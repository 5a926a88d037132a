package verify

import (
	"context"

	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/models"
	"sdrm/tensor"
)

// inputRungs hash the scores of every detector that judges images, on images of
// 16×16 pixels and a network that has learned nothing. Those that judge the
// model train for minutes; their ops have rungs.
func inputRungs() []rung {
	var rungs []rung
	for _, name := range defenses.InputNames() {
		detector, err := defenses.NewInput(name)
		if err != nil || detector.Subject() != defenses.EachInput {
			continue
		}
		rungs = append(rungs, rung{name: "detector " + name, run: func(ctx context.Context, d *digest) error {
			s, err := suspect()
			if err != nil {
				return err
			}
			verdict, err := detector.Judge(ctx, s)
			if err != nil {
				return err
			}
			d.verdict(verdict)
			return nil
		}})
	}
	return rungs
}

// suspect is a network of two classes with 44 clean images, which it calls by
// their labels and of which at least 4 are left beside a bank of 20 a class, and
// 3 others.
func suspect() (defenses.Suspect, error) {
	const clean, inputs = 44, 3
	s := defenses.Suspect{Seed: seed}
	var err error
	if s.Model, err = models.New("vgg5", 2, seed); err != nil {
		return s, err
	}
	l, err := datasets.NewLoader(datasets.Synthetic(seed, datasets.Test, clean+inputs), datasets.Config{
		Batch: clean + inputs, Pipeline: datasets.Pipeline{Resize: 16},
	})
	if err != nil {
		return s, err
	}
	batches := l.Epoch(0, 0)
	defer batches.Close()
	b, _ := batches.Next()
	x := &tensor.Tensor{Shape: tensor.Shape{b.N, b.H, b.W, 3}, Data: append([]float32(nil), b.Pixels...)}
	size := x.Shape.SampleLen()
	s.Clean = &tensor.Tensor{Shape: tensor.Shape{clean, b.H, b.W, 3}, Data: x.Data[:clean*size]}
	s.Inputs = &tensor.Tensor{Shape: tensor.Shape{inputs, b.H, b.W, 3}, Data: x.Data[clean*size:]}
	logits := models.NewRunner(s.Model).Forward(s.Clean, nil)
	for i := range clean {
		s.CleanLabels = append(s.CleanLabels, tensor.ArgMax(logits.Sample(i)))
	}
	return s, nil
}
