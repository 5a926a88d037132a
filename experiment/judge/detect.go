package judge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/internal/rng"
	"sdrm/models"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// otherClean is how many clean images of each other class the defender holds at
// most, for detectors that compare classes (ours).
const otherClean = 100

// leastOther is how many there must be for a class to be among these (ours: what
// SCAn asks for).
const leastOther = 4

// minorities are the shares, in percent, of malicious latents in the mixed sets
// (ours).
var minorities = []int{1, 5, 10, 20}

// mixed begins the names of the mixed sets.
const mixed = "mixed-"

// mixedSet names the mixed set with that percentage of malicious samples.
func mixedSet(percent int) string { return fmt.Sprint(mixed, percent) }

// IsMixed tells whether a set is one of minorities: of TestSet's kinds, with fewer
// malicious samples than benign ones.
func IsMixed(set string) bool { return strings.HasPrefix(set, mixed) }

// WithoutMixed returns the result without what was found in the mixed sets.
func (r Result) WithoutMixed() Result {
	r.Detectors = slices.DeleteFunc(slices.Clone(r.Detectors), func(s score.Score) bool { return IsMixed(s.Set) })
	r.Skipped = slices.DeleteFunc(slices.Clone(r.Skipped), func(s Skipped) bool { return IsMixed(s.Set) })
	return r
}

// training begins the names of the sets of training images.
const training = "train-class-"

// trainSet names the training images that are labelled with a class.
func trainSet(class int) string { return fmt.Sprint(training, class) }

// IsTraining tells whether a set is of training images, which the model was fitted to.
func IsTraining(set string) bool { return strings.HasPrefix(set, training) }

// cleanSet names the test images of a class that a clean model calls so.
func cleanSet(class int) string { return fmt.Sprintf("test-class-%d", class) }

// Detect returns the scores of the named detectors, of the spec's if names is
// nil. Those that inspect latents do so at the places of the scope, on the groups of
// every pair. With Protocol they also inspect minorities and, where the poisoned
// training set is frozen, each of its classes, and detectors that run the model
// are shown test images. Of a clean model every class of test images is inspected
// in place of the groups of Protocol, and no image is triggered. With a control,
// the scores say what the detectors make of the same images in that clean model.
// If ctx ends, the error is context.Canceled.
func Detect(ctx context.Context, s Scope, names []string, w Work) ([]score.Score, []Skipped, error) {
	if names == nil {
		names = s.Subject.Spec.Detect.Detectors
	}
	p, err := newPanel(names, s.Subject, s.Control)
	if err != nil {
		return nil, nil, err
	}
	p.work.Work, p.work.all = w, p.size(s.At, s.Pairs)
	err = p.detect(ctx, s.At, s.Pairs)
	return p.scores, p.skipped, err
}

// detect does what Detect does.
func (p *panel) detect(ctx context.Context, at []models.Activation, pairs []Pair) error {
	if len(p.latents) > 0 {
		// One place at a time: early latents are large.
		for i := range at {
			for _, pair := range pairs {
				var err error
				if pair == Protocol && p.x.Spec.Attack.Control() {
					err = p.inspectClean(ctx, at[i:i+1])
				} else {
					err = p.unless(p.units(at[i:i+1], p.sets(pair)...), func() error { return p.inspectGroups(ctx, at[i:i+1], pair) })
				}
				if err != nil {
					return err
				}
			}
		}
		if slices.Contains(pairs, Protocol) && p.x.Spec.Attack.Frozen() {
			if err := p.inspectTraining(ctx, at); err != nil {
				return err
			}
		}
	}
	if slices.Contains(pairs, Protocol) {
		return p.inspectImages(ctx)
	}
	return nil
}

// size returns how many units detect is.
func (p *panel) size(at []models.Activation, pairs []Pair) int {
	units := 0
	for _, pair := range pairs {
		units += len(p.units(at, p.sets(pair)...))
	}
	if slices.Contains(pairs, Protocol) {
		units += len(p.others)
		if p.x.Spec.Attack.Frozen() {
			units += len(at) * len(p.x.Images.Train.Classes) * len(p.latents)
		}
	}
	return p.models() * units
}

// sets names the sets of a pair that detectors of latents are shown.
func (p *panel) sets(pair Pair) (names []string) {
	switch {
	case pair != Protocol:
		return []string{pair.Set()}
	case p.x.Spec.Attack.Control():
		for class := range p.x.Images.Test.Classes {
			names = append(names, cleanSet(class))
		}
		return names
	}
	names = []string{TestSet}
	for _, percent := range minorities {
		names = append(names, mixedSet(percent))
	}
	return names
}

