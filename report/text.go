package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// Text writes the results as tables for a terminal, side by side.
func Text(w io.Writer, results []judge.Result) error {
	return Terminal.write(w, rates(results), distances(of(results)), sideBySide(results), footnote(results), ofClasses(results), skipped(results))
}

// RatesText writes BA and ASR.
func RatesText(w io.Writer, results []judge.Result) error {
	return Terminal.write(w, rates(results))
}

// DistancesText writes the distances at every level.
func DistancesText(w io.Writer, results []judge.Result) error {
	return Terminal.write(w, distances(of(results)), skipped(results))
}

// MeasuredText writes the distances with their evidence.
func MeasuredText(w io.Writer, m judge.Measured) error {
	runs := []apart{ofMeasured(m)}
	return Terminal.write(w, distances(runs), aboveIntervals(runs), contrasts(runs), warned(m.Name, m.Warnings), skipped([]judge.Result{{Name: m.Name, Skipped: m.Skipped}}))
}

// DetectorsText writes all figures of the detectors.
func DetectorsText(w io.Writer, detected []judge.Detected) error {
	var results []judge.Result
	var weak table
	for _, d := range detected {
		results = append(results, judge.Result{Name: d.Name, Detectors: d.Detectors, Skipped: d.Skipped})
		weak.rows = append(weak.rows, warned(d.Name, d.Warnings).rows...)
	}
	return Terminal.write(w, figures(results), againstControls(results), footnote(results), ofClasses(results), weak, skipped(results))
}

// Write writes the runs side by side: what they do, how far apart their latents
// are, and what each detector makes of them.
func (s Style) Write(w io.Writer, entries []Entry) error {
	var results []judge.Result
	var runs []apart
	var weak, catching table
	for _, e := range entries {
		results = append(results, e.Result)
		if e.Measured != nil {
			runs = append(runs, ofMeasured(*e.Measured))
			weak.rows = append(weak.rows, warned(e.Result.Name, e.Measured.Warnings).rows...)
		} else {
			runs = append(runs, of([]judge.Result{e.Result})...)
		}
		weak.rows = append(weak.rows, warned(e.Result.Name, e.Warnings).rows...)
		if e.Unfinished {
			catching.add(fmt.Sprintf("%s: not finished: %s", e.Result.Name, e.soFar()))
			continue
		}
		for _, line := range lines(e.Result) {
			catching.add(fmt.Sprintf("%s: %s", e.Result.Name, line))
		}
	}
	tables := []table{rates(results), distances(runs), aboveIntervals(runs), contrasts(runs), weak}
	for _, r := range results {
		tables = append(tables, byLevel(r))
	}
	return s.write(w, append(tables, sideBySide(results), againstControls(results), footnote(results), ofClasses(results), catching, skipped(results))...)
}

// aboveIntervals explains figures that lie above their intervals.
func aboveIntervals(runs []apart) (t table) {
	for _, run := range runs {
		if text := biased(run.levels); text != "" && run.biased {
			t.add(run.name + ": " + text)
		}
	}
	return t
}

func each(first string, results []judge.Result, cells func(judge.Result) []string) []string {
	out := []string{first}
	for _, r := range results {
		out = append(out, cells(r)...)
	}
	return out
}

func rates(results []judge.Result) table {
	one := func(name string, cell func(judge.Result) string) []string {
		return each(name, results, func(r judge.Result) []string { return []string{cell(r)} })
	}
	t := table{
		head: one("run", func(r judge.Result) string { return r.Name }),
		rows: [][]string{
			one("lambda", lambda),
			one("BA", func(r judge.Result) string { return rate(r.BA, r.Tests, 4) }),
		},
	}
	if attacked(results) {
		t.add(one("ASR", asr)...)
	}
	t.add(one("weights", func(r judge.Result) string { return fmt.Sprintf("%.12s", r.WeightsSHA256) })...)
	return t
}

// attacked tells whether a run has a backdoor, so that there is an ASR to show.
func attacked(results []judge.Result) bool {
	return slices.ContainsFunc(results, func(r judge.Result) bool { return !r.Control })
}

