package judge

import (
	"context"
	"fmt"
	"slices"

	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/experiment/subject"
	"sdrm/models"
)

// inspectTraining shows the detectors the training set as the attack left it,
// class by class as it is labelled, without the clean images of the class that the
// defender holds. The defender is taken to know the rate of the attack but not its
// target: every class is expected to hold the share of poison that the target
// class would hold if all classes were of one size.
func (p *panel) inspectTraining(ctx context.Context, at []models.Activation) error {
	byClass, roles := labelled(p.x.Images)
	for class, members := range byClass {
		err := p.unless(p.units(at, trainSet(class)), func() error { return p.inspectLabelled(ctx, at, class, members, roles) })
		if err != nil {
			return err
		}
	}
	return nil
}

// inspectLabelled shows them the members of a class, given what the attack made of
// every training image.
func (p *panel) inspectLabelled(ctx context.Context, at []models.Activation, class int, members []int, roles []datasets.Role) error {
	poison, set := p.x.Images.Poison, trainSet(class)
	untouched := slices.DeleteFunc(slices.Clone(members), func(place int) bool { return roles[place] != datasets.Clean })
	numbers, _ := p.divide(len(untouched), class)
	held := make([]int, len(numbers))
	for i, n := range numbers {
		held[i] = untouched[n]
	}
	members = slices.DeleteFunc(members, func(place int) bool { return slices.Contains(held, place) })
	if limit := p.x.Spec.Detect.TrainSamples; limit > 0 {
		members = members[:min(len(members), limit)]
	}
	sel := selection{images: p.x.Images, set: p.x.Images.Train, places: members, edit: poison.Edit(), limit: len(members), keep: everyone}
	collecting := p.work.watch(ctx, Unit{Name: unitImages, Set: set})
	all, err := collect(collecting, p.x.Tests, at, sel)
	if err != nil {
		return err
	}
	sel.places, sel.edit, sel.limit = held, nil, len(held)
	own, err := collect(collecting, p.x.Tests, at, sel)
	if err != nil {
		return err
	}
	sel.keep = func(b *datasets.Batch, i, _ int) bool { return roles[b.Index[i]] == datasets.Clean }
	others, err := p.otherClasses(collecting, at, sel, class, nil)
	if err != nil {
		return err
	}
	malicious := make([]bool, len(members))
	for i, place := range members {
		malicious[i] = roles[place] == datasets.Poisoned
	}
	if all.N < 2 {
		for _, a := range at {
			p.skip(a.Name, set, fmt.Sprintf("%d training images are labelled so beside %d that the defender holds, want at least 2", all.N, own.N), p.latents...)
		}
		return nil
	}
	return p.inBoth(ctx, at, append(others, &all, &own), func(inspect inspector) error {
		for i, a := range at {
			in := defenses.Input{Latents: all.View(i, all.N), Clean: own.View(i, own.N), Others: others.at(i), Channels: all.Channels(i), ExpectedPoison: poison.Share()}
			if err := inspect(ctx, a.Name, set, in, malicious, p.latents...); err != nil {
				return err
			}
		}
		return nil
	})
}

// labelled sorts the places of the training images by the label that a frozen
// attack leaves there, and says what it made of each.
func labelled(m *subject.Images) (byClass [][]int, roles []datasets.Role) {
	byClass, roles = make([][]int, len(m.Train.Classes)), make([]datasets.Role, m.Train.Len())
	for i, label := range m.Train.Labels {
		roles[i] = m.Poison.Role(0, i, label)
		label = m.Poison.Label(roles[i], label)
		byClass[label] = append(byClass[label], i)
	}
	return byClass, roles
}
