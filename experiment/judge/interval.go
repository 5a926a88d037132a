package judge

import (
	"cmp"
	"math"
	"slices"

	"sdrm/defenses"
	"sdrm/internal/nullable"
	"sdrm/internal/rng"
)

// scoreResamples is how many resamples the intervals of scores come from (ours).
const scoreResamples = 1000

// bootstrapScores is the epoch of the streams, apart from those of the
// measures.
const bootstrapScores = 2

// behind returns the suspicion and the flag of every sample that a score of a
// verdict rests on.
func behind(s defenses.Score, v defenses.Verdict) (scores []float64, flags []bool) {
	if s.Rule == RuleCanonical {
		return v.Canonical.Scores, v.Canonical.Flags
	}
	i := slices.IndexFunc(v.Options, func(o defenses.Option) bool { return o.Variant == s.Variant })
	o := v.Options[i]
	if o.Fixed != nil {
		return o.Scores, o.Fixed
	}
	flags = make([]bool, len(o.Scores))
	for i, score := range o.Scores {
		flags[i] = score >= s.Threshold
	}
	return o.Scores, flags
}

// intervals fills in the 95 % intervals: benign and malicious samples are drawn
// anew with replacement, each as many as there are (percentile bootstrap,
// stratified as in the pROC package; Robin et al., BMC Bioinformatics 2011).
// Samples are drawn by the rank of their scores, so their order does not matter.
func (p *Protocol) intervals(scores []float64, flags, malicious []bool, seed uint64) {
	none := nullable.Float(math.NaN())
	p.F1Low, p.F1High, p.AUROCLow, p.AUROCHigh = none, none, none, none
	type sample struct {
		score float64
		flag  bool
		tie   int // samples of one score share it, the most suspicious have 0
	}
	all := make([]sample, len(scores))
	order := make([]int, len(scores))
	for i := range scores {
		all[i], order[i] = sample{score: scores[i], flag: flags[i]}, i
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := cmp.Compare(all[b].score, all[a].score); c != 0 {
			return c
		}
		switch {
		case all[a].flag == all[b].flag:
			return 0
		case all[a].flag:
			return -1
		}
		return 1
	})
	var groups [2][]sample // benign, malicious
	ties := 0
	for i, at := range order {
		if i > 0 && all[at].score != all[order[i-1]].score {
			ties++
		}
		all[at].tie = ties
		kind := 0
		if malicious[at] {
			kind = 1
		}
		groups[kind] = append(groups[kind], all[at])
	}
	if min(len(groups[0]), len(groups[1])) < 2 {
		return
	}
	var drawn [2][]int // how often each tie was drawn
	for kind := range drawn {
		drawn[kind] = make([]int, ties+1)
	}
	f1, auroc := make([]float64, scoreResamples), make([]float64, scoreResamples)
	benign, positives := len(groups[0]), len(groups[1])
	for number := range scoreResamples {
		stream := rng.New(seed, rng.Resample, bootstrapScores, number)
		var flagged [2]int
		for kind, group := range groups {
			clear(drawn[kind])
			for range group {
				s := group[stream.IntN(len(group))]
				drawn[kind][s.tie]++
				if s.flag {
					flagged[kind]++
				}
			}
		}
		if flagged[1] > 0 {
			f1[number] = 2 * float64(flagged[1]) / float64(flagged[0]+flagged[1]+positives)
		}
		twice, below := 0, 0 // pairs that rank rightly, times two; benign samples ranked below
		for tie := ties; tie >= 0; tie-- {
			twice += drawn[1][tie] * (2*below + drawn[0][tie])
			below += drawn[0][tie]
		}
		auroc[number] = float64(twice) / float64(2*benign*positives)
	}
	p.F1Low, p.F1High = middle(f1)
	p.AUROCLow, p.AUROCHigh = middle(auroc)
}

// middle returns the 2.5th and the 97.5th percentile, of ranks that exist. It
// sorts.
func middle(x []float64) (low, high nullable.Float) {
	slices.Sort(x)
	tail := len(x) / 40
	return nullable.Float(x[tail]), nullable.Float(x[len(x)-1-tail])
}
