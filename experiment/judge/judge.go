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
	"sdrm/models"
	"sdrm/models/weights"
)

// Scope is where a finished model is looked at anew.
type Scope struct {
	Subject *subject.Subject // the model, with its images
	Control *subject.Subject // a clean model that is shown the same images and has the same places; nil for none
	At      []models.Activation
	Pairs   []Pair
}

// Head returns a result that says what was judged but not how well it did.
func Head(x *subject.Subject) Result {
	return Result{
		Levels: Levels{}, Detectors: []score.Score{}, Scatter: []Scatter{}, // never null in JSON
		Name: x.Spec.Name, Lambda: x.Spec.MMD.Lambda, Control: x.Spec.Attack.Control(), Epoch: x.Epoch,
		WeightsSHA256: weights.Digest(x.Model.Entries()), SpecSHA256: x.Spec.Hash(), DataSHA256: x.Images.SHA256, PictureSHA256: x.Images.Poison.Attack.PictureSHA256(),
		Attack: x.Trained(), Tests: x.Images.Test.Len(), Triggered: len(led(x)),
	}
}

// Everything finds out all that a Result holds. If ctx ends, the error is
// context.Canceled.
func Everything(ctx context.Context, x *subject.Subject, w Work) (Result, error) {
	out := Head(x)
	at, pairs := x.Levels(), []Pair{Protocol}
	p, err := newPanel(x.Spec.Detect.Detectors, x, nil)
	if err != nil {
		return out, err
	}
	p.work.Work, p.work.all = w, rates(x)+p.size(at, pairs)
	if out.BA, out.ASR, err = p.work.rates(ctx, x); err != nil {
		return out, err
	}
	g, err := Collect(p.work.watch(ctx, Unit{Name: unitImages, Set: TestSet}), x, at, Protocol)
	if err != nil {
		return out, err
	}
	out.Samples = g.N
	if out.Levels, out.Skipped = distances(ctx, x, g, nil, nil); ctx.Err() != nil {
		return out, context.Canceled
	}
	out.Scatter = scatter(g)
	err = p.detect(ctx, at, pairs)
	out.Detectors, out.Skipped = p.scores, append(out.Skipped, p.skipped...)
	return out, err
}

// Rates returns BA and ASR on the test images, of which the latter has no value
// without an attack. If ctx ends, the error is context.Canceled.
func Rates(ctx context.Context, x *subject.Subject, w Work) (ba float64, asr nullable.Float, err error) {
	return (&job{Work: w, all: rates(x)}).rates(ctx, x)
}

// rates returns how many units Rates are.
func rates(x *subject.Subject) int {
	if len(led(x)) == 0 {
		return 1
	}
	return 2
}

func (j *job) rates(ctx context.Context, x *subject.Subject) (ba float64, asr nullable.Float, err error) {
	err = j.do(ctx, Unit{Name: unitBA}, &ba, func(ctx context.Context) error {
		clean, err := x.Images.Plain(x.Images.Test, nil, nil)
		if err != nil {
			return fault.Input(err)
		}
		ba, err = x.Tests.Accuracy(ctx, clean)
		return err
	})
	if asr = nullable.NaN(); err != nil || rates(x) == 1 {
		return ba, asr, err
	}
	err = j.do(ctx, Unit{Name: unitASR}, &asr, func(ctx context.Context) error {
		triggered, err := x.Images.Plain(x.Images.Test, nil, x.Images.Poison.TestEdit())
		if err != nil {
			return fault.Input(err)
		}
		success, err := x.Tests.SuccessRate(ctx, triggered)
		asr = nullable.Float(success)
		return err
	})
	return ba, asr, err
}

// led returns the places of the test images that the attack leads to another class
// when they are triggered.
func led(x *subject.Subject) []int {
	return x.Images.Test.Places(func(label int) bool { _, counts := x.Images.Poison.Wanted(label); return counts })
}
