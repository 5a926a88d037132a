package score

import (
	"math"

	"sdrm/internal/nullable"
	"sdrm/internal/rng"
)

// Contrast is a figure of the same samples in a clean model, and how much larger it
// is in the inspected one, with the bounds of a 95 % bootstrap interval.
type Contrast struct {
	Value      nullable.Float `json:"value"`
	Difference nullable.Float `json:"difference"`
	Low        nullable.Float `json:"low"`
	High       nullable.Float `json:"high"`
}

// Control compares the figures of a Score, under its names, with those that the
// same rule has in a clean model.
type Control struct {
	AUROC       Contrast `json:"auroc"`
	F1          Contrast `json:"f1"`
	Flagged     Contrast `json:"flagged"`
	FalseAlarms Contrast `json:"false_alarms"`
}

// contrastScores is the epoch of the streams that draw the samples of two models.
const contrastScores = 4

// Compare sets Control of the scores that Of returned of a verdict: against the
// verdict about the same samples, in the same order, in a clean model. The best case
// is chosen in each model by itself.
func Compare(scores []Score, v, clean Verdict, malicious []bool, p Protocol) {
	canonical, _, best := decided(v, malicious)
	other, _, bestOther := decided(clean, malicious)
	scores[0].Control = against(canonical, other, p)
	if best != nil {
		scores[1].Control = against(best, bestOther, p)
	}
}

// figures are those of Control, in its order.
type figures [4]float64

// against returns the figures of a clean model's outcome, and the differences of an
// outcome to them. For the intervals benign and malicious samples are drawn anew with
// replacement, each as many as there are, the same in both models, for these saw the
// same (paired percentile bootstrap, stratified; Robin et al., BMC Bioinformatics
// 2011). Flags, thresholds and variants stay. Bounds are NaN where a kind has one
// sample alone.
func against(o, clean *outcome, p Protocol) *Control {
	pair := [2]*outcome{o, clean}
	groups := paired(o, clean)
	var found, drawn [2]figures
	var counts [2]counted
	for i, x := range pair {
		counts[i] = newCounted(x)
		for kind, group := range groups {
			for _, sample := range group {
				counts[i].add(kind, sample)
			}
		}
		found[i] = counts[i].figures()
	}
	var differences [len(figures{})][]float64
	if len(groups[0]) != 1 && len(groups[1]) != 1 {
		for number := range p.Resamples {
			stream := rng.New(p.Seed, rng.Resample, contrastScores, number)
			for i := range counts {
				counts[i].clear()
			}
			for kind, group := range groups {
				for range group {
					sample := group[stream.IntN(len(group))]
					counts[0].add(kind, sample)
					counts[1].add(kind, sample)
				}
			}
			drawn[0], drawn[1] = counts[0].figures(), counts[1].figures()
			for f := range differences {
				differences[f] = append(differences[f], drawn[0][f]-drawn[1][f])
			}
		}
	}
	var out Control
	for f, to := range [...]*Contrast{&out.AUROC, &out.F1, &out.Flagged, &out.FalseAlarms} {
		*to = Contrast{nullable.Float(found[1][f]), nullable.Float(found[0][f] - found[1][f]), nullable.NaN(), nullable.NaN()}
		if len(differences[f]) > 0 && !to.Difference.IsNaN() {
			bounds := middle(differences[f])
			to.Low, to.High = bounds[0], bounds[1]
		}
	}
	return &out
}

// paired returns the benign and the malicious samples in an order that depends on
// what the two outcomes say of them alone.
func paired(o, clean *outcome) (groups [2][]int) {
	for _, sample := range identify([]outcome{*o, *clean}) {
		kind := 0
		if o.malicious[sample] {
			kind = 1
		}
		groups[kind] = append(groups[kind], sample)
	}
	return groups
}

// counted is an outcome of samples that are drawn one by one.
type counted struct {
	*outcome
	step    []int    // of the ranking, by sample
	drawn   [2][]int // by kind: how often each step was drawn
	flagged [2]int   // by kind
}

func newCounted(o *outcome) counted {
	c := counted{outcome: o, step: make([]int, len(o.order))}
	first := 0
	for i, s := range o.steps {
		next := s.hits + s.alarms
		for _, sample := range o.order[first:next] {
			c.step[sample] = i
		}
		first = next
	}
	for kind := range c.drawn {
		c.drawn[kind] = make([]int, len(o.steps))
	}
	return c
}

func (c *counted) clear() {
	clear(c.drawn[0])
	clear(c.drawn[1])
	c.flagged = [2]int{}
}

func (c *counted) add(kind, sample int) {
	c.drawn[kind][c.step[sample]]++
	if c.Flags[sample] {
		c.flagged[kind]++
	}
}

// figures returns those of the drawn samples.
func (c *counted) figures() figures {
	all := c.flagged[0] + c.flagged[1]
	auroc, f1 := math.NaN(), math.NaN()
	if c.positives > 0 {
		f1 = 2 * ratio(c.flagged[1], all+c.positives)
		if c.negatives > 0 {
			auroc = c.aurocOf(c.drawn)
		}
	}
	return figures{auroc, f1, float64(share(all, len(c.Flags))), float64(share(c.flagged[0], c.negatives))}
}