// asr returns the ASR of a run, which a clean model has not.
func asr(r judge.Result) string {
	if r.Control {
		return missing
	}
	return rate(float64(r.ASR), r.Triggered, 4)
}

// byLevel has a row for a detector of latents and a column for a level: F1 and
// AUROC in the defender's best case on test images.
func byLevel(r judge.Result) table {
	t := table{head: []string{"best F1 / AUROC, " + r.Name}}
	rows := map[string]int{}
	for _, s := range r.Detectors {
		if s.Set != judge.TestSet || s.Rule != score.RuleBest {
			continue
		}
		if !slices.Contains(t.head, s.Level) {
			t.head = append(t.head, s.Level)
		}
		if _, ok := rows[s.Name]; !ok {
			rows[s.Name] = len(t.rows)
			t.add(s.Name)
		}
	}
	for i := range t.rows {
		for range t.head[1:] {
			t.rows[i] = append(t.rows[i], missing)
		}
	}
	for _, s := range r.Detectors {
		if s.Set == judge.TestSet && s.Rule == score.RuleBest {
			t.rows[rows[s.Name]][slices.Index(t.head, s.Level)] = format(s.F1, 2) + " / " + format(s.AUROC, 2)
		}
	}
	return t
}

// sideBySide has a row for a detector on a set at a level: for each run F1 by
// the canonical rule beside its chance, the false alarms of that, F1 in the
// defender's best case, and the AUROC of that.
func sideBySide(results []judge.Result) table {
	t := table{head: append([]string{"set", "level", "detector"}, each("", results, func(r judge.Result) []string {
		return []string{"F1 " + r.Name + " (chance)", "false alarms [95 %]", "best F1 (chance)", "AUROC [95 %]"}
	})[1:]...)}
	at := map[[3]string]int{}
	for _, row := range pivot(results) {
		key := [3]string{row.Set, row.Level, row.Name}
		i, ok := at[key]
		if !ok {
			i = len(t.rows)
			at[key] = i
			cells := append([]string{}, key[:]...)
			for range 4 * len(results) {
				cells = append(cells, missing)
			}
			t.add(cells...)
		}
		for run, s := range row.Scores {
			if s == nil {
				continue
			}
			f1 := missing
			if !s.F1.IsNaN() {
				f1 = fmt.Sprintf("%s (%s)%s", format(s.F1, 3), format(s.ChanceF1, 3), unfit(*s))
			}
			cells := t.rows[i][3+4*run:]
			if s.Rule == score.RuleCanonical {
				cells[0], cells[1] = f1, falseAlarms(*s)
			} else {
				cells[2], cells[3] = f1, interval(s.AUROC, s.AUROCLow, s.AUROCHigh)
			}
		}
	}
	return t
}

// figures has a row for every score.
func figures(results []judge.Result) table {
	t := table{head: []string{"set", "level", "detector", "rule", "run", "F1 [95 %]", "chance (95 %)", "precision", "recall", "prevalence",
		"flagged", "false alarms [95 %]",
		"AUROC [95 %]", "chance (95 %)", "AUPRC", "TPR at 1 %", "at 10 %", "samples", "knows"}}
	for _, row := range pivot(results) {
		for run, s := range row.Scores {
			if s == nil {
				continue
			}
			t.add(row.Set, row.Level, row.Name, row.Rule, results[run].Name,
				interval(s.F1, s.F1Low, s.F1High)+unfit(*s), chance(s.ChanceF1, s.ChanceF1High),
				format(s.Precision, 3), format(s.Recall, 3), format(s.Prevalence, 3),
				format(s.Flagged, 3), falseAlarms(*s),
				interval(s.AUROC, s.AUROCLow, s.AUROCHigh), chance(s.ChanceAUROC, s.ChanceAUROCHigh), format(s.AUPRC, 3),
				format(s.TPR1, 3), format(s.TPR10, 3), fmt.Sprint(s.Samples), given(s.Given))
		}
	}
	return t
}

// chance returns what is reached without information: the mean and, in brackets, what
// one in twenty exceeds.
func chance(mean, high nullable.Float) string {
	if high.IsNaN() {
		return format(mean, 3)
	}
	return fmt.Sprintf("%s (%s)", format(mean, 3), format(high, 3))
}

