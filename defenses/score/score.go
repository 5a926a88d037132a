// Package score says how well a detector did: what a verdict is, the figures
// that follow from its flags and from its ranking, their intervals, and how all
// of that is stored.
package score

import (
	"encoding/json"
	"fmt"
	"math"

	"sdrm/internal/nullable"
)

// The rules by which flags are scored.
const (
	RuleCanonical = "canonical" // the decision of the detector's authors
	RuleBest      = "best"      // the defender's best case
)

// Score is how well a detector did under one rule, with what it was shown. The
// schema is the same for all detectors. A figure that has no value, such as the
// AUROC of samples that are all benign, is NaN, and null in JSON.
type Score struct {
	Name  string `json:"name"`  // the detector
	Level string `json:"level"` // Protocol.Level
	Set   string `json:"set"`   // Protocol.Set
	Rule  string `json:"rule"`  // RuleCanonical or RuleBest
	// Variant is the score or cluster that the rule used.
	Variant string `json:"variant"`

	// F1, Precision and Recall are 0 where nothing is flagged rightly, and have no
	// value where there is nothing malicious to flag.
	F1        nullable.Float `json:"f1"`
	Precision nullable.Float `json:"precision"`
	Recall    nullable.Float `json:"recall"`
	// Prevalence is the share of malicious samples.
	Prevalence nullable.Float `json:"prevalence"`
	// Threshold is what the rule compared with; ThresholdRule says how.
	Threshold     nullable.Float `json:"threshold"`
	ThresholdRule string         `json:"threshold_rule"`
	// ChanceF1 is the mean F1 of a detector without information: of flagging at
	// random as many samples as the canonical decision did, or of the best case
	// of options that have nothing to do with the truth.
	ChanceF1 nullable.Float `json:"chance_f1"`
	// AUROC counts ties half; AUPRC is the average precision.
	AUROC nullable.Float `json:"auroc"`
	AUPRC nullable.Float `json:"auprc"`
	// TPR1 and TPR10 are the largest shares of malicious samples that a
	// threshold flags without flagging more than 1 % or 10 % of the benign ones.
	TPR1  nullable.Float `json:"tpr_at_1_fpr"`
	TPR10 nullable.Float `json:"tpr_at_10_fpr"`

	Samples int   `json:"samples"` // inspected
	Given   Given `json:"told"`

	// 95 % intervals: how much F1 and AUROC vary with the inspected samples. A
	// threshold or a variant chosen on the true labels stays as it is. Where
	// all resamples agree, as for an AUROC of 1, the interval is a point.
	F1Low     nullable.Float `json:"f1_low"`
	F1High    nullable.Float `json:"f1_high"`
	AUROCLow  nullable.Float `json:"auroc_low"`
	AUROCHigh nullable.Float `json:"auroc_high"`

	// Flagged is the share of the samples that are flagged, FalseAlarms that of
	// the benign ones, with its 95 % interval (Wilson's, as if each sample were
	// flagged by itself).
	Flagged         nullable.Float `json:"flagged"`
	FalseAlarms     nullable.Float `json:"false_alarms"`
	FalseAlarmsLow  nullable.Float `json:"false_alarms_low"`
	FalseAlarmsHigh nullable.Float `json:"false_alarms_high"`

	// CalledTarget is what is flagged of the benign images that the model calls the
	// target, as it calls all malicious ones. It is nil of latents and of classes, which
	// are all of one answer, and in older files.
	CalledTarget *FlaggedImages `json:"clean_called_target,omitempty"`

	// ChanceF1High is the 95th percentile of that F1: one detector in twenty
	// without information exceeds it.
	ChanceF1High nullable.Float `json:"chance_f1_95"`
	// ChanceAUROC is the mean AUROC without information, and ChanceAUROCHigh its 95th
	// percentile: 0.5 in the mean of one score, more where the best case is chosen from
	// several. Older files have none.
	ChanceAUROC     nullable.Float `json:"chance_auroc"`
	ChanceAUROCHigh nullable.Float `json:"chance_auroc_95"`

	// NoMinority tells that the rule supposes that malicious samples are a
	// minority, which they are not in this set: its flags mean nothing there.
	NoMinority bool `json:"no_minority,omitempty"`
	// NoThreshold tells that the rule found none, and so flags nothing whatever the
	// scores are, for what it needs is not there, such as clean samples; ThresholdRule
	// says what. An F1 of 0 says nothing of the detector then.
	NoThreshold bool `json:"no_threshold,omitempty"`

	Control *Control `json:"control,omitempty"` // nil if there is none
	Curve   *Curve   `json:"curve,omitempty"`   // nil unless Protocol.Curves; older files have none
}

