package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"sdrm/experiment/sweep"
	"sdrm/internal/nullable"
)

// WriteSweep writes what a sweep found: what can be said of λ, ranges over all its settings, then the
// settings themselves, then what λ changes in each.
func (s Style) WriteSweep(w io.Writer, t sweep.Table) error {
	return s.write(w, sweepTables(t)...)
}

func sweepTables(t sweep.Table) []table {
	return []table{incomplete(t), sweepVerdicts(t), sweepRanges(t), sweepRates(t), sweepDetectors(t), rateDifferences(t), detectorDifferences(t)}
}

func incomplete(t sweep.Table) table {
	var lines table
	if t.Done < t.Of {
		lines.add(fmt.Sprintf("%d of %d cells are done; the others are left out.", t.Done, t.Of))
	}
	return lines
}

// judgedFigures are the columns of a detector: a figure, and what stands beside
// it in brackets.
var judgedFigures = []struct{ title, name, beside, level string }{
	{"best F1", sweep.F1, sweep.Chance, ""},
	{"AUROC", sweep.AUROC, "", ""},
	{"canonical F1", sweep.CanonicalF1, sweep.CanonicalChance, ""},
	{"flagged", sweep.Flagged, "", ""},
	{"false alarms", sweep.FalseAlarms, "", ""},
	{"best F1 at any level", sweep.F1, "", sweep.AnyLevel},
	{"AUROC at any level", sweep.AUROC, "", sweep.AnyLevel},
}

// judgedAt is a detector and the deepest level at which it judged a setting: not the
// same in all settings, for some detectors cannot look at a level of many channels.
type judgedAt struct{ detector, level string }

// detectorsOf returns the detectors with their levels, in the order in which they first
// appear.
func detectorsOf(ids []sweep.FigureID) []judgedAt {
	var out []judgedAt
	for _, id := range ids {
		if d := (judgedAt{id.Detector, id.Level}); id.Detector != "" && id.Level != sweep.AnyLevel && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b judgedAt) int {
		first := func(d judgedAt) int {
			return slices.IndexFunc(ids, func(id sweep.FigureID) bool { return id.Detector == d.detector })
		}
		return cmp.Compare(first(a), first(b))
	})
	return out
}

// figures returns those of the detector that stand in a table, in the order of
// judgedFigures. One that looks at one level alone has its figures there for any.
func (d judgedAt) figures(ids []sweep.FigureID) (columns []sweep.FigureID) {
	for _, c := range judgedFigures {
		id := sweep.FigureID{Name: c.name, Detector: d.detector, Level: c.level}
		if c.level == "" || !slices.Contains(ids, id) {
			id.Level = d.level
		}
		columns = append(columns, id)
	}
	return columns
}

// judgedHead are the titles of the columns, with what stands in brackets if that
// is shown.
func judgedHead(besides bool) []string {
	var out []string
	for _, c := range judgedFigures {
		if besides && c.beside != "" {
			c.title += " (chance)"
		}
		out = append(out, c.title)
	}
	return out
}

// sweepRanges has a row for a detector, its level and a λ: from what to what its figures
// reach over the settings. Those of any level, which are of all settings, stand in the
// first row of a detector.
func sweepRanges(t sweep.Table) table {
	out := table{title: "Over all settings with one λ: from the least to the largest mean",
		head: append([]string{"λ", "detector", "level", "settings"}, judgedHead(true)...)}
	byLambda := map[float64][]sweep.Range{}
	var lambdas []float64
	for _, r := range t.Ranges {
		if byLambda[r.Lambda] == nil {
			lambdas = append(lambdas, r.Lambda)
		}
		byLambda[r.Lambda] = append(byLambda[r.Lambda], r)
	}
	for _, lambda := range lambdas {
		ids, at := []sweep.FigureID{}, map[sweep.FigureID]sweep.Range{}
		for _, r := range byLambda[lambda] {
			ids = append(ids, r.FigureID)
			at[r.FigureID] = r
		}
		text := func(id sweep.FigureID) string {
			r, ok := at[id]
			switch {
			case !ok:
				return missing
			case format(r.Low, 3) == format(r.High, 3):
				return format(r.Low, 3)
			}
			return format(r.Low, 3) + " to " + format(r.High, 3)
		}
		seen := map[string]bool{}
		for _, d := range detectorsOf(ids) {
			settings, all := 0, 0
			row := []string{trim(lambda), d.detector, d.level, ""}
			for i, id := range d.figures(ids) {
				if id.Level == sweep.AnyLevel {
					all = at[id].Rows
				} else {
					settings = max(settings, at[id].Rows)
				}
				cell := text(id)
				if beside := judgedFigures[i].beside; beside != "" && cell != missing {
					cell += " (" + text(sweep.FigureID{Name: beside, Detector: d.detector, Level: id.Level}) + ")"
				}
				if id.Level == sweep.AnyLevel && seen[d.detector] {
					cell = missing
				}
				row = append(row, cell)
			}
			row[3] = fmt.Sprint(settings)
			if all > settings && !seen[d.detector] {
				row[3] += fmt.Sprintf(" of %d", all)
			}
			seen[d.detector] = true
			out.add(row...)
		}
	}
	return out
}

