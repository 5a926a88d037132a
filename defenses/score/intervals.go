package score

import (
	"math"
	"slices"

	"sdrm/internal/nullable"
	"sdrm/internal/rng"
)

// Resamples is the usual number of resamples (ours).
const Resamples = 1000

// bootstrapScores is the epoch of the streams, apart from those of the
// measures.
const bootstrapScores = 2

// interval is a lower and an upper bound.
type interval [2]nullable.Float

// intervals returns the 95 % intervals of F1 and AUROC: benign and malicious
// samples are drawn anew with replacement, each as many as there are (percentile
// bootstrap, stratified as in the pROC package; Robin et al., BMC Bioinformatics
// 2011). Samples are drawn by the rank of their scores, so their order does not
// matter. They are NaN where a kind has less than two samples.
func (o *outcome) intervals(p Protocol) (f1, auroc interval) {
	none := interval{nullable.NaN(), nullable.NaN()}
	if p.Resamples == 0 || min(o.positives, o.negatives) < 2 {
		return none, none
	}
	groups := o.groups()
	var drawn [2][]int // how often each step was drawn
	for kind := range drawn {
		drawn[kind] = make([]int, len(o.steps))
	}
	f1s, aurocs := make([]float64, p.Resamples), make([]float64, p.Resamples)
	for number := range p.Resamples {
		stream := rng.New(p.Seed, rng.Resample, bootstrapScores, number)
		var flagged [2]int
		for kind, group := range groups {
			clear(drawn[kind])
			for range group {
				s := group[stream.IntN(len(group))]
				drawn[kind][s.step]++
				if s.flagged {
					flagged[kind]++
				}
			}
		}
		f1s[number] = 2 * ratio(flagged[1], flagged[0]+flagged[1]+o.positives)
		aurocs[number] = o.aurocOf(drawn)
	}
	return middle(f1s), middle(aurocs)
}

// aurocOf returns the AUROC of samples that were drawn so often from each step.
func (o *outcome) aurocOf(drawn [2][]int) float64 {
	twice, below := 0, 0 // pairs that rank rightly, times two; benign samples below
	for step := len(o.steps) - 1; step >= 0; step-- {
		twice += drawn[1][step] * (2*below + drawn[0][step])
		below += drawn[0][step]
	}
	return float64(twice) / float64(2*o.negatives*o.positives)
}

// member is a sample of one kind.
type member struct {
	step    int // of its score in the ranking
	flagged bool
}

// groups returns the benign and the malicious samples in the ranking's order.
func (o *outcome) groups() (groups [2][]member) {
	first := 0
	for i, s := range o.steps {
		next := s.hits + s.alarms
		for _, sample := range o.order[first:next] {
			kind := 0
			if o.malicious[sample] {
				kind = 1
			}
			groups[kind] = append(groups[kind], member{i, o.Flags[sample]})
		}
		first = next
	}
	return groups
}

// middle returns the 2.5th and the 97.5th percentile, of ranks that exist. It
// sorts.
func middle(x []float64) interval {
	slices.Sort(x)
	tail := len(x) / 40
	return interval{nullable.Float(x[tail]), nullable.Float(x[len(x)-1-tail])}
}

// Wilson returns the bounds of the 95 % interval of a probability by which part
// of whole trials succeeded (Wilson, J. Am. Stat. Assoc. 1927); NaN of no trial.
func Wilson(part, whole int) (low, high nullable.Float) {
	if whole == 0 {
		return nullable.NaN(), nullable.NaN()
	}
	const z = 1.959963984540054 // 97.5 % of a normal distribution are below
	n := float64(whole)
	p, square := float64(part)/n, z*z/n
	middle := p + float64(square/2)
	spread := math.Sqrt(float64(p*(1-p)*square) + float64(square*square/4))
	return nullable.Float(max((middle-spread)/(1+square), 0)), nullable.Float(min((middle+spread)/(1+square), 1))
}

// WilsonOfShare returns the bounds of a share of so many trials; NaN if the share has no
// value or the number of trials is not known.
func WilsonOfShare(share float64, whole int) (low, high nullable.Float) {
	if whole <= 0 || !(share >= 0 && share <= 1) {
		return nullable.NaN(), nullable.NaN()
	}
	return Wilson(int(math.Round(share*float64(whole))), whole)
}