// Given is what a detector was given beside the inspected samples; nothing is
// left at zero.
type Given struct {
	// PoisonShare is the share of poison that the detector is to expect.
	PoisonShare float64 `json:"poison_share,omitempty"`
	// Clean is the number of clean images that the defender holds: of the
	// inspected class where latents are inspected, of all classes elsewhere.
	Clean int `json:"clean,omitempty"`
	// Others is the number of clean images of other classes.
	Others int `json:"clean_other_classes,omitempty"`
}

// UnmarshalJSON reads null as NaN, and so the figures that an older file lacks. It
// wants a name and a rule.
func (s *Score) UnmarshalJSON(text []byte) error {
	type fields Score // without this method
	none := nullable.NaN()
	f := fields{TPR1: none, TPR10: none, F1Low: none, F1High: none, AUROCLow: none, AUROCHigh: none,
		Flagged: none, FalseAlarms: none, FalseAlarmsLow: none, FalseAlarmsHigh: none, ChanceF1High: none, ChanceAUROC: none, ChanceAUROCHigh: none}
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	if f.Name == "" || f.Rule != RuleCanonical && f.Rule != RuleBest {
		return fmt.Errorf("score of %.40q: rule: found %.40q, want a name and the rule %s or %s", f.Name, f.Rule, RuleCanonical, RuleBest)
	}
	if f.Curve != nil {
		malicious := int(math.Round(float64(f.Prevalence) * float64(f.Samples)))
		if err := f.Curve.check(malicious, f.Samples-malicious); err != nil {
			return fmt.Errorf("score of %.40q: %w", f.Name, err)
		}
	}
	*s = Score(f)
	return nil
}

// Protocol is how a verdict came about and how it is scored.
type Protocol struct {
	Level string // where latents come from, or what stands for it
	Set   string // the inspected set
	Given Given
	// Minority says that the canonical rule supposes that malicious samples are
	// fewer than benign ones.
	Minority bool
	// Resamples is how many resamples the intervals and chance come from, 0 for
	// none: they are NaN then, and chance in the best case that of flagging
	// everything. Seed names the streams that draw them.
	Resamples int
	Seed      uint64
	// Curves says that the shape of the scores is kept.
	Curves bool
	// CalledTarget says which samples the model calls the target, nil if Score.CalledTarget
	// does not apply.
	CalledTarget []bool
}

// Of scores a verdict against the truth, which sample is malicious: first the
// canonical decision, then the defender's best case, the option and the
// threshold with the highest F1 (the first of equals), or to flag everything if no
// option is as good. Where nothing is malicious there is no best case.
func Of(v Verdict, malicious []bool, p Protocol) []Score {
	if len(malicious) != len(v.Canonical.Flags) {
		panic(fmt.Sprintf("score: Of: truth about %d samples, verdict about %d", len(malicious), len(v.Canonical.Flags)))
	}
	canonical, options, best := decided(v, malicious)
	if best == nil {
		return []Score{canonical.score(v.Detector, RuleCanonical, unknown, p)}
	}
	own, top := chances(*canonical, options, p)
	return []Score{canonical.score(v.Detector, RuleCanonical, own, p), best.score(v.Detector, RuleBest, top, p)}
}

// decided returns the outcomes of a verdict: of the canonical decision, of the
// options, and of the best case among them, which is nil where nothing is malicious.
func decided(v Verdict, malicious []bool) (canonical *outcome, options []outcome, best *outcome) {
	o := newOutcome(v.Canonical, malicious)
	if o.positives == 0 {
		return &o, nil, nil
	}
	options = make([]outcome, len(v.Options))
	top := 0
	for i, option := range v.Options {
		if options[i] = newOutcome(option, malicious); options[i].f1() > options[top].f1() {
			top = i
		}
	}
	return &o, options, options[top].orEverything()
}

