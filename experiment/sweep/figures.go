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
		{FigureID: FigureID{Name: BA}, Value: nullable.Float(r.BA)},
		{FigureID: FigureID{Name: ASR}, Value: nullable.Float(r.ASR)},
	}
	for _, l := range r.Levels {
		out = append(out, Figure{FigureID: FigureID{Name: MMD, Level: l.Level}, Value: l.MMD.Value})
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
	of := func(name string, value nullable.Float, interval ...nullable.Float) Figure {
		f := Figure{FigureID: FigureID{name, s.Name, s.Level}, Value: value}
		if len(interval) == 2 && !interval[0].IsNaN() {
			f.Interval = (*[2]nullable.Float)(interval)
		}
		return f
	}
	if s.Rule == score.RuleBest {
		return []Figure{of(F1, s.F1, s.F1Low, s.F1High), of(Chance, s.ChanceF1), of(AUROC, s.AUROC, s.AUROCLow, s.AUROCHigh)}
	}
	if s.NoThreshold || s.NoMinority {
		s.F1, s.ChanceF1 = nullable.NaN(), nullable.NaN()
		s.F1Low, s.F1High = s.F1, s.F1
	}
	return []Figure{
		of(CanonicalF1, s.F1, s.F1Low, s.F1High), of(CanonicalChance, s.ChanceF1),
		of(Flagged, s.Flagged), of(FalseAlarms, s.FalseAlarms, s.FalseAlarmsLow, s.FalseAlarmsHigh),
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
