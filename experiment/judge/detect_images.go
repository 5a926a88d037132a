package judge

import (
	"context"
	"fmt"

	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/experiment/subject"
	"sdrm/tensor"
	"sdrm/train"
)

// What the scores of detectors that do not inspect latents say of themselves.
const (
	// InputSet is the inspected set of test images: as many clean ones, of all
	// classes, as triggered ones of other classes that the model calls the
	// target.
	InputSet = "test-input"
	// ClassSet are the classes of the model, of which the target is malicious.
	ClassSet = "classes"
	// InputLevel and ModelLevel stand where other scores name a level.
	InputLevel = "input"
	ModelLevel = "model"
)

// inspectImages shows the test images and the model to the detectors of a panel
// that inspect those.
func (p *panel) inspectImages(ctx context.Context) error {
	var units []Unit
	for _, d := range p.others {
		units = append(units, imageUnit(d))
	}
	return p.unless(units, func() error { return p.showImages(ctx) })
}

// imageUnit is what a detector of images, or of the model, does.
func imageUnit(d defenses.Detector) Unit {
	if d.Needs().Unit == defenses.Classes {
		return Unit{d.Name(), ModelLevel, ClassSet}
	}
	return Unit{d.Name(), InputLevel, InputSet}
}

func (p *panel) showImages(ctx context.Context) error {
	in, triggered, called, err := imageInput(p.work.watch(ctx, Unit{unitImages, InputLevel, InputSet}), p.x)
	if err != nil {
		return err
	}
	p.calledTarget = called
	targets := make([]bool, p.x.Model.Classes)
	for class := range targets {
		targets[class] = !p.x.Spec.Attack.Control() && p.x.Images.Poison.IsTarget(class)
	}
	models := []inspector{p.inspect}
	if p.control != nil {
		models = append(models, p.compare)
	}
	for i, inspect := range models {
		if i > 0 {
			in.Model = p.control.Model
		}
		for _, d := range p.others {
			u := imageUnit(d)
			switch {
			case u.Set == ClassSet:
				err = inspect(ctx, u.Level, u.Set, in, targets, d)
			case len(triggered) > 0:
				err = inspect(ctx, u.Level, u.Set, in, triggered, d)
			case i == 0:
				p.skip(u.Level, u.Set, fmt.Sprintf("of %d test images the model calls none that is triggered as the attack wants", p.x.Images.Test.Len()-in.CleanImages.Shape.N()), d)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// defenderInput returns the model with the clean images that the defender holds: the
// first detect.clean of the test images, at most half, as backdoor-toolbox reserves a
// part of the test set. None of them is inspected: rest are the places of the others.
func defenderInput(ctx context.Context, x *subject.Subject) (in defenses.Input, rest []int, err error) {
	all := x.Images.Test.Places(func(int) bool { return true })
	clean := min(x.Spec.Detect.Clean, len(all)/2)
	in.Model = x.Model
	in.CleanImages, in.CleanLabels, err = inputs(ctx, x.Tests, selection{images: x.Images, set: x.Images.Test, places: all[:clean], limit: clean, keep: everyone})
	return in, all[clean:], err
}

// imageInput returns the model with InputSet, which of its images are triggered, and
// which the model calls a target. How many they are, at most detect.images, and that
// both groups are of one size, is our choice. For a clean model there is no triggered
// image.
func imageInput(ctx context.Context, x *subject.Subject) (in defenses.Input, triggered, called []bool, err error) {
	in, rest, err := defenderInput(ctx, x)
	if err != nil {
		return in, nil, nil, err
	}
	sel := selection{images: x.Images, set: x.Images.Test, places: rest, limit: x.Spec.Detect.Images}
	sel.keep = func(_ *datasets.Batch, _, class int) bool {
		target := class == x.Images.Poison.Target
		if !x.Spec.Attack.Control() {
			target = x.Images.Poison.IsTarget(class)
		}
		called = append(called, target)
		return true
	}
	benign, _, err := inputs(ctx, x.Tests, sel)
	if err != nil {
		return in, nil, nil, err
	}
	if x.Spec.Attack.Control() {
		in.Images = benign
		return in, make([]bool, benign.Shape.N()), called, nil
	}
	sel.edit, sel.limit = x.Images.Poison.TestEdit(), benign.Shape.N()
	sel.keep = func(b *datasets.Batch, i, class int) bool {
		return b.Roles[i] == datasets.Poisoned && class == b.Labels[i]
	}
	malicious, _, err := inputs(ctx, x.Tests, sel)
	if err != nil {
		return in, nil, nil, err
	}
	n := malicious.Shape.N()
	in.Images = &tensor.Tensor{Shape: benign.Shape, Data: append(benign.Data[:n*benign.Shape.SampleLen()], malicious.Data...)}
	in.Images.Shape[0] = 2 * n
	triggered = lastOf(2*n, n)
	return in, triggered, append(called[:n:n], triggered[n:]...), nil
}

// inputs collects images as the model is shown them.
func inputs(ctx context.Context, by *train.Evaluator, s selection) (*tensor.Tensor, []int, error) {
	images, limit, err := s.load()
	if err != nil {
		return nil, nil, err
	}
	return by.Inputs(ctx, images, limit, s.keep)
}
