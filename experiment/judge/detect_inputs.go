package judge

import (
	"context"
	"fmt"

	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/tensor"
)

// What the scores of input-level detectors say of themselves.
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

// inputSamples is the largest number of benign, and of malicious, images that
// input-level detectors inspect (ours).
const inputSamples = 500

// inspectInputs shows the input-level detectors of a panel the test images.
func inspectInputs(ctx context.Context, x *subject.Subject, p *panel) error {
	if len(p.inputs) == 0 {
		return nil
	}
	s, triggered, err := suspect(ctx, x, p.seed)
	if err != nil {
		return err
	}
	targets := make([]bool, x.Model.Classes)
	targets[x.Images.Poison.Target] = true
	for _, name := range p.inputs {
		d, err := defenses.NewInput(name)
		if err != nil {
			return fault.Input(err)
		}
		switch {
		case d.Subject() == defenses.EachClass:
			err = p.judge(ctx, d, s, ModelLevel, ClassSet, targets)
		case len(triggered) == 0:
			reason := fmt.Sprintf("the model calls none of %d triggered test images the target", x.Images.Test.Len()-s.Clean.Shape.N())
			p.skipped = append(p.skipped, Skipped{name, InputLevel, InputSet, reason})
		default:
			err = p.judge(ctx, d, s, InputLevel, InputSet, triggered)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// suspect returns the model with InputSet, and which of its images are
// triggered. The first detect.clean of the test images, at most half, are the
// clean ones that the defender holds, as backdoor-toolbox reserves a part of the
// test set; none of them is inspected. How many they are, and that both groups
// are of one size, is our choice.
func suspect(ctx context.Context, x *subject.Subject, seed uint64) (s defenses.Suspect, triggered []bool, err error) {
	all := x.Images.Test.Places(func(int) bool { return true })
	held := min(x.Spec.Detect.Clean, len(all)/2)

	s = defenses.Suspect{Model: x.Model, Seed: seed}
	if s.Clean, s.CleanLabels, err = inputs(ctx, x, all[:held], nil, held, everyone); err != nil {
		return s, nil, err
	}
	benign, _, err := inputs(ctx, x, all[held:], nil, inputSamples, everyone)
	if err != nil {
		return s, nil, err
	}
	malicious, _, err := inputs(ctx, x, all[held:], x.Images.Poison.TestEdit(), benign.Shape.N(), func(b *datasets.Batch, i, class int) bool {
		return b.Roles[i] == datasets.Poisoned && class == b.Labels[i]
	})
	if err != nil {
		return s, nil, err
	}
	n := malicious.Shape.N()
	s.Inputs = &tensor.Tensor{Shape: benign.Shape, Data: append(benign.Data[:n*benign.Shape.SampleLen()], malicious.Data...)}
	s.Inputs.Shape[0] = 2 * n
	triggered = make([]bool, 2*n)
	for i := n; i < 2*n; i++ {
		triggered[i] = true
	}
	return s, triggered, nil
}

// inputs collects test images at the given places as the model is shown them.
func inputs(ctx context.Context, x *subject.Subject, at []int, edit datasets.Edit, limit int,
	keep func(b *datasets.Batch, i, class int) bool) (*tensor.Tensor, []int, error) {
	if len(at) == 0 {
		limit = 0
	}
	images, err := x.Images.Plain(x.Images.Test, at, edit)
	if err != nil {
		return nil, nil, fault.Input(err)
	}
	return x.Tests.Inputs(ctx, images, limit, keep)
}
