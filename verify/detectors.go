package verify

import (
	"context"

	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/models"
	"sdrm/tensor"
)

// detectorComputations hash the scores of every detector, on latents of two groups or
// on images of 16×16 pixels and a network that has learned nothing. Those that
// inspect the classes of a model train for minutes; their ops have some.
func detectorComputations() (list []computation) {
	for _, definition := range defenses.All() {
		for _, detector := range definition.Variants {
			unit := detector.Needs().Unit
			if unit == defenses.Classes {
				continue
			}
			list = append(list, computation{name: "detector " + detector.Name(), run: func(ctx context.Context, d *digest) error {
				in := latentInput()
				if unit == defenses.Images {
					var err error
					if in, err = imageInput(); err != nil {
						return err
					}
				}
				verdict, err := detector.Inspect(ctx, in)
				if err != nil {
					return err
				}
				d.verdict(verdict)
				return nil
			}})
		}
	}
	return list
}

// latentInput holds 60 latents, 20 of them of another group, and clean ones.
func latentInput() defenses.Input {
	inspected := latents(60, 90, 0)
	copy(inspected.Data, latents(20, 90, 1).Data)
	return defenses.Input{
		Latents: inspected, Clean: latents(30, 90, 0.1), Others: []tensor.View{latents(31, 90, 0.5), latents(32, 90, 0.9)},
		Channels: 9, Seed: seed, ExpectedPoison: 0.3,
	}
}

// imageInput holds a network of two classes with 44 clean images, which it calls
// by their labels and of which at least 4 are left beside a bank of 20 a class,
// and 3 others.
func imageInput() (defenses.Input, error) {
	const clean, inspected = 44, 3
	in := defenses.Input{Seed: seed}
	var err error
	if in.Model, err = models.New("vgg5", 3, 2, seed); err != nil {
		return in, err
	}
	x, _, err := syntheticBatch(datasets.Test, clean+inspected, 16)
	if err != nil {
		return in, err
	}
	in.CleanImages, in.Images = x.Slice(0, clean), x.Slice(clean, inspected)
	logits := models.NewRunner(in.Model).Forward(in.CleanImages, nil)
	for i := range clean {
		in.CleanLabels = append(in.CleanLabels, tensor.ArgMax(logits.Sample(i)))
	}
	return in, nil
}