// outcome is a decision beside the truth.
type outcome struct {
	Decision
	ranking
	malicious     []bool
	free          bool // the threshold is where F1 is highest
	flagged, hits int  // samples flagged, and malicious ones among them
}

// newOutcome puts the threshold of a decision without flags where F1 is highest.
func newOutcome(d Decision, malicious []bool) outcome {
	o := outcome{Decision: d, ranking: newRanking(d, malicious), malicious: malicious}
	if o.free = o.Flags == nil; o.free {
		o.Threshold, o.ThresholdRule = o.bestThreshold(), "the threshold with the highest F1, flagged if at least"
		o.Flags = AtLeast(o.Scores, o.Threshold)
	}
	o.flagged = Count(o.Flags)
	for i, f := range o.Flags {
		if f && malicious[i] {
			o.hits++
		}
	}
	return o
}

// f1 is 0 where nothing is flagged rightly.
func (o *outcome) f1() float64 { return 2 * ratio(o.hits, o.flagged+o.positives) }

// orEverything returns the outcome of flagging everything, ranked as before, if
// its F1 is higher.
func (o outcome) orEverything() *outcome {
	if n := len(o.Flags); o.f1() < 2*ratio(o.positives, n+o.positives) {
		o.Flags = AtLeast(make([]float64, n), 0)
		o.flagged, o.hits = n, o.positives
		o.Threshold, o.ThresholdRule = math.Inf(-1), "everything is flagged: nothing else gives a higher F1"
	}
	return &o
}

// score returns the outcome's figures beside those of chance.
func (o *outcome) score(name, rule string, c chance, p Protocol) Score {
	prevalence := float64(o.positives) / float64(len(o.Flags))
	s := Score{
		Name: name, Level: p.Level, Set: p.Set, Rule: rule, Variant: o.Variant,
		F1:            nullable.Float(o.f1()),
		Precision:     nullable.Float(ratio(o.hits, o.flagged)),
		Recall:        nullable.Float(ratio(o.hits, o.positives)),
		Prevalence:    nullable.Float(prevalence),
		Threshold:     nullable.Float(o.Threshold),
		ThresholdRule: o.ThresholdRule,
		ChanceF1:      c.f1.mean,
		ChanceF1High:  c.f1.high,

		ChanceAUROC: c.auroc.mean, ChanceAUROCHigh: c.auroc.high,

		AUROC:       nullable.Float(o.auroc()),
		AUPRC:       nullable.Float(o.auprc()),
		TPR1:        nullable.Float(o.tprAt(1)),
		TPR10:       nullable.Float(o.tprAt(10)),
		Samples:     len(o.Flags),
		Given:       p.Given,
		Flagged:     share(o.flagged, len(o.Flags)),
		FalseAlarms: share(o.flagged-o.hits, o.negatives),
	}
	if o.positives == 0 {
		none := nullable.NaN()
		s.F1, s.Precision, s.Recall = none, none, none
	}
	s.NoMinority = rule == RuleCanonical && p.Minority && o.positives >= o.negatives
	s.NoThreshold = rule == RuleCanonical && math.IsInf(o.Threshold, 1)
	s.FalseAlarmsLow, s.FalseAlarmsHigh = Wilson(o.flagged-o.hits, o.negatives)
	if p.CalledTarget != nil {
		var flags []bool
		for i, f := range o.Flags {
			if p.CalledTarget[i] && !o.malicious[i] {
				flags = append(flags, f)
			}
		}
		called := OfImages(flags)
		s.CalledTarget = &called
	}
	f1, auroc := o.intervals(p)
	s.F1Low, s.F1High, s.AUROCLow, s.AUROCHigh = f1[0], f1[1], auroc[0], auroc[1]
	if p.Curves {
		s.Curve = o.curve()
	}
	return s
}

// ratio returns part/whole, 0 of no part.
func ratio(part, whole int) float64 {
	if part == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// share returns part/whole, NaN of nothing.
func share(part, whole int) nullable.Float {
	return nullable.Float(float64(part) / float64(whole))
}

// chanceF1 is the F1 that flagging a share q of the samples at random tends to,
// if a share p is malicious.
func chanceF1(p, q float64) float64 {
	if p+q == 0 {
		return 0
	}
	return 2 * p * q / (p + q)
}
