package subject

import (
	"context"
	"errors"
	"strconv"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/experiment/spec"
	"sdrm/internal/fault"
)

// Images are a run's data sets and what the attack does to them.
type Images struct {
	Train, Test *datasets.Set
	Poison      attacks.Poison
	SHA256      string // of both sets

	spec    spec.Spec
	source  datasets.Source // with its channels and classes
	workers int
}

// LoadImages returns the images of a valid spec. The loaders prepare as many batches
// at a time as there are workers. If ctx ends, the error is context.Canceled.
func LoadImages(ctx context.Context, s spec.Spec, workers int) (*Images, error) {
	source, err := datasets.Find(s.Data.Set)
	if err != nil {
		return nil, fault.Input(err)
	}
	m := &Images{spec: s, source: source, workers: workers}
	part := datasets.Part{Files: s.Data.TrainFiles, Images: s.Data.TrainLimit}
	if m.Train, m.Test, err = source.Both(ctx, s.Data.Dir, part, datasets.Part{Images: s.Data.TestLimit}); errors.Is(err, context.Canceled) {
		return nil, context.Canceled
	} else if err != nil {
		return nil, fault.Input(err)
	}
	m.source.C, m.source.Classes = m.Train.C, m.Train.Classes
	if n := m.Train.Len(); s.Train.Batch > n {
		return nil, fault.Input(&spec.FieldError{Field: "train.batch", Found: strconv.Itoa(s.Train.Batch), Want: "at most the number of training images, " + strconv.Itoa(n)})
	}
	if n := len(m.Train.Classes); s.Attack.Target >= n {
		return nil, fault.Input(&spec.FieldError{Field: "attack.target", Found: strconv.Itoa(s.Attack.Target), Want: "a class of the data set, 0 to " + strconv.Itoa(n-1)})
	}
	attack, err := attacks.New(s.Attack.Name, s.Attack.AllOptions())
	if err != nil {
		return nil, fault.Input(err)
	}
	if s.Attack.Labels == attacks.AllToAllName {
		attack = attack.LabelledAllToAll()
	}
	mode, err := attacks.ParseMode(s.Attack.Mode)
	if err != nil {
		return nil, fault.Input(err)
	}
	m.Poison = attacks.Poison{Attack: attack, Target: s.Attack.Target, Rate: s.Attack.Rate, Mode: mode, Seed: s.Seed, Classes: len(m.Train.Classes)}
	if err := m.Poison.Check(); err != nil {
		return nil, fault.Input(err)
	}
	if err := m.Poison.CheckTrigger(s.CropSide(), s.CropSide(), m.Train.C); err != nil {
		return nil, fault.Input(err)
	}
	m.SHA256 = datasets.Digest(m.Train, m.Test)
	return m, nil
}

// Training returns the loader of training steps. The edit may be nil.
func (m *Images) Training(after datasets.Edit) (*datasets.Loader, error) {
	return datasets.NewLoader(m.Train, datasets.Config{
		Batch: m.spec.Train.Batch, Seed: m.spec.Seed, Shuffle: true, Workers: m.workers,
		Pipeline: datasets.Pipeline{Resize: m.spec.Data.Resize, Crop: m.spec.CropSide(), RandomCrop: true,
			Flip: m.spec.Data.Flip && m.source.Flip, Rotate: m.spec.Data.Rotate},
		After: after,
	})
}

// Plain returns a loader that shows a set in its order, or only the given places
// of it if they are not nil, through the transforms of tests: the same resize,
// then the centre. The edit may be nil.
func (m *Images) Plain(set *datasets.Set, places []int, after datasets.Edit) (*datasets.Loader, error) {
	n := set.Len()
	if places != nil {
		n = len(places)
	}
	return datasets.NewLoader(set, datasets.Config{
		Batch: min(m.spec.Train.Batch, max(n, 1)), Seed: m.spec.Seed, Workers: m.workers,
		Pipeline: datasets.Pipeline{Resize: m.spec.Data.Resize, Crop: m.spec.CropSide()},
		After:    after, Only: places,
	})
}
