package score

import (
	"cmp"
	"slices"

	"sdrm/internal/nullable"
	"sdrm/internal/rng"
)

// chanceScores is the epoch of the streams that draw which samples are malicious.
const chanceScores = 3

// chance is what F1 decisions reach that have nothing to do with the truth.
type chance struct {
	mean nullable.Float
	high nullable.Float // exceeded by one in twenty
}

// chances returns what the canonical decision and the best of the options reach by
// chance: which samples are malicious, as many as there are, is drawn anew
// Resamples times, and the decisions stay (a permutation test). So ties, flags
// that are fixed and options that depend on each other count as they are. The
// mean of the canonical decision is known without draws; without any, that of the
// best is the F1 of flagging everything.
func chances(canonical outcome, options []outcome, p Protocol) (own, best chance) {
	n, positives := len(canonical.Flags), canonical.positives
	prevalence := float64(positives) / float64(n)
	everything := chanceF1(prevalence, 1)
	own = chance{nullable.Float(chanceF1(prevalence, float64(canonical.flagged)/float64(n))), nullable.NaN()}
	best = chance{nullable.Float(everything), nullable.NaN()}
	if p.Resamples == 0 {
		return own, best
	}
	places := identify(append([]outcome{canonical}, options...))
	owns, bests := make([]float64, p.Resamples), make([]float64, p.Resamples)
	malicious, order := make([]bool, n), make([]int, n)
	sum := 0.0
	for number := range p.Resamples {
		stream := rng.New(p.Seed, rng.Resample, chanceScores, number)
		for i := range order {
			order[i] = places[i]
		}
		clear(malicious)
		for i := range positives {
			j := i + stream.IntN(n-i)
			order[i], order[j] = order[j], order[i]
			malicious[order[i]] = true
		}
		owns[number] = canonical.f1Of(malicious)
		bests[number] = everything
		for i := range options {
			bests[number] = max(bests[number], options[i].f1Of(malicious))
		}
		sum += bests[number]
	}
	own.high = upper(owns)
	return own, chance{nullable.Float(sum / float64(p.Resamples)), upper(bests)}
}

// identify returns the samples in an order that depends on their scores and flags
// alone, so that what is drawn does not hang on how they were given.
func identify(outcomes []outcome) []int {
	places := make([]int, len(outcomes[0].Flags))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int {
		for i := range outcomes {
			o := &outcomes[i]
			if c := cmp.Compare(o.Scores[a], o.Scores[b]); c != 0 {
				return c
			}
			if o.Flags[a] != o.Flags[b] {
				if o.Flags[a] {
					return -1
				}
				return 1
			}
		}
		return 0
	})
	return places
}

// f1Of returns the F1 of the outcome's flags or, where the threshold is free, the
// highest of any threshold, if others are malicious, as many as are in truth.
func (o *outcome) f1Of(malicious []bool) (best float64) {
	hits := 0
	if !o.free {
		for i, flag := range o.Flags {
			if flag && malicious[i] {
				hits++
			}
		}
		return 2 * ratio(hits, o.flagged+o.positives)
	}
	first := 0
	for _, s := range o.steps {
		next := s.hits + s.alarms
		for _, sample := range o.order[first:next] {
			if malicious[sample] {
				hits++
			}
		}
		first = next
		best = max(best, 2*ratio(hits, next+o.positives))
	}
	return best
}

// upper returns the 95th percentile, of ranks that exist. It sorts.
func upper(x []float64) nullable.Float {
	slices.Sort(x)
	return nullable.Float(x[len(x)-1-len(x)/20])
}
