package sweep

import (
	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// FigureID says what a figure is of.
type FigureID struct {
	Name     string `json:"name"`
	Detector string `json:"detector,omitempty"`
	Level    string `json:"level,omitempty"` // or AnyLevel
}

// The names of figures.
const (
	BA     = "ba"
	ASR    = "asr"
	MMD    = "mmd"    // MMD² between benign and malicious test images
	F1     = "f1"     // of a detector, in the defender's best case
	Chance = "chance" // the same of a detector without information
	AUROC  = "auroc"  // of the score that F1 is of
	// What the canonical decision gives, and the share of all samples and of the
	// benign ones that it flags.
	CanonicalF1     = "canonical_f1"
	CanonicalChance = "canonical_chance"
	Flagged         = "flagged"
	FalseAlarms     = "false_alarms"
)

// AnyLevel stands for the level where a detector of latents does best.
const AnyLevel = "any"

// Figure is a number that a cell found, with its 95 % interval where the result
// has one.
type Figure struct {
	FigureID
	Value    nullable.Float     `json:"value"`
	Interval *[2]nullable.Float `json:"interval,omitempty"`
}

// figures returns the figures of a result: BA, ASR, MMD² at each level; and of
// each detector, on test images or on the classes of the model, what it makes of
// the deepest level that it looked at, and its best case over all of them. What
// detectors make of the training set is left out.
func figures(r judge.Result) []Figure {
	out := []Figure{
		ofShare(FigureID{Name: BA}, nullable.Float(r.BA), r.Tests),
		ofShare(FigureID{Name: ASR}, r.ASR, r.Triggered),
	}
	for _, l := range r.Levels {
		out = append(out, between(FigureID{Name: MMD, Level: l.Level}, l.MMD.Value, l.MMD.Low, l.MMD.High))
	}
	for _, scores := range byDetector(r.Detectors) {
		deepest := scores[len(scores)-1].Level
		for _, s := range scores {
			if s.Level == deepest {
				out = append(out, ofScore(s)...)
			}
		}
		if scores[0].Level != deepest {
			out = append(out, atAnyLevel(scores)...)
		}
	}
	return out
}

// between is a figure with the interval of its bounds, without one if they have no
// value.
func between(id FigureID, value, low, high nullable.Float) Figure {
	f := Figure{FigureID: id, Value: value}
	if !low.IsNaN() {
		f.Interval = &[2]nullable.Float{low, high}
	}
	return f
}

// ofShare is a share of so many images or latents, with Wilson's interval.
func ofShare(id FigureID, share nullable.Float, whole int) Figure {
	low, high := score.WilsonOfShare(float64(share), whole)
	return between(id, share, low, high)
}

// byDetector sorts scores by detector, as they first appear, levels from the
// first to the deepest.
func byDetector(scores []score.Score) [][]score.Score {
	at := map[string]int{}
	var out [][]score.Score
	for _, s := range scores {
		if s.Set != judge.TestSet && s.Set != judge.InputSet && s.Set != judge.ClassSet {
			continue
		}
		if _, ok := at[s.Name]; !ok {
			at[s.Name] = len(out)
			out = append(out, nil)
		}
		out[at[s.Name]] = append(out[at[s.Name]], s)
	}
	return out
}

// ofScore returns the figures of a score under its rule. The F1 of a canonical rule
// has no value where the rule means nothing: without a threshold, or without the
// minority that it supposes.
func ofScore(s score.Score) []Figure {
	id := func(name string) FigureID { return FigureID{name, s.Name, s.Level} }
	if s.Rule == score.RuleBest {
		return []Figure{
			between(id(F1), s.F1, s.F1Low, s.F1High), {FigureID: id(Chance), Value: s.ChanceF1},
			between(id(AUROC), s.AUROC, s.AUROCLow, s.AUROCHigh),
		}
	}
	if s.NoThreshold || s.NoMinority {
		s.F1, s.ChanceF1 = nullable.NaN(), nullable.NaN()
		s.F1Low, s.F1High = s.F1, s.F1
	}
	return []Figure{
		between(id(CanonicalF1), s.F1, s.F1Low, s.F1High), {FigureID: id(CanonicalChance), Value: s.ChanceF1},
		ofShare(id(Flagged), s.Flagged, s.Samples), between(id(FalseAlarms), s.FalseAlarms, s.FalseAlarmsLow, s.FalseAlarmsHigh),
	}
}

// atAnyLevel returns the largest F1 and the largest AUROC of a detector's best
// cases. They have no intervals, as the level is chosen by them.
func atAnyLevel(scores []score.Score) []Figure {
	f1, auroc := nullable.NaN(), nullable.NaN()
	larger := func(a, b nullable.Float) nullable.Float {
		if a.IsNaN() || b > a {
			return b
		}
		return a
	}
	for _, s := range scores {
		if s.Rule == score.RuleBest {
			f1, auroc = larger(f1, s.F1), larger(auroc, s.AUROC)
		}
	}
	name := scores[0].Name
	return []Figure{{FigureID: FigureID{F1, name, AnyLevel}, Value: f1}, {FigureID: FigureID{AUROC, name, AnyLevel}, Value: auroc}}
}
