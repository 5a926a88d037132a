package verify

import (
	"context"
	"slices"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/internal/parallel"
	"sdrm/models"
	"sdrm/tensor"
	"sdrm/train"
)

// imageComputations hash images: the synthetic set, and batches of it after the
// transforms and each attack.
func imageComputations() []computation {
	list := []computation{{name: "images synthetic", run: func(_ context.Context, d *digest) error {
		for _, split := range []datasets.Split{datasets.Train, datasets.Test} {
			set := datasets.Synthetic(seed, split, 40)
			d.bytes(set.Pixels)
			d.ints(set.Labels...)
		}
		return nil
	}}, {name: "images rotate", run: func(_ context.Context, d *digest) error {
		l, err := datasets.NewLoader(datasets.Synthetic(seed, datasets.Train, 20), datasets.Config{Batch: 20, Seed: seed,
			Pipeline: datasets.Pipeline{Resize: 36, Crop: 32, RandomCrop: true, Flip: true, Rotate: 15}})
		if err == nil {
			hashEpoch(d, l, 0)
		}
		return err
	}}}
	for _, name := range attacks.Names() {
		list = append(list, computation{name: "images " + name, run: func(ctx context.Context, d *digest) error {
			for _, mode := range []attacks.Mode{attacks.Prototype, attacks.Frozen} {
				p, err := poison(name, mode)
				if err != nil {
					return err
				}
				set := datasets.Synthetic(seed, datasets.Train, 40)
				if before, _ := trained(p, set); before != nil {
					if err := before.Run(ctx); err != nil {
						return err
					}
				}
				l, err := partLoader(set, nil, datasets.Train, 36, p.Edit())
				if err != nil {
					return err
				}
				for epoch := range 2 {
					hashEpoch(d, l, epoch)
				}
			}
			return nil
		}})
	}
	return list
}

func hashEpoch(d *digest, l *datasets.Loader, epoch int) {
	batches := l.Epoch(epoch, 0)
	defer batches.Close()
	for b, ok := batches.Next(); ok; b, ok = batches.Next() {
		d.floats(b.Pixels...)
		d.ints(b.Labels...)
		d.ints(b.Index...)
		for _, role := range b.Roles {
			d.bytes([]byte{byte(role)})
		}
	}
}

// poison returns an attack towards class 0 that puts its trigger on every second
// image that it may, with its covers.
func poison(name string, mode attacks.Mode) (attacks.Poison, error) {
	options := attacks.Options{}
	r, err := attacks.Find(name)
	if err != nil {
		return attacks.Poison{}, err
	}
	for _, long := range []string{"passes", "steps"} { // of what it learns: more of the same
		if r.Has(long) {
			options[long] = "2"
		}
	}
	a, err := attacks.New(name, options)
	return attacks.Poison{Attack: a, Rate: 0.5 / (1 + a.Victims.CoverRatio), Mode: mode, Seed: seed, Classes: 10}, err
}

// trained returns what an attack on a training set trains before a run and beside
// its model, nil if that is nothing. It learns from a model with its initial
// weights and, of test images in the place of training images, from a few if it
// does not ask for more.
func trained(p attacks.Poison, set *datasets.Set) (*train.Stage, *train.Beside) {
	const few = 8
	lesson := attacks.Lesson{H: 16, W: 16, C: 3, Target: p.Target, Seed: p.Seed, Victims: p.Poisonable(set.Labels)}
	switch a := p.Attack.Trigger.(type) {
	case attacks.Generator:
		return nil, &train.Beside{Entries: a.Entries(lesson), Epochs: a.JointEpochs(), Change: a.Generate}
	case attacks.Learner:
		return &train.Stage{Entries: a.Entries(lesson), Run: func(ctx context.Context) error {
			m, err := models.New("vgg5", 3, 10, seed)
			if err != nil {
				return err
			}
			places := a.From(lesson, few)
			images, err := partLoader(datasets.Synthetic(seed, datasets.Test, set.Len()), places, datasets.Test, 18, nil)
			if err != nil {
				return err
			}
			x, labels, err := train.NewEvaluator(m).Inputs(ctx, images, len(places), func(*datasets.Batch, int, int) bool { return true })
			if err != nil {
				return err
			}
			return a.Learn(ctx, lesson, m, x, labels)
		}}, nil
	}
	return nil, nil
}

// trainingPlaces returns which of the images that are made a run of an attack is
// trained on, forty: the first, or where the attack leads one class alone to the
// target, all of both, so that some batches hold benign and malicious ones.
func trainingPlaces(p attacks.Poison, set *datasets.Set) []int {
	const images = 40
	victim := func(label int) bool {
		return p.Attack.Victims.Train(label, p.Target) && p.Label(datasets.Poisoned, label) == p.Target
	}
	classes := map[bool]int{}
	for label := range p.Classes {
		classes[victim(label)]++
	}
	places := []int{}
	if classes[true] == 1 {
		places = set.Places(func(label int) bool { return victim(label) || label == p.Target })
	}
	for i := 0; len(places) < images; i++ {
		if !slices.Contains(places, i) {
			places = append(places, i)
		}
	}
	return places[:images]
}

// syntheticBatch returns synthetic images of side×side pixels and their labels.
func syntheticBatch(split datasets.Split, images, side int) (*tensor.Tensor, []int, error) {
	l, err := datasets.NewLoader(datasets.Synthetic(seed, split, images), datasets.Config{
		Batch: images, Pipeline: datasets.Pipeline{Resize: side},
	})
	if err != nil {
		return nil, nil, err
	}
	batches := l.Epoch(0, 0)
	defer batches.Close()
	b, _ := batches.Next()
	x := &tensor.Tensor{Shape: tensor.Shape{b.N, b.H, b.W, 3}, Data: slices.Clone(b.Pixels)}
	return x, slices.Clone(b.Labels), nil
}

// loader returns batches of 16 synthetic images of half the size, shuffled and
// transformed as in training if they are of that split.
func loader(split datasets.Split, images, resize int, after datasets.Edit) (*datasets.Loader, error) {
	return partLoader(datasets.Synthetic(seed, split, images), nil, split, resize, after)
}

// partLoader is loader of some places of a set.
func partLoader(set *datasets.Set, places []int, split datasets.Split, resize int, after datasets.Edit) (*datasets.Loader, error) {
	training := split == datasets.Train
	return datasets.NewLoader(set, datasets.Config{
		Batch: 16, Seed: seed, Shuffle: training, Workers: parallel.Workers(),
		Pipeline: datasets.Pipeline{Resize: resize, Crop: 16, RandomCrop: training, Flip: training},
		After:    after, Only: places,
	})
}
