package report

import (
	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
	"slices"
)

// againstControls has a row for a detector on a set at a level in a run: its figures
// there, those in a clean model that is shown the same images, and how much larger
// they are in the run. AUROC and F1 are those of the best case, chosen in each of both
// models; the shares of samples and of benign ones are what the canonical rule flags.
func againstControls(results []judge.Result) table {
	t := table{title: "The same images in a clean model, and how much more the run's figures are than those there",
		head: []string{"set", "level", "detector", "run", "AUROC", "clean", "difference [95 %]", "best F1", "clean", "difference [95 %]",
			"flagged", "clean", "difference [95 %]", "false alarms", "clean", "difference [95 %]"}}
	type place struct {
		set, level, detector string
		run                  int
	}
	rows := map[place]int{}
	for _, row := range pivot(results) {
		for run, s := range row.Scores {
			if s == nil || s.Control == nil {
				continue
			}
			key := place{row.Set, row.Level, row.Name, run}
			names := []string{row.Set, row.Level, row.Name, results[run].Name}
			at, ok := rows[key]
			if !ok {
				at = len(t.rows)
				rows[key] = at
				t.add(slices.Concat(names, slices.Repeat([]string{missing}, len(t.head)-len(names)))...)
			}
			cells, c := t.rows[at][len(names):], s.Control
			if s.Rule == score.RuleBest {
				copy(cells, slices.Concat(contrast(s.AUROC, c.AUROC), contrast(s.F1, c.F1)))
			} else {
				copy(cells[6:], slices.Concat(contrast(s.Flagged, c.Flagged), contrast(s.FalseAlarms, c.FalseAlarms)))
			}
		}
	}
	return t
}

// contrast is a figure of a run, that of a clean model, and their difference.
func contrast(of nullable.Float, c score.Contrast) []string {
	return []string{format(of, 3), format(c.Value, 3), interval(c.Difference, c.Low, c.High)}
}
