package judge

import (
	"context"
	"errors"
	"slices"

	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/models"
)

// panel is the detectors of a run and what they said.
type panel struct {
	latents []defenses.Detector // those that inspect latents
	others  []defenses.Detector // those that inspect images or the model
	seed    uint64
	scores  []score.Score
	skipped []Skipped

	control *subject.Subject    // nil if there is none
	said    map[question]answer // nil if nobody asks again
}

// question is what a detector is asked about.
type question struct{ detector, level, set string }

// answer is what it said, and where its scores begin.
type answer struct {
	verdict defenses.Verdict
	first   int
}

// newPanel sorts detectors by what they inspect. The control may be nil.
func newPanel(names []string, seed uint64, control *subject.Subject) (*panel, error) {
	p := &panel{seed: seed, scores: []score.Score{}, control: control}
	if control != nil {
		p.said = map[question]answer{}
	}
	for _, name := range names {
		d, err := defenses.New(name)
		if err != nil {
			return nil, fault.Input(err)
		}
		if d.Needs().Unit == defenses.Latents {
			p.latents = append(p.latents, d)
		} else {
			p.others = append(p.others, d)
		}
	}
	return p, nil
}

// compares tells whether a detector of the panel compares classes.
func (p *panel) compares() bool {
	return slices.ContainsFunc(p.latents, func(d defenses.Detector) bool { return d.Needs().Others })
}

// skip says why detectors do not inspect a set.
func (p *panel) skip(level, set, reason string, detectors ...defenses.Detector) {
	for _, d := range detectors {
		p.skipped = append(p.skipped, Skipped{d.Name(), level, set, reason})
	}
}

// An inspector has detectors inspect a set: the inspect or the compare of a panel.
type inspector func(ctx context.Context, level, set string, in defenses.Input, malicious []bool, detectors ...defenses.Detector) error

// inspect has detectors inspect a set and scores them. One that cannot is
// skipped with its reason. The shapes of the scores are kept of the sets that have
// as many malicious samples as benign ones.
func (p *panel) inspect(ctx context.Context, level, set string, in defenses.Input, malicious []bool, detectors ...defenses.Detector) error {
	in.Seed = p.seed
	for _, d := range detectors {
		verdict, err := d.Inspect(ctx, in)
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			p.skip(level, set, err.Error(), d)
		default:
			if p.said != nil {
				p.said[question{d.Name(), level, set}] = answer{verdict, len(p.scores)}
			}
			p.scores = append(p.scores, score.Of(verdict, malicious, p.protocol(level, set, d, in))...)
		}
	}
	return nil
}

// compare has detectors inspect what the control makes of a set that inspect had
// them inspect, and adds what they say of that to the scores.
func (p *panel) compare(ctx context.Context, level, set string, in defenses.Input, malicious []bool, detectors ...defenses.Detector) error {
	in.Seed = p.seed
	for _, d := range detectors {
		of, ok := p.said[question{d.Name(), level, set}]
		if !ok {
			continue // skipped
		}
		clean, err := d.Inspect(ctx, in)
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			p.skip(level, set, "the control: "+err.Error(), d)
		default:
			score.Compare(p.scores[of.first:], of.verdict, clean, malicious, p.protocol(level, set, d, in))
		}
	}
	return nil
}

// protocol is how a detector's verdict about a set is scored.
func (p *panel) protocol(level, set string, d defenses.Detector, in defenses.Input) score.Protocol {
	return score.Protocol{Level: level, Set: set, Given: d.Needs().Given(in), Minority: d.Needs().Minority, Resamples: score.Resamples, Seed: p.seed,
		Curves: set == TestSet || set == InputSet}
}

// inBoth has an inspector look at latents of some groups of images, which show
// picks from them; if there is a control, then at those of the same images in that.
func (p *panel) inBoth(ctx context.Context, x *subject.Subject, at []models.Activation, groups []*group, show func(inspector) error) error {
	if err := show(p.inspect); err != nil || p.control == nil {
		return err
	}
	for _, g := range groups {
		var err error
		if *g, err = g.through(ctx, x, p.control, at); err != nil {
			return err
		}
	}
	return show(p.compare)
}
