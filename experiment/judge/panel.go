package judge

import (
	"context"
	"errors"
	"slices"

	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/internal/fault"
)

// panel is the detectors of a run and what they said.
type panel struct {
	latents []defenses.Detector // those that inspect latents
	others  []defenses.Detector // those that inspect images or the model
	seed    uint64
	scores  []score.Score
	skipped []Skipped
}

// newPanel sorts detectors by what they inspect.
func newPanel(names []string, seed uint64) (*panel, error) {
	p := &panel{seed: seed, scores: []score.Score{}}
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

// inspect has detectors inspect a set and scores them. One that cannot is
// skipped with its reason.
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
			p.scores = append(p.scores, score.Of(verdict, malicious, score.Protocol{
				Level: level, Set: set, Given: d.Needs().Given(in), Minority: d.Needs().Minority, Resamples: score.Resamples, Seed: p.seed,
			})...)
		}
	}
	return nil
}