// rateIDs returns the figures that are of no detector.
func rateIDs(t sweep.Table) []sweep.FigureID {
	var out []sweep.FigureID
	for _, r := range t.Rows {
		for _, f := range r.Figures {
			if f.Detector == "" && !slices.Contains(out, f.FigureID) {
				out = append(out, f.FigureID)
			}
		}
	}
	return out
}

func rateTitle(id sweep.FigureID) string {
	switch id.Name {
	case sweep.BA:
		return "BA"
	case sweep.ASR:
		return "ASR"
	case sweep.MMD:
		return "MMD² " + id.Level
	}
	return id.Name
}

// figuresOf finds a row's figures.
func figuresOf(r sweep.Row) (ids []sweep.FigureID, at map[sweep.FigureID]sweep.Merged) {
	at = map[sweep.FigureID]sweep.Merged{}
	for _, f := range r.Figures {
		ids = append(ids, f.FigureID)
		at[f.FigureID] = f
	}
	return ids, at
}

// setting is the values of a row.
func setting(r sweep.Row) []string {
	var out []string
	for _, v := range r.Values {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

const spreadTitle = "mean ± deviation over seeds; of one seed, with the 95 % interval of its run in brackets"

// spread is a mean with its deviation; of one seed, with the interval of its run
// if it has one.
func spread(m sweep.Merged, seeds, digits int) string {
	text := format(m.Mean.Mean, digits)
	switch {
	case m.N > 1:
		text += " ± " + format(m.Deviation, digits)
	case m.Interval != nil:
		text = interval(m.Mean.Mean, m.Interval[0], m.Interval[1])
	}
	return text + outOf(m.N, seeds)
}

// outOf says of how many seeds a figure is, if some have none: a mean over the
// others alone.
func outOf(n, seeds int) string {
	if n < seeds {
		return fmt.Sprintf(", %d of %d", n, seeds)
	}
	return ""
}

func sweepRates(t sweep.Table) table {
	ids := rateIDs(t)
	out := table{title: "Settings: " + spreadTitle, head: append(slices.Clone(t.Axes), "seeds")}
	for _, id := range ids {
		out.head = append(out.head, rateTitle(id))
	}
	for _, r := range t.Rows {
		_, at := figuresOf(r)
		row := append(setting(r), fmt.Sprint(r.Seeds))
		for _, id := range ids {
			cell := missing
			if f, ok := at[id]; ok {
				cell = spread(f, r.Seeds, 4)
			}
			row = append(row, cell)
		}
		out.add(row...)
	}
	return out
}

func sweepDetectors(t sweep.Table) table {
	out := table{title: "Detectors: " + spreadTitle, head: slices.Concat(t.Axes, []string{"detector", "level"}, judgedHead(true))}
	for _, r := range t.Rows {
		ids, at := figuresOf(r)
		for _, d := range detectorsOf(ids) {
			row := append(setting(r), d.detector, d.level)
			for i, id := range d.figures(ids) {
				cell := missing
				if f, ok := at[id]; ok {
					cell = spread(f, r.Seeds, 3)
					if beside, ok := at[sweep.FigureID{Name: judgedFigures[i].beside, Detector: d.detector, Level: id.Level}]; ok {
						cell += " (" + format(beside.Mean.Mean, 3) + ")"
					}
				}
				row = append(row, cell)
			}
			out.add(row...)
		}
	}
	return out
}

const differenceTitle = "less λ = 0: mean difference, seed by seed, with the 95 % interval of two pairs or more"

// difference is a difference with its interval, or that there is one pair only.
func difference(f sweep.Merged, ok bool, seeds int) string {
	switch {
	case !ok || f.Difference == nil:
		return missing
	case f.Difference.Pairs == 1:
		return signed(f.Difference.Mean) + " (one pair)"
	}
	d := f.Difference
	return fmt.Sprintf("%s [%s, %s]%s", signed(d.Mean), signed(d.Low), signed(d.High), outOf(d.Pairs, seeds))
}

func signed(x nullable.Float) string { return fmt.Sprintf("%+.3f", float64(x)) }

// compared tells whether a row has differences.
func compared(r sweep.Row) bool {
	return slices.ContainsFunc(r.Figures, func(f sweep.Merged) bool { return f.Difference != nil })
}

func rateDifferences(t sweep.Table) table {
	ids := rateIDs(t)
	out := table{title: "Settings " + differenceTitle, head: slices.Clone(t.Axes)}
	for _, id := range ids {
		out.head = append(out.head, rateTitle(id))
	}
	for _, r := range t.Rows {
		if !compared(r) {
			continue
		}
		_, at := figuresOf(r)
		row := setting(r)
		for _, id := range ids {
			f, ok := at[id]
			row = append(row, difference(f, ok, r.Seeds))
		}
		out.add(row...)
	}
	return out
}

func detectorDifferences(t sweep.Table) table {
	out := table{title: "Detectors " + differenceTitle, head: slices.Concat(t.Axes, []string{"detector", "level"}, judgedHead(false))}
	for _, r := range t.Rows {
		if !compared(r) {
			continue
		}
		ids, at := figuresOf(r)
		for _, d := range detectorsOf(ids) {
			row := append(setting(r), d.detector, d.level)
			for _, id := range d.figures(ids) {
				f, ok := at[id]
				row = append(row, difference(f, ok, r.Seeds))
			}
			out.add(row...)
		}
	}
	return out
}
