package report

import (
	"cmp"
	"encoding/csv"
	"io"
	"strconv"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
	"sdrm/internal/plain"
)

// CSV writes the figures of runs with a line for each, under the names that they
// have in JSON, and the λ that they were trained with, if that is known; _clean is what a figure is in a clean model, _difference how much
// larger it is in the run. What has no value has no line; a bound or a p-value that is not
// there is empty.
func CSV(w io.Writer, entries []Entry) error {
	lines := [][]string{{"run", "lambda", "figure", "set", "level", "detector", "rule", "value", "low", "high", "p"}}
	none := nullable.NaN()
	for _, e := range entries {
		r := e.Result
		weight := exact(nullable.Float(r.Lambda))
		if r.Imported {
			weight = "" // not known
		}
		add := func(figure, set, level, detector, rule string, f judge.Evidence) {
			if !f.Value.IsNaN() {
				lines = append(lines, []string{r.Name, weight, figure, set, level, detector, rule,
					exact(f.Value), exact(f.Low), exact(f.High), exact(f.P)})
			}
		}
		alone := func(x nullable.Float) judge.Evidence { return judge.Evidence{Value: x, P: none, Low: none, High: none} }
		between := func(x, low, high nullable.Float) judge.Evidence {
			return judge.Evidence{Value: x, P: none, Low: low, High: high}
		}
		share := func(x nullable.Float, images int) judge.Evidence {
			low, high := rateBounds(float64(x), images)
			return between(x, low, high)
		}
		add("ba", "", "", "", "", share(nullable.Float(r.BA), r.Tests))
		if !r.Control {
			add("asr", "", "", "", "", share(r.ASR, r.Triggered))
		}
		levels := []judge.Distance(r.Levels)
		if e.Measured != nil {
			levels = e.Measured.Levels
		}
		for _, d := range levels {
			set := cmp.Or(d.Pair, judge.Protocol).Set()
			for _, f := range []struct {
				name string
				judge.Evidence
			}{{"mmd", d.MMD}, {"ed", d.ED}, {"swd", d.SWD}, {"max_swd", d.MaxSWD}} {
				add(f.name, set, d.Level, "", "", f.Evidence)
				if clean := f.Control; clean != nil {
					add(f.name+"_clean", set, d.Level, "", "", alone(clean.Value))
					add(f.name+"_difference", set, d.Level, "", "", between(clean.Difference, clean.Low, clean.High))
				}
			}
		}
		for _, s := range r.Detectors {
			if s.NoThreshold { // which flags nothing, whatever it is shown
				s.FalseAlarms, s.FalseAlarmsLow, s.FalseAlarmsHigh = none, none, none
			}
			for _, f := range []struct {
				name string
				judge.Evidence
			}{
				{"f1", between(s.F1, s.F1Low, s.F1High)}, {"chance_f1", alone(s.ChanceF1)}, {"chance_f1_95", alone(s.ChanceF1High)},
				{"precision", alone(s.Precision)}, {"recall", alone(s.Recall)}, {"prevalence", alone(s.Prevalence)}, {"threshold", alone(s.Threshold)},
				{"flagged", alone(s.Flagged)}, {"false_alarms", between(s.FalseAlarms, s.FalseAlarmsLow, s.FalseAlarmsHigh)},
				{"auroc", between(s.AUROC, s.AUROCLow, s.AUROCHigh)}, {"chance_auroc", alone(s.ChanceAUROC)}, {"chance_auroc_95", alone(s.ChanceAUROCHigh)}, {"auprc", alone(s.AUPRC)},
				{"tpr_at_1_fpr", alone(s.TPR1)}, {"tpr_at_10_fpr", alone(s.TPR10)}, {"samples", alone(nullable.Float(s.Samples))},
			} {
				add(f.name, s.Set, s.Level, s.Name, s.Rule, f.Evidence)
			}
			if same := s.CalledTarget; same != nil {
				add("false_alarms_called_target", s.Set, s.Level, s.Name, s.Rule, between(nullable.Float(float64(same.Flagged)/float64(same.Images)), same.Low, same.High))
			}
			for _, f := range []struct {
				name string
				so   bool
			}{{"no_minority", s.NoMinority}, {"no_threshold", s.NoThreshold}} {
				if f.so {
					add(f.name, s.Set, s.Level, s.Name, s.Rule, alone(1))
				}
			}
			if s.Control == nil {
				continue
			}
			for _, f := range []struct {
				name string
				score.Contrast
			}{{"auroc", s.Control.AUROC}, {"f1", s.Control.F1}, {"flagged", s.Control.Flagged}, {"false_alarms", s.Control.FalseAlarms}} {
				add(f.name+"_clean", s.Set, s.Level, s.Name, s.Rule, alone(f.Value))
				add(f.name+"_difference", s.Set, s.Level, s.Name, s.Rule, between(f.Difference, f.Low, f.High))
			}
		}
	}
	return writeCSV(w, lines)
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
