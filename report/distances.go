package report

import (
	"cmp"
	"fmt"
	"slices"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// apart is how far the latents of a run are apart.
type apart struct {
	name     string
	levels   []judge.Distance
	evidence bool // there are p-values and intervals
	biased   bool // MMD² is the biased estimate
}

// of takes the distances without evidence from results.
func of(results []judge.Result) []apart {
	var runs []apart
	for _, r := range results {
		runs = append(runs, apart{r.Name, r.Levels, false, true})
	}
	return runs
}

func ofMeasured(m judge.Measured) apart {
	return apart{m.Name, m.Levels, true, m.Biased()}
}

// distances has a row a level, with the runs side by side; or, if one of them has
// evidence, a row a level, run and pair, where + marks a level whose distance, the
// regulariser's, is part of the loss.
func distances(runs []apart) table {
	var order []string
	evidence := false
	for _, run := range runs {
		evidence = evidence || run.evidence
		for _, d := range run.levels {
			if !slices.Contains(order, d.Level) {
				order = append(order, d.Level)
			}
		}
	}
	t := table{head: []string{"level"}}
	if evidence {
		t.head = append(t.head, "ReLU", "run", "pair")
		for _, f := range (judge.Distance{}).Figures() {
			t.head = append(t.head, f.Short+" [95 %]", "p")
		}
	}
	for _, level := range order {
		row := []string{level}
		for _, run := range runs {
			at := slices.DeleteFunc(slices.Clone(run.levels), func(d judge.Distance) bool { return d.Level != level })
			if !evidence {
				row = append(row, values(at)...)
				continue
			}
			for _, d := range at {
				t.add(withEvidence(run.name, d)...)
			}
		}
		if !evidence {
			t.add(row...)
		}
	}
	if !evidence {
		for _, run := range runs {
			t.head = append(t.head, "MMD² "+run.name, "ED", "SWD")
		}
	}
	return t
}

// values are the cells of a run at a level, which has none if at is empty.
func values(at []judge.Distance) []string {
	if len(at) == 0 {
		return []string{missing, missing, missing}
	}
	d := at[0]
	return []string{format(d.MMD.Value, 4), format(d.ED.Value, 4), format(d.SWD.Value, 4)}
}

func withEvidence(run string, d judge.Distance) []string {
	name, relu := d.Level, missing
	if d.Regularised {
		name += " +"
	}
	if d.ReLU > 0 {
		relu = fmt.Sprint(d.ReLU)
	}
	cells := []string{name, relu, run, pair(d)}
	for _, f := range d.Figures() {
		cells = append(cells, interval(f.Value, f.Low, f.High), format(f.P, 3))
	}
	return cells
}

// contrasts has a row for a level, run and pair that was compared with a clean
// model: what is measured there, and how much larger the distance is in the run.
func contrasts(runs []apart) table {
	t := table{title: "The same images in a clean model, and how much larger the distance is than there",
		head: []string{"level", "run", "pair"}}
	for _, f := range (judge.Distance{}).Figures() {
		t.head = append(t.head, f.Short+" clean", "difference [95 %]")
	}
	for _, run := range runs {
		for _, d := range run.levels {
			if d.MMD.Control == nil {
				continue
			}
			cells := []string{d.Level, run.name, pair(d)}
			for _, f := range d.Figures() {
				c := cmp.Or(f.Control, &score.Contrast{Value: nullable.NaN(), Difference: nullable.NaN(), Low: nullable.NaN(), High: nullable.NaN()})
				cells = append(cells, format(c.Value, 3), interval(c.Difference, c.Low, c.High))
			}
			t.add(cells...)
		}
	}
	return t
}

// pair names the pair that was measured.
func pair(d judge.Distance) string { return string(cmp.Or(d.Pair, judge.Protocol)) }
