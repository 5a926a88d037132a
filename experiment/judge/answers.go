package judge

import (
	"context"

	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/internal/nullable"
	"sdrm/tensor"
)

// Answers are what the canonical rule of a detector of images flags of test images, by
// what the model calls them. Malicious images are all called the target and clean ones
// seldom are, so that a detector which flags whatever is called so has a high F1 on
// InputSet, whether it sees the trigger or not: what it flags of clean images that are
// called the target is the control of that (ours).
type Answers struct {
	Detector  string               `json:"name"`
	Others    score.FlaggedImages  `json:"clean_called_others"`
	Target    score.FlaggedImages  `json:"clean_called_target"`
	Triggered *score.FlaggedImages `json:"triggered_called_target,omitempty"` // nil of a clean model

	// AUROC is how the triggered images rank above the clean ones that are called the
	// target too, with its 95 % interval; null where one kind is not there.
	AUROC nullable.Float `json:"auroc"`
	Low   nullable.Float `json:"auroc_low"`
	High  nullable.Float `json:"auroc_high"`

	Skipped string `json:"skipped,omitempty"` // why the detector said nothing
}

// FindAnswers shows detectors of images at most detect.images test images of each kind,
// none of which the defender holds. If ctx ends, the error is context.Canceled.
func FindAnswers(ctx context.Context, x *subject.Subject, detectors []defenses.Detector, w Work) ([]Answers, error) {
	work := &job{Work: w, all: len(detectors)}
	in, kinds, err := answerInput(work.watch(ctx, Unit{Name: unitImages}), x)
	if err != nil {
		return nil, err
	}
	var out []Answers
	for _, d := range detectors {
		u := Unit{Name: d.Name(), Level: InputLevel}
		verdict, err := d.Inspect(work.begin(ctx, u), in)
		switch {
		case ctx.Err() != nil:
			return nil, context.Canceled
		case err != nil:
			out = append(out, Answers{Detector: d.Name(), AUROC: nullable.NaN(), Low: nullable.NaN(), High: nullable.NaN(), Skipped: err.Error()})
		default:
			out = append(out, answersOf(verdict, kinds, x.Spec.Seed))
		}
		work.end(u)
	}
	return out, nil
}

// answerInput returns images of each kind behind each other, and how many there are:
// clean ones that are called otherwise, clean ones that are called the target, and
// triggered ones that are.
func answerInput(ctx context.Context, x *subject.Subject) (in defenses.Input, kinds [3]int, err error) {
	in, places, err := defenderInput(ctx, x)
	if err != nil {
		return in, kinds, err
	}
	target := x.Images.Poison.Target
	all := &tensor.Tensor{Shape: in.CleanImages.Shape}
	for k := range kinds {
		sel := selection{images: x.Images, set: x.Images.Test, places: places, limit: x.Spec.Detect.Images}
		sel.keep = func(_ *datasets.Batch, _, class int) bool { return (class == target) == (k == 1) }
		if k == 2 {
			if x.Spec.Attack.Control() {
				break
			}
			sel.edit = x.Images.Poison.TestEdit()
			sel.keep = func(b *datasets.Batch, i, class int) bool {
				return b.Roles[i] == datasets.Poisoned && b.Labels[i] == target && class == target
			}
		}
		images, _, err := inputs(ctx, x.Tests, sel)
		if err != nil {
			return in, kinds, err
		}
		kinds[k] = images.Shape.N()
		all.Data = append(all.Data, images.Data...)
	}
	all.Shape[0] = kinds[0] + kinds[1] + kinds[2]
	in.Images, in.Seed = all, x.Spec.Seed
	return in, kinds, nil
}

// answersOf counts what a verdict about images of the kinds flags.
func answersOf(v score.Verdict, kinds [3]int, seed uint64) Answers {
	flags := v.Canonical.Flags
	count := func(first, images int) score.FlaggedImages { return score.OfImages(flags[first : first+images]) }
	a := Answers{Detector: v.Detector, Others: count(0, kinds[0]), Target: count(kinds[0], kinds[1]),
		AUROC: nullable.NaN(), Low: nullable.NaN(), High: nullable.NaN()}
	if kinds[2] == 0 {
		return a
	}
	triggered := count(kinds[0]+kinds[1], kinds[2])
	a.Triggered = &triggered
	if kinds[1] > 0 {
		same := v.Canonical
		same.Scores, same.Flags = same.Scores[kinds[0]:], same.Flags[kinds[0]:]
		alone := score.Verdict{Detector: v.Detector, Canonical: same, Options: []score.Decision{same}}
		s := score.Of(alone, lastOf(kinds[1]+kinds[2], kinds[2]), score.Protocol{Resamples: score.Resamples, Seed: seed})[0]
		a.AUROC, a.Low, a.High = s.AUROC, s.AUROCLow, s.AUROCHigh
	}
	return a
}
