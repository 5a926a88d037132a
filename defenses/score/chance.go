package score

import (
	"cmp"
	"math"
	"slices"

	"sdrm/internal/nullable"
	"sdrm/internal/rng"
)

// chanceScores is the epoch of the streams that draw which samples are malicious.
const chanceScores = 3

// chance is what decisions reach that have nothing to do with the truth.
type chance struct{ f1, auroc reached }

// reached is the mean of a figure, and what one in twenty exceeds.
type reached struct{ mean, high nullable.Float }

// unknown is the chance of what has no truth.
var unknown = chance{reached{nullable.NaN(), nullable.NaN()}, reached{nullable.NaN(), nullable.NaN()}}

// chances returns what the canonical decision and the best of the options reach by
// chance: which samples are malicious, as many as there are, is drawn anew
// Resamples times, and the decisions stay (a permutation test). So ties, flags
// that are fixed and options that depend on each other count as they are. The
// best option is the one with the highest F1, as it is in truth. What the canonical
// decision has in the mean is known without draws; without any, the F1 of the best is
// that of flagging everything.
func chances(canonical outcome, options []outcome, p Protocol) (own, best chance) {
	n, positives := len(canonical.Flags), canonical.positives
	prevalence := float64(positives) / float64(n)
	everything := chanceF1(prevalence, 1)
	own, best = unknown, unknown
	own.f1.mean, best.f1.mean = nullable.Float(chanceF1(prevalence, float64(canonical.flagged)/float64(n))), nullable.Float(everything)
	if positives < n {
		own.auroc.mean = 0.5
	}
	if p.Resamples == 0 {
		return own, best
	}
	places := identify(append([]outcome{canonical}, options...))
	var owns, bests [2][]float64 // F1 and AUROC
	malicious, order := make([]bool, n), make([]int, n)
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
		f1, auroc := canonical.of(malicious)
		owns[0], owns[1] = append(owns[0], f1), append(owns[1], auroc)
		top, topAUROC := math.Inf(-1), 0.0
		for i := range options {
			if f1, auroc := options[i].of(malicious); f1 > top {
				top, topAUROC = f1, auroc
			}
		}
		bests[0], bests[1] = append(bests[0], max(top, everything)), append(bests[1], topAUROC)
	}
	best.f1.mean = nullable.Float(mean(bests[0]))
	own.f1.high, best.f1.high = upper(owns[0]), upper(bests[0])
	if positives < n {
		best.auroc.mean = nullable.Float(mean(bests[1]))
		own.auroc.high, best.auroc.high = upper(owns[1]), upper(bests[1])
	}
	return own, best
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

// of returns the F1 of the outcome's flags or, where the threshold is free, the highest
// of any threshold, and the AUROC of its scores, if others are malicious, as many as are
// in truth.
func (o *outcome) of(malicious []bool) (f1, auroc float64) {
	hits, twice, first := 0, 0, 0 // twice the pairs that rank rightly
	for _, s := range o.steps {
		next, here := s.hits+s.alarms, 0
		for _, sample := range o.order[first:next] {
			if malicious[sample] {
				here++
			}
		}
		twice += (next - first - here) * (2*hits + here)
		hits, first = hits+here, next
		if o.free {
			f1 = max(f1, 2*ratio(hits, next+o.positives))
		}
	}
	if !o.free {
		hits = 0
		for i, flag := range o.Flags {
			if flag && malicious[i] {
				hits++
			}
		}
		f1 = 2 * ratio(hits, o.flagged+o.positives)
	}
	return f1, float64(twice) / float64(2*o.positives*o.negatives)
}

// mean is that of numbers, summed in their order, which a library may change by the machine.
func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// upper returns the 95th percentile, of ranks that exist. It sorts.
func upper(x []float64) nullable.Float {
	slices.Sort(x)
	return nullable.Float(x[len(x)-1-len(x)/20])
}
