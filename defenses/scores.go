package defenses

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// The rules by which flags are scored.
const (
	RuleCanonical = "canonical" // the decision of the detector's authors
	RuleBest      = "best"      // the defender's best case
)

// Score is how well a detector did under one rule. A figure that has no value,
// such as the AUROC of samples that are all benign, is NaN, and null in JSON.
type Score struct {
	Name  string // the detector
	Level string // the level of the latents; Judge leaves it to its caller
	Set   string // the inspected set; Judge leaves it to its caller
	Rule  string // RuleCanonical or RuleBest
	// Variant is the score or cluster that the rule used.
	Variant string

	// F1, Precision and Recall are 0 where nothing is flagged rightly.
	F1, Precision, Recall float64
	// Prevalence is the share of malicious samples.
	Prevalence float64
	// Threshold is what the rule compared with; ThresholdRule says how.
	Threshold     float64
	ThresholdRule string
	// ChanceF1 is the F1 of a detector that knows nothing: of flagging at
	// random as many samples as the canonical decision did, or of flagging all
	// where the best threshold is chosen.
	ChanceF1 float64
	// AUROC counts ties half; AUPRC is the average precision.
	AUROC, AUPRC float64
	// TPR1 and TPR10 are the largest shares of malicious samples that a
	// threshold flags without flagging more than 1 % or 10 % of the benign ones.
	TPR1, TPR10 float64
}

// Judge scores a verdict against the truth, which sample is malicious: first
// the canonical decision, then the defender's best case, the option and the
// threshold with the highest F1 (the first of equals).
func Judge(v Verdict, malicious []bool) []Score {
	if len(malicious) != len(v.Canonical.Flags) {
		panic(fmt.Sprintf("defenses: Judge: truth about %d samples, verdict about %d", len(malicious), len(v.Canonical.Flags)))
	}
	positives := count(malicious)
	prevalence := float64(positives) / float64(len(malicious))

	c := v.Canonical
	canonical := Score{
		Name: v.Detector, Rule: RuleCanonical, Variant: c.Variant, Prevalence: prevalence,
		Threshold: c.Threshold, ThresholdRule: c.ThresholdRule,
		ChanceF1: chanceF1(prevalence, float64(count(c.Flags))/float64(len(c.Flags))),
	}
	canonical.setFlags(c.Flags, malicious)
	canonical.setRanking(newRanking(c.Scores, malicious))

	var best Score
	for i, o := range v.Options {
		s := Score{
			Name: v.Detector, Rule: RuleBest, Variant: o.Variant, Prevalence: prevalence,
			Threshold: o.Threshold, ThresholdRule: o.ThresholdRule, ChanceF1: chanceF1(prevalence, 1),
		}
		r := newRanking(o.Scores, malicious)
		flags := o.Fixed
		if flags == nil {
			s.Threshold, s.ThresholdRule = r.bestThreshold(), "the threshold with the highest F1, flagged if at least"
			flags = atLeast(o.Scores, s.Threshold)
		}
		s.setFlags(flags, malicious)
		s.setRanking(r)
		if i == 0 || s.F1 > best.F1 {
			best = s
		}
	}
	return []Score{canonical, best}
}

// chanceF1 is the F1 that flagging a share q of the samples at random tends to,
// if a share p is malicious.
func chanceF1(p, q float64) float64 {
	if p+q == 0 {
		return 0
	}
	return 2 * p * q / (p + q)
}

func count(flags []bool) int {
	n := 0
	for _, f := range flags {
		if f {
			n++
		}
	}
	return n
}

// setFlags fills in what follows from the flags alone.
func (s *Score) setFlags(flags, malicious []bool) {
	hits := 0
	for i, f := range flags {
		if f && malicious[i] {
			hits++
		}
	}
	if hits == 0 {
		return
	}
	flagged, positives := count(flags), count(malicious)
	s.Precision = float64(hits) / float64(flagged)
	s.Recall = float64(hits) / float64(positives)
	s.F1 = 2 * float64(hits) / float64(flagged+positives)
}

// setRanking fills in what follows from the ranking alone.
func (s *Score) setRanking(r ranking) {
	s.AUROC, s.AUPRC = r.auroc(), r.auprc()
	s.TPR1, s.TPR10 = r.tprAt(1), r.tprAt(10)
}

// ranking is the truth in the order of falling scores, one step for each
// distinct score.
type ranking struct {
	steps                []step
	positives, negatives int
}

// step is what is flagged if the threshold is this score.
type step struct {
	score        float64
	hits, alarms int
}

func newRanking(scores []float64, malicious []bool) ranking {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return 0
	})
	var r ranking
	for i, sample := range order {
		if malicious[sample] {
			r.positives++
		} else {
			r.negatives++
		}
		if i+1 == len(order) || scores[order[i+1]] != scores[sample] {
			r.steps = append(r.steps, step{scores[sample], r.positives, r.negatives})
		}
	}
	return r
}

// bestThreshold returns the score with the highest F1, the highest of equals.
func (r ranking) bestThreshold() float64 {
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
func (r ranking) auroc() float64 {
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
func (r ranking) auprc() float64 {
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
func (r ranking) tprAt(percent int) float64 {
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

// scoreJSON is the schema of a Score.
type scoreJSON struct {
	Name          string `json:"name"`
	Level         string `json:"level"`
	Set           string `json:"set"`
	Rule          string `json:"rule"`
	Variant       string `json:"variant"`
	F1            figure `json:"f1"`
	Precision     figure `json:"precision"`
	Recall        figure `json:"recall"`
	Prevalence    figure `json:"prevalence"`
	Threshold     figure `json:"threshold"`
	ThresholdRule string `json:"threshold_rule"`
	ChanceF1      figure `json:"chance_f1"`
	AUROC         figure `json:"auroc"`
	AUPRC         figure `json:"auprc"`
	TPR1          figure `json:"tpr_at_1_fpr"`
	TPR10         figure `json:"tpr_at_10_fpr"`
}

// MarshalJSON writes null for figures that are not finite.
func (s Score) MarshalJSON() ([]byte, error) {
	return json.Marshal(scoreJSON{
		s.Name, s.Level, s.Set, s.Rule, s.Variant,
		figure(s.F1), figure(s.Precision), figure(s.Recall), figure(s.Prevalence),
		figure(s.Threshold), s.ThresholdRule, figure(s.ChanceF1), figure(s.AUROC), figure(s.AUPRC),
		figure(s.TPR1), figure(s.TPR10),
	})
}

// UnmarshalJSON reads null as NaN, and so the true positive rates where an
// older file lacks them.
func (s *Score) UnmarshalJSON(data []byte) error {
	j := scoreJSON{TPR1: figure(math.NaN()), TPR10: figure(math.NaN())}
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*s = Score{
		j.Name, j.Level, j.Set, j.Rule, j.Variant,
		float64(j.F1), float64(j.Precision), float64(j.Recall), float64(j.Prevalence),
		float64(j.Threshold), j.ThresholdRule, float64(j.ChanceF1), float64(j.AUROC), float64(j.AUPRC),
		float64(j.TPR1), float64(j.TPR10),
	}
	return nil
}

// figure is a number that JSON may lack.
type figure float64

func (f figure) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

func (f *figure) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*f = figure(math.NaN())
		return nil
	}
	return json.Unmarshal(data, (*float64)(f))
}
