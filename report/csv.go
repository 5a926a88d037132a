package report

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
	"sdrm/internal/plain"
)

// A csvLine is a figure of a run: of the model, or of a detector, at a place of it.
type csvLine struct {
	figure, set, level, detector, rule string
	judge.Evidence
}

// CSV writes the figures of runs with a line for each, and the λ that they were trained
// with, if that is known. A figure has the name that it has in JSON, where
// false_alarms_called_target is the flagged share of clean_called_target; _clean is what
// it is in a clean model, _difference how much larger it is in the run. What has no value
// has no line; a bound or a p-value that is not there is empty.
func CSV(w io.Writer, entries []Entry) error {
	lines := [][]string{{"run", "lambda", "figure", "set", "level", "detector", "rule", "value", "low", "high", "p"}}
	for _, e := range entries {
		r := e.Result
		weight := exact(nullable.Float(r.Lambda))
		if r.Imported {
			weight = "" // not known
		}
		levels := []judge.Distance(r.Levels)
		if e.Measured != nil {
			levels = e.Measured.Levels
		}
		for _, l := range slices.Concat(rateLines(r), distanceLines(levels), scoreLines(r.Detectors)) {
			if !l.Value.IsNaN() {
				lines = append(lines, []string{r.Name, weight, l.figure, l.set, l.level, l.detector, l.rule,
					exact(l.Value), exact(l.Low), exact(l.High), exact(l.P)})
			}
		}
	}
	return writeCSV(w, lines)
}

// alone is a figure without an interval.
func alone(x nullable.Float) judge.Evidence { return between(x, nullable.NaN(), nullable.NaN()) }

// between is a figure with its interval.
func between(x, low, high nullable.Float) judge.Evidence {
	return judge.Evidence{Value: x, P: nullable.NaN(), Low: low, High: high}
}

// shareOf is a share of so many images.
func shareOf(x nullable.Float, images int) judge.Evidence {
	low, high := score.WilsonOfShare(float64(x), images)
	return between(x, low, high)
}

// besideClean returns the lines of what a figure is in a clean model.
func besideClean(l csvLine, c score.Contrast) []csvLine {
	clean, difference := l, l
	clean.figure, clean.Evidence = l.figure+"_clean", alone(c.Value)
	difference.figure, difference.Evidence = l.figure+"_difference", between(c.Difference, c.Low, c.High)
	return []csvLine{clean, difference}
}

// rateLines returns the lines of BA and ASR.
func rateLines(r judge.Result) []csvLine {
	lines := []csvLine{{figure: "ba", Evidence: shareOf(nullable.Float(r.BA), r.Tests)}}
	if !r.Control {
		lines = append(lines, csvLine{figure: "asr", Evidence: shareOf(r.ASR, r.Triggered)})
	}
	return lines
}

// distanceLines returns the lines of distances.
func distanceLines(levels []judge.Distance) (lines []csvLine) {
	for _, d := range levels {
		at := csvLine{set: cmp.Or(d.Pair, judge.Protocol).Set(), level: d.Level}
		for _, f := range d.Figures() {
			at.figure, at.Evidence = f.Name, f.Evidence
			lines = append(lines, at)
			if f.Control != nil {
				lines = append(lines, besideClean(at, *f.Control)...)
			}
		}
	}
	return lines
}

// scoreLines returns the lines of the scores of detectors.
func scoreLines(scores []score.Score) (lines []csvLine) {
	for _, s := range scores {
		at := csvLine{set: s.Set, level: s.Level, detector: s.Name, rule: s.Rule}
		for _, f := range linesOf(s) {
			at.figure, at.Evidence = f.figure, f.Evidence
			lines = append(lines, at)
		}
		if s.Control == nil {
			continue
		}
		for _, f := range []struct {
			name string
			score.Contrast
		}{{"auroc", s.Control.AUROC}, {"f1", s.Control.F1}, {"flagged", s.Control.Flagged}, {"false_alarms", s.Control.FalseAlarms}} {
			at.figure = f.name
			lines = append(lines, besideClean(at, f.Contrast)...)
		}
	}
	return lines
}

// linesOf returns the lines of a score, without where it is.
func linesOf(s score.Score) []csvLine {
	alarms := between(s.FalseAlarms, s.FalseAlarmsLow, s.FalseAlarmsHigh)
	if s.NoThreshold { // which flags nothing, whatever it is shown
		alarms = alone(nullable.NaN())
	}
	var out []csvLine
	add := func(figure string, e judge.Evidence) { out = append(out, csvLine{figure: figure, Evidence: e}) }
	add("f1", between(s.F1, s.F1Low, s.F1High))
	add("chance_f1", alone(s.ChanceF1))
	add("chance_f1_95", alone(s.ChanceF1High))
	add("precision", alone(s.Precision))
	add("recall", alone(s.Recall))
	add("prevalence", alone(s.Prevalence))
	add("threshold", alone(s.Threshold))
	add("flagged", alone(s.Flagged))
	add("false_alarms", alarms)
	add("auroc", between(s.AUROC, s.AUROCLow, s.AUROCHigh))
	add("chance_auroc", alone(s.ChanceAUROC))
	add("chance_auroc_95", alone(s.ChanceAUROCHigh))
	add("auprc", alone(s.AUPRC))
	add("tpr_at_1_fpr", alone(s.TPR1))
	add("tpr_at_10_fpr", alone(s.TPR10))
	add("samples", alone(nullable.Float(s.Samples)))
	if same := s.CalledTarget; same != nil {
		add("false_alarms_called_target", between(nullable.Float(float64(same.Flagged)/float64(same.Images)), same.Low, same.High))
	}
	if s.NoMinority {
		add("no_minority", alone(1))
	}
	if s.NoThreshold {
		add("no_threshold", alone(1))
	}
	return out
}

// writeCSV writes lines of cells, of which each is made harmless.
func writeCSV(w io.Writer, lines [][]string) error {
	for _, line := range lines {
		for i, cell := range line {
			line[i] = plain.Line(cell)
		}
	}
	return csv.NewWriter(w).WriteAll(lines)
}

// exact is a number with all its digits, nothing if it has no value.
func exact(x nullable.Float) string {
	if x.IsNaN() {
		return ""
	}
	return strconv.FormatFloat(float64(x), 'g', -1, 64)
}
