package report

import (
	"slices"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
)

// row is one judged case, a detector on a set at a level under a rule, with the
// score that each run got, nil where a run has none.
type row struct {
	Set, Level, Name, Rule string
	Scores                 []*score.Score
}

// pivot lays the scores of several runs side by side, in the order in which the
// runs name them.
func pivot(results []judge.Result) []row {
	type key struct{ set, level, name, rule string }
	at := map[key]int{}
	var rows []row
	for run, result := range results {
		for i := range result.Detectors {
			s := &result.Detectors[i]
			k := key{s.Set, s.Level, s.Name, s.Rule}
			if _, ok := at[k]; !ok {
				at[k] = len(rows)
				rows = append(rows, row{s.Set, s.Level, s.Name, s.Rule, make([]*score.Score, len(results))})
			}
			rows[at[k]].Scores[run] = s
		}
	}
	return rows
}

// sets returns the inspected sets in the order of the rows.
func sets(rows []row) []string {
	var out []string
	for _, r := range rows {
		if !slices.Contains(out, r.Set) {
			out = append(out, r.Set)
		}
	}
	return out
}

// levels returns the names of the levels of any of the runs.
func levels(results []judge.Result) []string {
	var out []string
	for _, r := range results {
		for _, l := range r.Levels {
			if !slices.Contains(out, l.Level) {
				out = append(out, l.Level)
			}
		}
	}
	return out
}
