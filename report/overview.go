package report

import (
	"fmt"
	"slices"
)

// group is runs that are compared with each other: of the same images, model and
// attack, with any λ and seed.
type group struct {
	Title string
	Runs  []int
	Rows  []overviewRow

	Heat   heatmap
	Curves []curveLevel
	Plot   levelPlot
	Biased []string // one a run whose MMD² lies above its interval
}

// overviewRow is a run in the list of all.
type overviewRow struct {
	Run          int
	Name         string
	Lambda       string
	Seed         uint64
	BA, ASR, MMD string
	Own, Best    string // how many detectors catch the backdoor, of how many
	SoFar        string // of a run that is not finished
}

// groups sorts the runs, in the order in which they were given.
func groups(entries []Entry) []group {
	var out []group
	for run, e := range entries {
		title := fmt.Sprintf("%s · %s · %s", e.Spec.Data.Set, e.Spec.Model.Name, e.Spec.Attack.Name)
		i := slices.IndexFunc(out, func(g group) bool { return g.Title == title })
		if i < 0 {
			i = len(out)
			out = append(out, group{Title: title})
		}
		out[i].Runs = append(out[i].Runs, run)
		out[i].Rows = append(out[i].Rows, newOverviewRow(run, e))
	}
	return out
}

func newOverviewRow(run int, e Entry) overviewRow {
	r := e.Result
	row := overviewRow{Run: run, Name: r.Name, Lambda: lambda(r), Seed: e.Spec.Seed, BA: format(r.BA, 3), ASR: missing, MMD: missing, Own: missing, Best: missing}
	if e.Unfinished {
		row.SoFar = fmt.Sprintf("epoch %d of %d", e.last().Epoch, e.Spec.Train.Epochs)
		return row
	}
	if levels := e.named(); len(levels) > 0 && !r.Control {
		row.MMD = format(levels[len(levels)-1].MMD.Value, 3)
	}
	if !r.Control {
		row.ASR = format(r.ASR, 3)
		all := verdicts(r)
		for rule, cell := range []*string{&row.Own, &row.Best} {
			if t := count(all, rule); t.judged > 0 {
				*cell = fmt.Sprintf("%d of %d", len(t.names[0]), t.judged)
			}
		}
	}
	return row
}
