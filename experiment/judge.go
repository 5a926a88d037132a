package experiment

import (
	"context"

	"sdrm/models/weights"
)

// Head returns a result that says what was judged but not how well it did.
func (x *Subject) Head() Result {
	s := x.images.spec
	return Result{
		Levels: []Level{}, Detectors: []Score{}, Scatter: []Scatter{}, // never null in JSON
		Name: s.Name, Lambda: s.MMD.Lambda, Epoch: x.epoch,
		WeightsSHA256: weights.Digest(x.model.Entries()), SpecSHA256: s.Hash(), DataSHA256: x.images.digest,
	}
}

// judge finds out everything about a trained model.
func (x *Subject) judge(ctx context.Context) (Result, error) {
	out := x.Head()
	var err error
	if out.BA, out.ASR, err = x.Rates(ctx); err != nil {
		return out, err
	}
	at := x.Levels()
	g, err := x.Groups(ctx, at)
	if err != nil {
		return out, err
	}
	var skipped []Skipped
	out.Samples = g.N
	out.Levels, out.Skipped = x.Measure(g)
	out.Scatter = x.scatter(g)
	out.Detectors, skipped, err = x.Detect(ctx, at, nil)
	out.Skipped = append(out.Skipped, skipped...)
	return out, err
}

// Rates returns BA and ASR on the test images.
func (x *Subject) Rates(ctx context.Context) (ba, asr float64, err error) {
	clean, err := x.images.plain(x.images.test, nil)
	if err != nil {
		return 0, 0, input(err)
	}
	triggered, err := x.images.plain(x.images.test, x.images.poison.Trigger())
	if err != nil {
		return 0, 0, input(err)
	}
	if ba, err = x.tests.Accuracy(ctx, clean); err != nil {
		return 0, 0, err
	}
	asr, err = x.tests.SuccessRate(ctx, triggered)
	return ba, asr, err
}