// marks are what a score may have beside it, each with what it says.
var marks = []struct {
	sign, text string
	has        func(score.Score) bool
}{
	{" *", "* means nothing: the rule supposes that malicious samples are a minority, which they are not in this set",
		func(s score.Score) bool { return s.NoMinority }},
	{" †", "† means nothing: the rule has no threshold, for want of clean samples or the like, and so flags nothing",
		func(s score.Score) bool { return s.NoThreshold }},
}

// unfit marks the score of a rule that cannot decide on its set.
func unfit(s score.Score) (signs string) {
	for _, m := range marks {
		if m.has(s) {
			signs += m.sign
		}
	}
	return signs
}

// footnote explains the marks of a table, if there are any.
func footnote(results []judge.Result) (t table) {
	for _, m := range marks {
		if slices.ContainsFunc(results, func(r judge.Result) bool { return slices.ContainsFunc(r.Detectors, m.has) }) {
			t.add(m.text)
		}
	}
	return t
}

// ofClasses says what detectors of classes found, as their rules do.
func ofClasses(results []judge.Result) (t table) {
	for _, r := range results {
		for _, s := range r.Detectors {
			if s.Set == judge.ClassSet && s.Rule == score.RuleCanonical {
				t.add(fmt.Sprintf("%s: %s: %s", r.Name, s.Name, s.ThresholdRule))
			}
		}
	}
	return t
}

// falseAlarms returns the share of benign samples that are flagged, which nothing
// could be if there is no threshold.
func falseAlarms(s score.Score) string {
	if s.NoThreshold {
		return missing + unfit(s)
	}
	return interval(s.FalseAlarms, s.FalseAlarmsLow, s.FalseAlarmsHigh)
}

// given says what a detector was given.
func given(g score.Given) string {
	var parts []string
	if g.PoisonShare > 0 {
		parts = append(parts, "poison share "+trim(g.PoisonShare))
	}
	if g.Clean > 0 {
		parts = append(parts, fmt.Sprintf("%d clean", g.Clean))
	}
	if g.Others > 0 {
		parts = append(parts, fmt.Sprintf("%d clean of other classes", g.Others))
	}
	if parts == nil {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// warned says what weakens the figures of a run.
func warned(run string, warnings []string) (t table) {
	for _, w := range warnings {
		t.add(fmt.Sprintf("%s: warning: %s", run, w))
	}
	return t
}

func skipped(results []judge.Result) table {
	var t table
	for _, r := range results {
		for _, text := range skips(r) {
			t.add(text)
		}
	}
	return t
}

// skips says what a run has no figures of, and why: once for all detectors, levels
// and sets that have one reason.
func skips(r judge.Result) []string {
	var all []absence
	for _, s := range r.Skipped {
		all = append(all, absence{[]string{s.Name}, []string{s.Level}, []string{s.Set}, strings.TrimPrefix(s.Reason, s.Name+": ")})
	}
	all = together(all, func(a *absence) *[]string { return &a.levels })
	all = together(all, func(a *absence) *[]string { return &a.names })
	all = together(all, func(a *absence) *[]string { return &a.sets })
	var out []string
	for _, a := range all {
		out = append(out, fmt.Sprintf("%s: no %s at %s of %s: %s",
			r.Name, strings.Join(a.names, ", "), strings.Join(a.levels, ", "), strings.Join(a.sets, ", "), a.reason))
	}
	return out
}

// absence is what has no figures, for one reason.
type absence struct {
	names, levels, sets []string
	reason              string
}

// together makes one of those that differ in a part alone.
func together(all []absence, part func(*absence) *[]string) (out []absence) {
	at := map[string]int{}
	for _, a := range all {
		rest := a
		*part(&rest) = nil
		key := fmt.Sprintf("%q", rest)
		i, ok := at[key]
		if !ok {
			at[key] = len(out)
			out = append(out, a)
			continue
		}
		joined := part(&out[i])
		*joined = append(*joined, *part(&a)...)
	}
	return out
}