// inspectGroups shows the detectors the groups of a pair: as many malicious images
// as benign, and of Protocol then minorities of them among all benign ones.
func (p *panel) inspectGroups(ctx context.Context, at []models.Activation, pair Pair) error {
	collecting := p.work.watch(ctx, Unit{unitImages, at[0].Name, pair.Set()})
	g, err := Collect(collecting, p.x, at, pair)
	if err != nil {
		return err
	}
	target := p.x.Images.Poison.Target
	held, rest := p.divide(g.benign.N, target)
	n := min(len(rest), g.malicious.N)
	if n < 2 {
		reason := g.tooFew(2)
		if reason == "" {
			reason = fmt.Sprintf("the model calls %d benign test images the target, of which the defender holds %d, want at least 2 others", g.benign.N, len(held))
		}
		for _, a := range at {
			p.skip(a.Name, pair.Set(), reason, p.latents...)
		}
		return nil
	}
	var inspected []int // images of other classes that the defender cannot hold
	if g.malicious.edit == nil {
		inspected = g.malicious.places
	}
	others, err := p.otherClasses(collecting, at, selection{set: p.x.Images.Test, keep: called}, target, inspected)
	if err != nil {
		return err
	}
	sets := []mixture{{pair.Set(), 0.5, rest[:n], linalg.Numbers(n)}}
	if pair == Protocol {
		sets = append(sets, p.mixedSets(at, rest, g.malicious.N)...)
	}
	return p.inBoth(ctx, at, append(others, &g.benign, &g.malicious), func(inspect inspector) error {
		for i, a := range at {
			in := defenses.Input{Clean: g.benign.pick(i, held), Others: others.at(i), Channels: g.benign.Channels(i)}
			for _, s := range sets {
				in.ExpectedPoison = s.share
				in.Latents = tensor.Stack(g.benign.pick(i, s.benign), g.malicious.pick(i, s.malicious))
				if err := inspect(ctx, a.Name, s.set, in, lastOf(in.Latents.Rows, len(s.malicious)), p.latents...); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// A mixture is a set of samples of both groups, and the share of malicious ones that
// detectors are told.
type mixture struct {
	set               string
	share             float64
	benign, malicious []int
}

// mixedSets returns the mixed sets of all benign samples and the first of so many
// malicious ones. It skips those that these are too few or too many for.
func (p *panel) mixedSets(at []models.Activation, benign []int, malicious int) (sets []mixture) {
	for _, percent := range minorities {
		count := (percent*len(benign) + (100-percent)/2) / (100 - percent) // to the nearest
		if count == 0 || count > malicious {
			for _, a := range at {
				p.skip(a.Name, mixedSet(percent), fmt.Sprintf("%d %% beside %d benign test images are %d malicious ones, want 1 to %d", percent, len(benign), count, malicious), p.latents...)
			}
			continue
		}
		sets = append(sets, mixture{mixedSet(percent), float64(percent) / 100, benign, linalg.Numbers(count)})
	}
	return sets
}

// inspectClean shows the detectors the test images of each class that the model
// calls so. They are told what those of TestSet are told.
func (p *panel) inspectClean(ctx context.Context, at []models.Activation) error {
	for class := range p.x.Images.Test.Classes {
		err := p.unless(p.units(at, cleanSet(class)), func() error { return p.inspectCalled(ctx, at, class) })
		if err != nil {
			return err
		}
	}
	return nil
}

// inspectCalled shows them those of a class.
func (p *panel) inspectCalled(ctx context.Context, at []models.Activation, class int) error {
	test, set := p.x.Images.Test, cleanSet(class)
	collecting := p.work.watch(ctx, Unit{unitImages, at[0].Name, set})
	own := test.Places(func(label int) bool { return label == class })
	all, err := collect(collecting, p.x.Tests, at, selection{images: p.x.Images, set: test, places: own, limit: len(own), keep: called})
	if err != nil {
		return err
	}
	others, err := p.otherClasses(collecting, at, selection{set: test, keep: called}, class, nil)
	if err != nil {
		return err
	}
	held, rest := p.divide(all.N, class)
	if len(rest) < 2 {
		for _, a := range at {
			p.skip(a.Name, set, fmt.Sprintf("the model calls %d of its test images so, want at least 3", all.N), p.latents...)
		}
		return nil
	}
	return p.inBoth(ctx, at, append(others, &all), func(inspect inspector) error {
		for i, a := range at {
			in := defenses.Input{Latents: all.pick(i, rest), Clean: all.pick(i, held), Others: others.at(i), Channels: all.Channels(i), ExpectedPoison: 0.5}
			if err := inspect(ctx, a.Name, set, in, make([]bool, len(rest)), p.latents...); err != nil {
				return err
			}
		}
		return nil
	})
}

// divide draws which of n clean samples of a class the defender holds: at most
// detect.clean of them, and at most half. The rest can be inspected. So both come
// from one distribution, as a test of their difference supposes. That the defender
// holds such samples is our choice, as nothing is known of the paper's.
func (p *panel) divide(n, class int) (held, rest []int) {
	const division = -1 // no epoch of training
	order := linalg.Numbers(n)
	stream := rng.New(p.seed, rng.Select, division, class)
	stream.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	count := min(p.x.Spec.Detect.Clean, n/2)
	held, rest = order[:count], order[count:]
	slices.Sort(held)
	slices.Sort(rest)
	return held, rest
}

// pick returns the latents of some samples at place i.
func (g group) pick(i int, samples []int) tensor.View {
	return linalg.Take(g.View(i, g.N), samples)
}

// lastOf is the truth about n samples of which the last ones are malicious.
func lastOf(n, malicious int) []bool {
	truth := make([]bool, n)
	for i := n - malicious; i < n; i++ {
		truth[i] = true
	}
	return truth
}

// classes are clean latents of classes other than the inspected one.
type classes []*group

// otherClasses returns latents of the first clean images of each class but one of the set
// of a selection, none of them at the places without, restricted as it says, if a detector
// looks at them.
func (p *panel) otherClasses(ctx context.Context, at []models.Activation, s selection, but int, without []int) (others classes, err error) {
	if !p.compares() {
		return nil, nil
	}
	s.images, s.limit = p.x.Images, min(p.x.Spec.Detect.Clean, otherClean)
	for other := range s.set.Classes {
		if other == but {
			continue
		}
		s.places = slices.DeleteFunc(s.set.Places(func(label int) bool { return label == other }), func(place int) bool { return slices.Contains(without, place) })
		g, err := collect(ctx, p.x.Tests, at, s)
		if err != nil {
			return nil, err
		}
		if g.N >= leastOther {
			others = append(others, &g)
		}
	}
	return others, nil
}

// at returns the latents at place i.
func (c classes) at(i int) (views []tensor.View) {
	for _, g := range c {
		views = append(views, g.View(i, g.N))
	}
	return views
}
