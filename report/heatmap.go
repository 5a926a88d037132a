package report

import (
	"math"
	"slices"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
)

// heatmap shows every detector at every level of runs side by side: the AUROC of
// the best case as a colour and a number, and what the canonical rule makes of it.
type heatmap struct {
	Runs []heatColumns
	Rows []heatRow
}

// heatColumns are the columns of a run.
type heatColumns struct {
	Run    int
	Name   string
	Origin string
	Levels []string
}

type heatRow struct {
	Name  string
	Cells []heatCell
}

// heatCell is a detector at a level, or at all levels if it does not look at them.
type heatCell struct {
	Span   int  // columns
	First  bool // of its run
	Absent bool
	Heat   int // colour of the AUROC, -1 of none
	AUROC  string
	F1     string // by the canonical rule
	Alarms string // of that
	Unfit  string // marks a canonical rule that cannot decide
}

// heats is the number of colours: AUROC from 0.5, or less, to 1.
const heats = 11

func heat(s score.Score) int {
	if s.AUROC.IsNaN() {
		return -1
	}
	return int(math.Round(max(0, min(2*float64(s.AUROC)-1, 1)) * (heats - 1)))
}

// newHeatmap lays out some of the results, which are numbered by at.
func newHeatmap(results []judge.Result, at []int) heatmap {
	var h heatmap
	rows := map[string]int{}
	for _, run := range at {
		r := results[run]
		c := heatColumns{Run: run, Name: r.Name, Origin: origin(r)}
		for _, s := range r.Detectors {
			if !mapped(r, s) {
				continue
			}
			if !slices.Contains(c.Levels, s.Level) && !levelless(s) {
				c.Levels = append(c.Levels, s.Level)
			}
			if _, ok := rows[s.Name]; !ok {
				rows[s.Name] = len(h.Rows)
				h.Rows = append(h.Rows, heatRow{Name: s.Name})
			}
		}
		if c.Levels == nil {
			c.Levels = []string{missing}
		}
		h.Runs = append(h.Runs, c)
	}
	for i := range h.Rows {
		for _, c := range h.Runs {
			h.Rows[i].Cells = append(h.Rows[i].Cells, cells(results[c.Run], h.Rows[i].Name, c.Levels)...)
		}
	}
	return h
}

// mapped tells whether a heat map shows a score of a run: of test images as they are
// or, of a clean model, of whatever test images have nothing malicious.
func mapped(r judge.Result, s score.Score) bool {
	if r.Control {
		return s.Prevalence == 0 && !judge.IsTraining(s.Set)
	}
	return s.Set == judge.TestSet || s.Set == judge.InputSet || s.Set == judge.ClassSet
}

func levelless(s score.Score) bool { return s.Level == judge.InputLevel || s.Level == judge.ModelLevel }

// cells are those of a detector in the columns of a run.
func cells(r judge.Result, detector string, levels []string) []heatCell {
	out := make([]heatCell, len(levels))
	var whole *heatCell
	for i := range out {
		out[i] = heatCell{Span: 1, First: i == 0, Absent: true, Heat: -1}
	}
	for _, s := range r.Detectors {
		if s.Name != detector || !mapped(r, s) {
			continue
		}
		var c *heatCell
		if levelless(s) {
			if whole == nil {
				whole = &heatCell{Span: len(levels), First: true, Heat: -1}
			}
			c = whole
		} else {
			c = &out[slices.Index(levels, s.Level)]
		}
		c.Absent = false
		switch {
		case r.Control:
			all := pool(r, s.Level)
			c.Alarms = format(all[slices.IndexFunc(all, func(a alarms) bool { return a.name == detector })].rate(), 2)
		case s.Rule == score.RuleBest:
			c.Heat, c.AUROC = heat(s), format(s.AUROC, 2)
			if s.Set == judge.ClassSet { // one of ten guesses is no ranking
				c.Heat, c.AUROC = -1, missing
			}
		default:
			c.F1, c.Alarms, c.Unfit = format(s.F1, 2), format(s.FalseAlarms, 2), unfit(s)
			if s.NoThreshold {
				c.Alarms = missing
			}
		}
	}
	if whole != nil {
		return []heatCell{*whole}
	}
	return out
}
