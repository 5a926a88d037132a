package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"sdrm/experiment/judge"
)

// levelPlot shows the MMD² of runs at every level, each with its interval. All
// coordinates are those of its SVG.
type levelPlot struct {
	Width, Height int
	Left, Right   float64 // of the plot area
	Top, Bottom   float64
	XTicks        []tick
	YTicks        []tick
	Marks         []mark
}

// mark is a figure with a line for its interval.
type mark struct {
	Run       int
	X, Y      float64
	Bounded   bool
	Low, High float64
	Text      string
}

// newLevelPlot draws the protocol's pair at the levels of some runs, numbered by at.
func newLevelPlot(entries []Entry, at []int) levelPlot {
	p := levelPlot{Width: chartWidth, Height: chartHeight, Left: 46, Right: chartWidth - 14, Top: 14, Bottom: chartHeight - 30}
	var names []string
	relus := map[string]int{}
	high := 0.0
	levels := make([][]judge.Distance, len(at))
	for i, run := range at {
		levels[i] = entries[run].plotted()
		for _, d := range levels[i] {
			if !slices.Contains(names, d.Level) {
				names = append(names, d.Level)
			}
			relus[d.Level] = max(relus[d.Level], d.ReLU)
			for _, v := range []float64{float64(d.MMD.Value), float64(d.MMD.High)} {
				if v <= math.MaxFloat32 {
					high = max(high, v)
				}
			}
		}
	}
	if high == 0 {
		return p
	}
	// Where one run was measured at every ReLU and another at the levels alone, all
	// stand in the order of the ReLUs; results do not say which these are.
	if !slices.ContainsFunc(names, func(name string) bool { return relus[name] == 0 }) {
		slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(relus[a], relus[b]) })
	}
	step := niceStep(high)
	high = math.Ceil(high/step) * step
	y := func(v float64) float64 { return place(max(0, min(v, high)), 0, high, p.Bottom, p.Top) }
	for v := range int(math.Round(high/step)) + 1 {
		p.YTicks = append(p.YTicks, tick{y(float64(v) * step), trim(float64(v) * step)})
	}
	width := (p.Right - p.Left) / float64(len(names))
	for i, name := range names {
		p.XTicks = append(p.XTicks, tick{round1(p.Left + float64((float64(i)+0.5)*width)), name})
	}
	for i, run := range at {
		for _, d := range levels[i] {
			if d.MMD.Value.IsNaN() {
				continue
			}
			column := float64(slices.Index(names, d.Level)) + (float64(i)+1)/(float64(len(at))+1)
			m := mark{Run: run, X: round1(p.Left + float64(column*width)), Y: y(float64(d.MMD.Value)),
				Text: fmt.Sprintf("%s at %s: %s", entries[run].Result.Name, d.Level, interval(d.MMD.Value, d.MMD.Low, d.MMD.High))}
			if m.Bounded = !d.MMD.Low.IsNaN() && !d.MMD.High.IsNaN(); m.Bounded {
				m.Low, m.High = y(float64(d.MMD.Low)), y(float64(d.MMD.High))
			}
			p.Marks = append(p.Marks, m)
		}
	}
	return p
}

// plotted are the distances of the protocol's pair at every level that was measured.
func (e Entry) plotted() []judge.Distance {
	if e.Measured == nil {
		return e.Result.Levels
	}
	return slices.DeleteFunc(slices.Clone(e.Measured.Levels), func(d judge.Distance) bool { return pair(d) != string(judge.Protocol) })
}
