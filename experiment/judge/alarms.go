package judge

import (
	"context"
	"math"
	"slices"

	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/internal/nullable"
	"sdrm/models"
)

// What Alarms say of the level that a rule claims.
const (
	Holds      = "holds" // the level is within the interval
	Exceeds    = "above" // more is flagged than the rule claims: the whole interval is above
	FallsShort = "below" // less is flagged: the whole interval is below
	NoClaim    = "claims none"
	NoDecision = "no threshold" // in no set
)

// Alarms are what a detector's canonical rule flags of clean samples at a level, all
// of it falsely. A set is the samples of a class in one model, all images of one that
// a detector of images inspects, or the classes of one.
type Alarms struct {
	Detector string         `json:"name"`
	Level    string         `json:"level"`
	Claimed  nullable.Float `json:"claimed"` // the largest share that the rule claims to flag; null if it claims none
	OfSets   bool           `json:"of_sets"` // the share is one of sets, of which any sample is flagged, and not of samples
	Share    nullable.Float `json:"flagged"` // mean over the sets; null if there are none
	Low      nullable.Float `json:"low"`     // of a 95 % interval
	High     nullable.Float `json:"high"`
	Verdict  string         `json:"verdict"`

	Samples   int `json:"samples"`
	Raised    int `json:"samples_flagged"`
	Sets      int `json:"sets"`              // those of which the rule decided
	Alarmed   int `json:"sets_flagged"`      // something of them is flagged
	Unlimited int `json:"without_threshold"` // sets beside these, for which there were too few clean samples
}

// Calibration is what the canonical rules flag in clean models.
type Calibration struct {
	Models  int       `json:"models"`
	Alarms  []Alarms  `json:"alarms"`
	Skipped []Skipped `json:"skipped,omitempty"`

	shares [][]float64 // of Alarms, a set each
}

// Add shows the named detectors a clean model as Detect does: at the given places the
// test images of each class that it calls so, and test images of all classes. What is
// kept of a judgement has no flags to count: of w OnProgress alone is used. If ctx
// ends, the error is context.Canceled.
func (c *Calibration) Add(ctx context.Context, x *subject.Subject, at []models.Activation, names []string, w Work) error {
	p, err := newPanel(names, x, nil)
	if err != nil {
		return err
	}
	p.work.Work, p.work.all = Work{OnProgress: w.OnProgress}, len(p.units(at, p.sets(Protocol)...))+len(p.others)
	p.said = map[Unit]answer{}
	for i := range at {
		if err := p.inspectClean(ctx, at[i:i+1]); err != nil {
			return err
		}
	}
	if err := p.inspectImages(ctx); err != nil {
		return err
	}
	for _, s := range p.scores {
		c.count(s, p.said[Unit{s.Name, s.Level, s.Set}].verdict.Canonical)
	}
	c.Models++
	c.Skipped = append(c.Skipped, p.skipped...)
	return nil
}

// count adds what a canonical decision flags of a set.
func (c *Calibration) count(s score.Score, d defenses.Decision) {
	i := slices.IndexFunc(c.Alarms, func(a Alarms) bool { return a.Detector == s.Name && a.Level == s.Level })
	if i < 0 {
		i = len(c.Alarms)
		claimed := nullable.NaN()
		if d.Claim > 0 {
			claimed = nullable.Float(d.Claim)
		}
		c.Alarms, c.shares = append(c.Alarms, Alarms{Detector: s.Name, Level: s.Level, Claimed: claimed, OfSets: d.OfSets}), append(c.shares, nil)
	}
	a := &c.Alarms[i]
	if math.IsInf(d.Threshold, 1) { // that it flags nothing says nothing
		a.Unlimited++
	} else {
		raised := score.Count(d.Flags)
		a.Samples, a.Raised, a.Sets = a.Samples+len(d.Flags), a.Raised+raised, a.Sets+1
		if raised > 0 {
			a.Alarmed++
		}
		c.shares[i] = append(c.shares[i], float64(raised)/float64(len(d.Flags)))
	}
	a.judge(c.shares[i])
}

// judge sets the share that is flagged and what follows for the claim. The interval of
// a share of sets is Wilson's. That of a share of samples is the wider one, at each
// end, of Student's t over the sets, which have thresholds of their own and so rates of
// their own, and of Wilson's over all samples, as if each were flagged by itself (ours):
// the first says nothing of one set, or where all sets agree.
func (a *Alarms) judge(shares []float64) {
	if a.Sets == 0 {
		a.Share, a.Low, a.High, a.Verdict = nullable.NaN(), nullable.NaN(), nullable.NaN(), NoDecision
		return
	}
	mean, deviation := score.Moments(shares)
	low, high := score.Wilson(a.Raised, a.Samples)
	if n := len(shares); a.OfSets {
		mean = float64(a.Alarmed) / float64(n)
		low, high = score.Wilson(a.Alarmed, a.Sets)
	} else if n > 1 {
		half := score.HalfWidth(n, deviation)
		low, high = min(low, nullable.Float(max(mean-half, 0))), max(high, nullable.Float(min(mean+half, 1)))
	}
	a.Share, a.Low, a.High = nullable.Float(mean), low, high
	switch {
	case a.Claimed.IsNaN():
		a.Verdict = NoClaim
	case low > a.Claimed:
		a.Verdict = Exceeds
	case high < a.Claimed:
		a.Verdict = FallsShort
	default:
		a.Verdict = Holds
	}
}
