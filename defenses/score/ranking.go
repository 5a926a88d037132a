package score

import (
	"cmp"
	"math"
	"slices"
)

// ranking is samples in the order of falling scores, with the truth about them.
type ranking struct {
	order                []int  // the samples; of one score the flagged ones first
	steps                []step // one for each distinct score
	positives, negatives int
}

// step is what is flagged if the threshold is this score.
type step struct {
	score        float64
	hits, alarms int
}

func newRanking(d Decision, malicious []bool) ranking {
	r := ranking{order: make([]int, len(d.Scores))}
	for i := range r.order {
		r.order[i] = i
	}
	slices.SortFunc(r.order, func(a, b int) int {
		if c := cmp.Compare(d.Scores[b], d.Scores[a]); c != 0 || d.Flags == nil || d.Flags[a] == d.Flags[b] {
			return c
		}
		if d.Flags[a] {
			return -1
		}
		return 1
	})
	for i, sample := range r.order {
		if malicious[sample] {
			r.positives++
		} else {
			r.negatives++
		}
		if i+1 == len(r.order) || cmp.Compare(d.Scores[r.order[i+1]], d.Scores[sample]) != 0 { // NaNs are equal
			r.steps = append(r.steps, step{d.Scores[sample], r.positives, r.negatives})
		}
	}
	return r
}

// bestThreshold returns the score with the highest F1, the highest of equals.
func (r *ranking) bestThreshold() float64 {
	best, threshold := -1.0, math.Inf(1)
	for _, s := range r.steps {
		if f := 2 * float64(s.hits) / float64(s.hits+s.alarms+r.positives); f > best {
			best, threshold = f, s.score
		}
	}
	return threshold
}

// auroc is the probability that a malicious sample scores above a benign one,
// ties counting half.
func (r *ranking) auroc() float64 {
	if r.positives == 0 || r.negatives == 0 {
		return math.NaN()
	}
	twice, hits, alarms := 0, 0, 0
	for _, s := range r.steps {
		twice += (s.alarms - alarms) * (hits + s.hits)
		hits, alarms = s.hits, s.alarms
	}
	return float64(twice) / 2 / (float64(r.positives) * float64(r.negatives))
}

// auprc is the average precision: precision weighted by the gain in recall, as
// scikit-learn defines it.
func (r *ranking) auprc() float64 {
	if r.positives == 0 {
		return math.NaN()
	}
	sum, hits := 0.0, 0
	for _, s := range r.steps {
		sum += float64(float64(s.hits-hits) * (float64(s.hits) / float64(s.hits+s.alarms)))
		hits = s.hits
	}
	return sum / float64(r.positives)
}

// tprAt returns the largest share of malicious samples flagged while at most
// percent in a hundred benign ones are.
func (r *ranking) tprAt(percent int) float64 {
	if r.positives == 0 || r.negatives == 0 {
		return math.NaN()
	}
	hits := 0
	for _, s := range r.steps {
		if 100*s.alarms > percent*r.negatives {
			break
		}
		hits = s.hits
	}
	return float64(hits) / float64(r.positives)
}
