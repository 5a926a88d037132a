package judge

import (
	"context"
	"errors"
	"slices"

	"sdrm/defenses"
	"sdrm/internal/fault"
)

// panel is the detectors of a run and what they said.
type panel struct {
	names   []string // of those that inspect latents
	inputs  []string // of those that run the model
	seed    uint64
	scores  []Score
	skipped []Skipped
}

// newPanel sorts detectors by what they inspect.
func newPanel(names []string, seed uint64) *panel {
	p := &panel{seed: seed, scores: []Score{}}
	for _, name := range names {
		if slices.Contains(defenses.InputNames(), name) {
			p.inputs = append(p.inputs, name)
		} else {
			p.names = append(p.names, name)
		}
	}
	return p
}

// compares tells whether a detector of the panel compares classes.
func (p *panel) compares() bool {
	return slices.ContainsFunc(p.names, func(name string) bool {
		d, err := defenses.New(name)
		return err == nil && d.Needs().Others
	})
}

func (p *panel) skip(level, set, reason string) {
	for _, name := range p.names {
		p.skipped = append(p.skipped, Skipped{name, level, set, reason})
	}
}

// inspect has every detector judge a set. One that cannot is skipped with its
// reason.
func (p *panel) inspect(ctx context.Context, level, set string, in defenses.Input, malicious []bool) error {
	in.Seed = p.seed
	told := Told{PoisonShare: in.ExpectedPoison, Clean: in.Clean.Rows}
	for _, other := range in.Others {
		told.Others += other.Rows
	}
	for _, name := range p.names {
		if ctx.Err() != nil {
			return context.Canceled
		}
		d, err := defenses.New(name)
		if err != nil {
			return fault.Input(err)
		}
		verdict, err := d.Inspect(in)
		if err != nil {
			p.skipped = append(p.skipped, Skipped{name, level, set, err.Error()})
			continue
		}
		p.add(verdict, level, set, told.to(d.Needs()), malicious)
	}
	return nil
}

// judge has a detector judge a suspect. One that cannot is skipped with its
// reason.
func (p *panel) judge(ctx context.Context, d defenses.InputDetector, s defenses.Suspect, level, set string, malicious []bool) error {
	verdict, err := d.Judge(ctx, s)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		p.skipped = append(p.skipped, Skipped{d.Name(), level, set, err.Error()})
	default:
		p.add(verdict, level, set, Told{Clean: s.Clean.Shape.N()}, malicious)
	}
	return nil
}

func (p *panel) add(v defenses.Verdict, level, set string, told Told, malicious []bool) {
	for _, s := range defenses.Judge(v, malicious) {
		score := Score{s, Protocol{Samples: len(malicious), Told: told}}
		score.Level, score.Set = level, set
		scores, flags := behind(s, v)
		score.intervals(scores, flags, malicious, p.seed)
		p.scores = append(p.scores, score)
	}
}
