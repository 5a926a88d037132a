package judge

import (
	"context"
	"fmt"

	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/models"
	"sdrm/tensor"
	"sdrm/train"
)

// otherClean is how many clean images of each other class the defender holds at
// most, for detectors that compare classes (ours).
const otherClean = 100

// trainSet names the training images that are labelled with a class.
func trainSet(class int) string { return fmt.Sprintf("train-class-%d", class) }

// cleanSet names the test images of a class that a clean model calls so.
func cleanSet(class int) string { return fmt.Sprintf("test-class-%d", class) }

// Detect returns the scores of the named detectors, of the spec's if names is
// nil. Those that inspect latents do so at the given places: on the groups and,
// where the poisoned training set is frozen, on each of its classes. Those that
// run the model are shown test images. Of a clean model every class of test
// images is inspected in place of the groups, and no image is triggered.
func Detect(ctx context.Context, x *subject.Subject, at []models.Activation, names []string) ([]score.Score, []Skipped, error) {
	if names == nil {
		names = x.Spec.Detect.Detectors
	}
	p, err := newPanel(names, x.Spec.Seed)
	if err != nil {
		return nil, nil, err
	}
	if len(p.latents) > 0 {
		inspect := inspectGroups
		if x.Spec.Attack.Control() {
			inspect = inspectClean
		}
		// One place at a time: early latents are large.
		for i := range at {
			if err := inspect(ctx, x, p, at[i:i+1]); err != nil {
				return nil, nil, err
			}
		}
		if x.Spec.Attack.Mode == "frozen" {
			if err := inspectTraining(ctx, x, p, at); err != nil {
				return nil, nil, err
			}
		}
	}
	if err := inspectImages(ctx, x, p); err != nil {
		return nil, nil, err
	}
	return p.scores, p.skipped, nil
}

// inspectGroups shows the detectors the groups of test images.
func inspectGroups(ctx context.Context, x *subject.Subject, p *panel, at []models.Activation) error {
	g, err := Collect(ctx, x, at)
	if err != nil {
		return err
	}
	if reason := g.tooFew(2); reason != "" {
		for _, a := range at {
			p.skip(a.Name, TestSet, reason, p.latents...)
		}
		return nil
	}
	held, err := hold(ctx, x, p, at, x.Images.Train, x.Images.Poison.Target)
	if err != nil {
		return err
	}
	malicious := secondHalf(g.N)
	for i, a := range at {
		in := held.at(i)
		in.Latents = tensor.Stack(g.Benign(i), g.Malicious(i))
		in.Channels, in.ExpectedPoison = g.benign.Channels(i), 0.5
		if err := p.inspect(ctx, a.Name, TestSet, in, malicious, p.latents...); err != nil {
			return err
		}
	}
	return nil
}

// inspectClean shows the detectors the test images of each class that the model
// calls so. They are told what those of TestSet are told.
func inspectClean(ctx context.Context, x *subject.Subject, p *panel, at []models.Activation) error {
	test := x.Images.Test
	for class := range test.Classes {
		own := test.Places(func(label int) bool { return label == class })
		all, err := latents(ctx, x, at, test, own, nil, len(own), called)
		if err != nil {
			return err
		}
		held, err := hold(ctx, x, p, at, x.Images.Train, class)
		if err != nil {
			return err
		}
		for i, a := range at {
			if all.N < 2 {
				p.skip(a.Name, cleanSet(class), fmt.Sprintf("the model calls %d of its test images so, want at least 2", all.N), p.latents...)
				continue
			}
			in := held.at(i)
			in.Latents, in.Channels, in.ExpectedPoison = all.View(i, all.N), all.Channels(i), 0.5
			if err := p.inspect(ctx, a.Name, cleanSet(class), in, make([]bool, all.N), p.latents...); err != nil {
				return err
			}
		}
	}
	return nil
}

// secondHalf is the truth about n benign samples and n malicious ones after
// them.
func secondHalf(n int) []bool {
	malicious := make([]bool, 2*n)
	for i := n; i < 2*n; i++ {
		malicious[i] = true
	}
	return malicious
}

// holdings are latents of clean images that a defender holds.
type holdings struct {
	own    *train.Latents   // of the inspected class
	others []*train.Latents // of other classes, if a detector looks at them
}

// hold returns latents of clean images that a defender is taken to hold: the
// first of each class in the set that is not inspected. That the defender holds
// such images is our choice, as nothing is known of the paper's.
func hold(ctx context.Context, x *subject.Subject, p *panel, at []models.Activation, set *datasets.Set, class int) (h holdings, err error) {
	of := func(class, most int) (*train.Latents, error) {
		own := set.Places(func(label int) bool { return label == class })
		own = own[:min(len(own), most)]
		return latents(ctx, x, at, set, own, nil, len(own), everyone)
	}
	most := x.Spec.Detect.Clean
	if h.own, err = of(class, most); err != nil || !p.compares() {
		return h, err
	}
	for other := range set.Classes {
		if other == class {
			continue
		}
		l, err := of(other, min(most, otherClean))
		if err != nil {
			return h, err
		}
		if l.N > 0 {
			h.others = append(h.others, l)
		}
	}
	return h, nil
}

// at returns what the defender holds of place i.
func (h holdings) at(i int) defenses.Input {
	in := defenses.Input{Clean: h.own.View(i, h.own.N)}
	for _, other := range h.others {
		in.Others = append(in.Others, other.View(i, other.N))
	}
	return in
}

// inspectTraining shows the detectors the training set as the attack left it,
// class by class as it is labelled. The defender is taken to know the rate of
// the attack but not its target: every class is expected to hold the share of
// poison that the target class would hold if all classes were of one size.
func inspectTraining(ctx context.Context, x *subject.Subject, p *panel, at []models.Activation) error {
	poison := x.Images.Poison
	byClass, poisoned := labelled(x.Images)
	for class, members := range byClass {
		if limit := x.Spec.Detect.TrainSamples; limit > 0 {
			members = members[:min(len(members), limit)]
		}
		all, err := latents(ctx, x, at, x.Images.Train, members, poison.Edit(), len(members), everyone)
		if err != nil {
			return err
		}
		held, err := hold(ctx, x, p, at, x.Images.Test, class)
		if err != nil {
			return err
		}
		malicious := make([]bool, len(members))
		for i, place := range members {
			malicious[i] = poisoned[place]
		}
		for i, a := range at {
			if all.N < 2 {
				p.skip(a.Name, trainSet(class), fmt.Sprintf("%d training images are labelled so, want at least 2", all.N), p.latents...)
				continue
			}
			in := held.at(i)
			in.Latents = all.View(i, all.N)
			in.Channels, in.ExpectedPoison = all.Channels(i), poison.Share()
			if err := p.inspect(ctx, a.Name, trainSet(class), in, malicious, p.latents...); err != nil {
				return err
			}
		}
	}
	return nil
}

// labelled sorts the places of the training images by the label that a frozen
// attack leaves there, and says where it poisoned.
func labelled(m *subject.Images) (byClass [][]int, poisoned []bool) {
	byClass, poisoned = make([][]int, len(m.Train.Classes)), make([]bool, m.Train.Len())
	for i, label := range m.Train.Labels {
		role := m.Poison.Role(0, i, label)
		poisoned[i] = role == datasets.Poisoned
		label = m.Poison.Label(role, label)
		byClass[label] = append(byClass[label], i)
	}
	return byClass, poisoned
}
