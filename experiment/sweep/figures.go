package sweep

import (
	"slices"

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
	BA          = "ba"
	ASR         = "asr"
	MMD         = "mmd"    // MMD² between benign and malicious test images
	F1          = "f1"     // of a detector, in the defender's best case
	Chance      = "chance" // F1 of knowing nothing, beside F1
	AUROC       = "auroc"  // of the score that F1 is of
	CanonicalF1 = "canonical_f1"
	// CanonicalChance is what knowing nothing gives beside CanonicalF1.
	CanonicalChance = "canonical_chance"
)

// AnyLevel stands for the level where a detector of latents does best.
const AnyLevel = "any"

// Figure is a number that a cell found.
type Figure struct {
	FigureID
	Value nullable.Float `json:"value"`
}

// figures returns the figures of a result: BA, ASR, MMD² at each level; and of
// each detector, on test images or on the classes of the model, F1 and AUROC at
// the deepest level of those it looked at and over all of them. What detectors
// make of the training set is left out.
func figures(r judge.Result) []Figure {
	out := []Figure{{FigureID{Name: BA}, nullable.Float(r.BA)}, {FigureID{Name: ASR}, nullable.Float(r.ASR)}}
	for _, l := range r.Levels {
		out = append(out, Figure{FigureID{Name: MMD, Level: l.Level}, l.MMD.Value})
	}
	for _, group := range byDetector(r.Detectors) {
		at := group[len(group)-1].Level
		out = append(out, ofDetector(slices.DeleteFunc(slices.Clone(group), func(s score.Score) bool { return s.Level != at }), at)...)
		if group[0].Level != at {
			out = append(out, ofDetector(group, AnyLevel)...)
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

// ofDetector returns the largest figures among scores of one detector.
func ofDetector(scores []score.Score, level string) []Figure {
	largest := func(rule string, of func(score.Score) nullable.Float) (best score.Score, ok bool) {
		for _, s := range scores {
			if s.Rule == rule && (!ok || of(best).IsNaN() || of(s) > of(best)) {
				best, ok = s, true
			}
		}
		return best, ok
	}
	var out []Figure
	add := func(name string, v nullable.Float) {
		out = append(out, Figure{FigureID{name, scores[0].Name, level}, v})
	}
	f1 := func(s score.Score) nullable.Float { return s.F1 }
	if s, ok := largest(score.RuleBest, f1); ok {
		add(F1, s.F1)
		add(Chance, s.ChanceF1)
	}
	if s, ok := largest(score.RuleBest, func(s score.Score) nullable.Float { return s.AUROC }); ok {
		add(AUROC, s.AUROC)
	}
	if s, ok := largest(score.RuleCanonical, f1); ok {
		add(CanonicalF1, s.F1)
		add(CanonicalChance, s.ChanceF1)
	}
	return out
}
