package report

import "sdrm/experiment/judge"

// dotPlot shows the F1 of every detector at every level under the defender's
// best case: a mark a run, and a bar at what chance gives.
type dotPlot struct {
	Runs          []string
	Width, Height int
	Left, Right   float64
	Bottom        float64 // of the grid
	Ticks         []tick
	Rows          []plotRow
}

type plotRow struct {
	Y      float64
	Text   string
	Chance []float64 // x; runs mostly share one
	Marks  []mark
}

type mark struct {
	Run  int
	X    float64
	Name string
	F1   string
}

const plotRowHeight = 26

// newDotPlot draws the rows of one set under one rule.
func newDotPlot(rows []row, set, rule string, results []judge.Result) dotPlot {
	l := dotPlot{Width: 1100, Left: 140, Right: 1080}
	x := func(f1 float64) float64 { return place(f1, 0, 1, l.Left, l.Right) }
	for _, r := range results {
		l.Runs = append(l.Runs, r.Name)
	}
	y := 24.0
	for _, r := range rows {
		if r.Set != set || r.Rule != rule {
			continue
		}
		g := plotRow{Y: y, Text: r.Level + " · " + r.Name}
		for run, s := range r.Scores {
			if s == nil {
				continue
			}
			g.Marks = append(g.Marks, mark{run, x(float64(s.F1)), results[run].Name, format(s.F1, 3)})
			if at := x(float64(s.ChanceF1)); len(g.Chance) == 0 || g.Chance[len(g.Chance)-1] != at {
				g.Chance = append(g.Chance, at)
			}
		}
		l.Rows = append(l.Rows, g)
		y += plotRowHeight
	}
	l.Bottom = y - plotRowHeight/2
	l.Height = int(l.Bottom) + 18
	for _, v := range []float64{0, 0.25, 0.5, 0.75, 1} {
		l.Ticks = append(l.Ticks, tick{x(v), trim(v)})
	}
	return l
}
