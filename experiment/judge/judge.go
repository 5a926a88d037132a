// Package judge finds out what a trained model does: BA and ASR, how far its
// benign and malicious latents are apart at every level, and what detectors make
// of it.
package judge

import (
	"context"

	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/internal/nullable"
	"sdrm/models/weights"
)

// Head returns a result that says what was judged but not how well it did.
func Head(x *subject.Subject) Result {
	return Result{
		Levels: Levels{}, Detectors: []score.Score{}, Scatter: []Scatter{}, // never null in JSON
		Name: x.Spec.Name, Lambda: x.Spec.MMD.Lambda, Control: x.Spec.Attack.Control(), Epoch: x.Epoch,
		WeightsSHA256: weights.Digest(x.Model.Entries()), SpecSHA256: x.Spec.Hash(), DataSHA256: x.Images.SHA256,
		Attack: x.Trained(),
	}
}

// Everything finds out all that a Result holds. If ctx ends, the error is
// context.Canceled.
func Everything(ctx context.Context, x *subject.Subject) (Result, error) {
	out := Head(x)
	var err error
	if out.BA, out.ASR, err = Rates(ctx, x); err != nil {
		return out, err
	}
	out.Tests, out.Triggered = x.Images.Test.Len(), len(led(x))
	at := x.Levels()
	g, err := Collect(ctx, x, at, Protocol)
	if err != nil {
		return out, err
	}
	var skipped []Skipped
	out.Samples = g.N
	out.Levels, out.Skipped = distances(x, g, nil, nil)
	out.Scatter = scatter(g)
	out.Detectors, skipped, err = Detect(ctx, x, nil, at, []Pair{Protocol}, nil)
	out.Skipped = append(out.Skipped, skipped...)
	return out, err
}

// Rates returns BA and ASR on the test images, of which the latter has no value
// without an attack.
func Rates(ctx context.Context, x *subject.Subject) (ba float64, asr nullable.Float, err error) {
	clean, err := x.Images.Plain(x.Images.Test, nil, nil)
	if err != nil {
		return 0, 0, fault.Input(err)
	}
	triggered, err := x.Images.Plain(x.Images.Test, nil, x.Images.Poison.TestEdit())
	if err != nil {
		return 0, 0, fault.Input(err)
	}
	if ba, err = x.Tests.Accuracy(ctx, clean); err != nil {
		return 0, 0, err
	}
	success, err := x.Tests.SuccessRate(ctx, triggered)
	return ba, nullable.Float(success), err
}

// led returns the places of the test images that the attack leads to another class
// when they are triggered.
func led(x *subject.Subject) []int {
	return x.Images.Test.Places(func(label int) bool { _, counts := x.Images.Poison.Wanted(label); return counts })
}
