package report

import (
	"fmt"
	"slices"
	"strings"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// curveLevel is what a group of runs shows of the scores at a level.
type curveLevel struct {
	Level  string
	Open   bool // shown unfolded
	Panels []panel
}

// panel is the ROC curves of a detector, a run each, and the histograms of its
// scores.
type panel struct {
	Detector   string
	Level      string
	Side       int
	Margin     float64
	ROCs       []roc
	Histograms []histogram
}

// roc is a run's ROC curve with what each rule makes of it. All coordinates are
// those of the figure.
type roc struct {
	Run    int
	Name   string
	Points string // of the best case's scores
	Own    string // of the canonical rule's, if those are others
	Rules  [2]operating
	AUROC  string
	Rates  [len(alarmRates)]string // of malicious samples that are flagged, at alarmRates
}

// operating is where a rule stands on a curve.
type operating struct {
	X, Y float64
	Text string
}

// alarmRates are the shares of benign samples at which tables read a ROC curve.
var alarmRates = [...]float64{0.01, 0.05, 0.1, 0.2, 0.5}

const (
	rocSide   = 200
	rocMargin = 8.0
)

// curveLevels collects the panels of some runs, numbered by at, whose results have
// curves; the deepest level is open.
func curveLevels(results []judge.Result, at []int) []curveLevel {
	var out []curveLevel
	for _, run := range at {
		r := results[run]
		for i, own := range r.Detectors {
			if own.Rule != score.RuleCanonical || own.Curve == nil {
				continue
			}
			best := own
			for _, s := range r.Detectors[i:] {
				if s.Rule == score.RuleBest && s.Curve != nil && s.Name == own.Name && s.Level == own.Level && s.Set == own.Set {
					best = s
					break
				}
			}
			l := slices.IndexFunc(out, func(l curveLevel) bool { return l.Level == own.Level })
			if l < 0 {
				l = len(out)
				out = append(out, curveLevel{Level: own.Level})
			}
			panels := &out[l].Panels
			p := slices.IndexFunc(*panels, func(p panel) bool { return p.Detector == own.Name })
			if p < 0 {
				p = len(*panels)
				*panels = append(*panels, panel{Detector: own.Name, Level: own.Level, Side: rocSide, Margin: rocMargin})
			}
			(*panels)[p].ROCs = append((*panels)[p].ROCs, newROC(run, r.Name, own, best))
			(*panels)[p].Histograms = append((*panels)[p].Histograms, newHistogram(run, r.Name, own, best))
		}
	}
	if len(at) > 0 {
		deepest := lastLevel(results[at[0]])
		for i := range out {
			out[i].Open = out[i].Level == deepest
		}
	}
	return out
}

func newROC(run int, name string, own, best score.Score) roc {
	out := roc{Run: run, Name: name, Points: trace(best.Curve), AUROC: format(best.AUROC, 2)}
	if p := trace(own.Curve); p != out.Points {
		out.Own = p
	}
	for i, s := range []score.Score{own, best} {
		out.Rules[i] = operating{rocX(float64(s.FalseAlarms)), rocY(float64(s.Recall)),
			fmt.Sprintf("flags %s of the malicious and %s of the benign samples", format(s.Recall, 3), format(s.FalseAlarms, 3))}
	}
	for i, rate := range alarmRates {
		out.Rates[i] = missing
		if c := best.Curve; c.Hits[len(c.Hits)-1] > 0 { // else nothing is malicious
			out.Rates[i] = format(readROC(best.Curve, rate), 2)
		}
	}
	return out
}

func rocX(share float64) float64 { return place(share, 0, 1, rocMargin, rocSide-rocMargin) }
func rocY(share float64) float64 { return place(share, 0, 1, rocSide-rocMargin, rocMargin) }

// shares returns a point of a ROC curve as shares of the benign and the malicious
// samples.
func shares(c *score.Curve, i int) (alarms, hits float64) {
	last := len(c.Alarms) - 1
	return float64(c.Alarms[i]) / float64(max(c.Alarms[last], 1)), float64(c.Hits[i]) / float64(max(c.Hits[last], 1))
}

// trace returns a ROC curve as points of a polyline, to the nearest unit: there may be
// hundreds of curves.
func trace(c *score.Curve) string {
	var points []string
	for i := range c.Alarms {
		alarms, hits := shares(c, i)
		points = append(points, fmt.Sprintf("%.0f,%.0f", rocX(alarms), rocY(hits)))
	}
	return strings.Join(points, " ")
}

// readROC returns the largest share of malicious samples that a kept point of the
// curve flags with at most such a share of benign ones.
func readROC(c *score.Curve, rate float64) nullable.Float {
	var most float64
	for i := range c.Alarms {
		if alarms, hits := shares(c, i); alarms <= rate {
			most = max(most, hits)
		}
	}
	return nullable.Float(most)
}
