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
	x       *subject.Subject
	seed    uint64
	latents []defenses.Detector // those that inspect latents
	others  []defenses.Detector // those that inspect images or the model
	work    *job
	scores  []score.Score
	skipped []Skipped

	calledTarget []bool // of the images of InputSet, those that the model calls a target

	control *subject.Subject // nil if there is none
	said    map[Unit]answer  // nil if nobody asks again
}

// answer is what a detector said, and where its scores begin.
type answer struct {
	verdict defenses.Verdict
	first   int
	kept    *finding // what is known of both models, nil if that is not kept
}

// finding is what a detector said of a set: how good it is, or why it said nothing,
// and why not in the control.
type finding struct {
	Scores         []score.Score `json:"scores,omitempty"`
	Skipped        string        `json:"skipped,omitempty"`
	ControlSkipped string        `json:"control_skipped,omitempty"`
}

// newPanel sorts detectors by what they inspect. The control may be nil.
func newPanel(names []string, x, control *subject.Subject) (*panel, error) {
	p := &panel{x: x, seed: x.Spec.Seed, work: new(job), scores: []score.Score{}, control: control}
	if control != nil {
		p.said = map[Unit]answer{}
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

// models returns in how many models the detectors inspect each set.
func (p *panel) models() int {
	if p.control != nil {
		return 2
	}
	return 1
}

// units returns what the detectors of latents do with sets at some places.
func (p *panel) units(at []models.Activation, sets ...string) (out []Unit) {
	for _, a := range at {
		for _, set := range sets {
			for _, d := range p.latents {
				out = append(out, Unit{d.Name(), a.Name, set})
			}
		}
	}
	return out
}

// unless calls show, which inspects the units, if one of them was not kept; else it
// adds what was kept.
func (p *panel) unless(units []Unit, show func() error) error {
	end := p.work.done + p.models()*len(units)
	found := make([]finding, len(units))
	for i, u := range units {
		if !p.work.find(u, &found[i]) {
			err := show()
			p.work.done = end // also with what there was not to show
			return err
		}
	}
	for i, u := range units {
		p.add(u, found[i])
	}
	for i, u := range units {
		p.omit(u, found[i].ControlSkipped)
	}
	p.work.done = end
	return nil
}

// add adds what a detector said.
func (p *panel) add(u Unit, f finding) {
	p.omit(u, f.Skipped)
	p.scores = append(p.scores, f.Scores...)
}

// omit says why a detector said nothing, if there is a reason.
func (p *panel) omit(u Unit, reason string) {
	if reason != "" {
		p.skipped = append(p.skipped, Skipped{u.Name, u.Level, u.Set, reason})
	}
}

// skip says why detectors do not inspect a set, which is all that they do of it.
func (p *panel) skip(level, set, reason string, detectors ...defenses.Detector) {
	for _, d := range detectors {
		p.omit(Unit{d.Name(), level, set}, reason)
	}
	p.work.done += p.models() * len(detectors)
}

// An inspector has detectors inspect a set: the inspect or the compare of a panel.
type inspector func(ctx context.Context, level, set string, in defenses.Input, malicious []bool, detectors ...defenses.Detector) error

// inspect has detectors inspect a set and scores them. One that cannot is
// skipped with its reason. The shapes of the scores are kept of the sets that have
// as many malicious samples as benign ones.
func (p *panel) inspect(ctx context.Context, level, set string, in defenses.Input, malicious []bool, detectors ...defenses.Detector) error {
	in.Seed = p.seed
	for _, d := range detectors {
		u := Unit{d.Name(), level, set}
		var f finding
		if p.work.find(u, &f) {
			if p.said != nil {
				p.said[u] = answer{kept: &f}
			}
			p.add(u, f)
			p.work.done += p.models()
			continue
		}
		verdict, err := d.Inspect(p.work.begin(ctx, u), in)
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			f.Skipped = err.Error()
			p.work.done += p.models() - 1 // nothing is to be compared
		default:
			if p.said != nil {
				p.said[u] = answer{verdict: verdict, first: len(p.scores)}
			}
			f.Scores = score.Of(verdict, malicious, p.protocol(level, set, d, in))
		}
		p.add(u, f)
		if p.control == nil || f.Skipped != "" {
			if err := p.work.keep(u, f); err != nil {
				return err
			}
		}
		p.work.end(u)
	}
	return nil
}

// inControl ends the name of a unit that is done in the control.
const inControl = " in the control"

// compare has detectors inspect what the control makes of a set that inspect had
// them inspect, and adds what they say of that to the scores.
func (p *panel) compare(ctx context.Context, level, set string, in defenses.Input, malicious []bool, detectors ...defenses.Detector) error {
	in.Seed = p.seed
	for _, d := range detectors {
		u := Unit{d.Name(), level, set}
		of, ok := p.said[u]
		switch {
		case !ok: // skipped
			continue
		case of.kept != nil:
			p.omit(u, of.kept.ControlSkipped)
			continue
		}
		there := Unit{u.Name + inControl, level, set}
		var f finding
		clean, err := d.Inspect(p.work.begin(ctx, there), in)
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			f.ControlSkipped = "the control: " + err.Error()
			p.omit(u, f.ControlSkipped)
		default:
			score.Compare(p.scores[of.first:], of.verdict, clean, malicious, p.protocol(level, set, d, in))
		}
		for _, s := range p.scores[of.first:] {
			if (Unit{s.Name, s.Level, s.Set}) != u {
				break
			}
			f.Scores = append(f.Scores, s)
		}
		if err := p.work.keep(u, f); err != nil {
			return err
		}
		p.work.end(there)
	}
	return nil
}

// protocol is how a detector's verdict about a set is scored.
func (p *panel) protocol(level, set string, d defenses.Detector, in defenses.Input) score.Protocol {
	protocol := score.Protocol{Level: level, Set: set, Given: d.Needs().Given(in), Minority: d.Needs().Minority, Resamples: score.Resamples, Seed: p.seed,
		Curves: set == TestSet || set == InputSet}
	if set == InputSet {
		protocol.CalledTarget = p.calledTarget
	}
	return protocol
}

// inBoth has an inspector look at latents of some groups of images, which show
// picks from them; if there is a control, then at those of the same images in that.
func (p *panel) inBoth(ctx context.Context, at []models.Activation, groups []*group, show func(inspector) error) error {
	if err := show(p.inspect); err != nil || p.control == nil {
		return err
	}
	for _, g := range groups {
		var err error
		if *g, err = g.through(p.work.watch(ctx, Unit{Name: unitImages + inControl}), p.control.Tests, at); err != nil {
			return err
		}
	}
	return show(p.compare)
}
