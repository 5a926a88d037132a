package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"sdrm/experiment/judge"
	"sdrm/internal/fault"
)

//go:embed pairs.svg
var pairsText string

var pairsTemplate = template.Must(template.New("pairs").Parse(pairsText))

// pairsFigure shows what of the latents' distance is trigger and what is content: a
// column of panels for each pair, above the MMD² of the runs and of their controls,
// below the difference, ReLU by ReLU. All coordinates are those of its SVG.
type pairsFigure struct {
	Width, Height int
	Left          float64
	Title, Note   string
	Panels        []pairsPanel
	Legend        []pairsKey
}

type pairsPanel struct {
	Title                    string
	Left, Right, Top, Bottom float64
	First                    bool // of its row: has the labels of both
	XTicks, YTicks           []tick
	Curves                   []pairsCurve
}

func (p pairsPanel) Heading() float64 { return p.Top - 8 }
func (p pairsPanel) Label() float64   { return p.Left - 6 }
func (p pairsPanel) Under() float64   { return p.Bottom + 14 }

// pairsCurve is the mean over seeds at every ReLU, with marks that have the range.
type pairsCurve struct {
	pairsStyle
	Points string
	Marks  []pairsMark
}

type pairsMark struct {
	X, Y, Low, High float64
	Text            string
}

type pairsStyle struct{ Colour, Dashes string }

type pairsKey struct {
	pairsStyle
	X, Y float64
	Text string
}

func (k pairsKey) End() float64   { return k.X + 24 }
func (k pairsKey) After() float64 { return k.X + 30 }

// What is drawn, in its style.
var (
	ofRun        = pairsStyle{"#0b6e99", ""}
	ofControl    = pairsStyle{"#6b6b6b", "5 3"}
	ofDifference = pairsStyle{"#b2410c", ""}
)

// What is drawn of the evidence about a pair.
func runValue(e judge.Evidence) float64        { return float64(e.Value) }
func controlValue(e judge.Evidence) float64    { return float64(e.Control.Value) }
func differenceValue(e judge.Evidence) float64 { return float64(e.Control.Difference) }

// pairTitles say what sets the groups of a pair apart.
var pairTitles = []struct {
	pair  judge.Pair
	title string
}{
	{judge.Protocol, "protocol: trigger and content"}, {judge.Trigger, "trigger alone"}, {judge.Content, "content alone"},
}

const (
	pairsPanelWidth  = 300
	pairsPanelHeight = 180
	pairsMargin      = 56
)

// spreadOf is a figure at a level, a number a seed.
type spreadOf struct {
	level string
	all   []float64
}

func (s spreadOf) least() float64 { return slices.Min(s.all) }
func (s spreadOf) most() float64  { return slices.Max(s.all) }

func (s spreadOf) mean() (mean float64) {
	for _, v := range s.all {
		mean += v / float64(len(s.all))
	}
	return mean
}

// WritePairsFigure writes an SVG of what was measured of runs of one setting that
// differ in their seeds: every pair, at the same levels, beside a control. The error
// says which run is not so.
func WritePairsFigure(w io.Writer, runs []judge.Measured) error {
	if err := alike(runs); err != nil {
		return err
	}
	f := pairsFigure{Left: pairsMargin, Title: "MMD² between the two groups of each pair, at every ReLU", Note: pairsNote(runs)}
	rows := []struct {
		curves []pairsStyle
		value  []func(judge.Evidence) float64
	}{
		{[]pairsStyle{ofControl, ofRun}, []func(judge.Evidence) float64{controlValue, runValue}},
		{[]pairsStyle{ofDifference}, []func(judge.Evidence) float64{differenceValue}},
	}
	top := 84.0
	for number, row := range rows {
		var panels [][][]spreadOf // pair, curve, level
		lo, hi := 0.0, 0.0
		for _, pair := range pairTitles {
			var curves [][]spreadOf
			for _, value := range row.value {
				curve := overSeeds(runs, pair.pair, value)
				for _, s := range curve {
					lo, hi = min(lo, s.least()), max(hi, s.most())
				}
				curves = append(curves, curve)
			}
			panels = append(panels, curves)
		}
		for column, pair := range pairTitles {
			left := pairsMargin + float64(float64(column)*(pairsPanelWidth+24))
			p := pairsPanel{Title: pair.title, Left: left, Right: left + pairsPanelWidth, Top: top, Bottom: top + pairsPanelHeight, First: column == 0}
			if number > 0 {
				p.Title = "difference to the control"
			}
			p.draw(panels[column], row.curves, lo, hi)
			f.Panels = append(f.Panels, p)
		}
		top += pairsPanelHeight + 56
	}
	x := float64(pairsMargin)
	for _, k := range []struct {
		style pairsStyle
		text  string
	}{{ofRun, "backdoored model"}, {ofControl, "clean model, the same images"}, {ofDifference, "difference"}} {
		f.Legend = append(f.Legend, pairsKey{k.style, x, top - 20, k.text})
		x += 230
	}
	f.Width, f.Height = 2*pairsMargin-24+len(pairTitles)*(pairsPanelWidth+24)-32, int(top)
	return write(w, pairsTemplate, f)
}

// pairsKernel says what was measured.
func pairsKernel(r judge.Measured) string {
	return fmt.Sprintf("λ = %g, %s estimator, %s kernel", r.Lambda, r.Estimator, r.Kernel)
}

// pairsNote says what was measured, and of how many seeds.
func pairsNote(runs []judge.Measured) string {
	note := pairsKernel(runs[0])
	if len(runs) > 1 {
		note += fmt.Sprintf("; points: mean of %d seeds, bars: from the least to the largest", len(runs))
	}
	return note + "; + marks levels that training regularised"
}

// alike returns an error unless the runs can be drawn together.
func alike(runs []judge.Measured) error {
	for _, r := range runs {
		bad := func(field, format string, args ...any) error {
			return fault.Inputf("%s: %s: %s", r.Name, field, fmt.Sprintf(format, args...))
		}
		switch {
		case r.Lambda != runs[0].Lambda:
			return bad("lambda", "found %g, want %g as %s has", r.Lambda, runs[0].Lambda, runs[0].Name)
		case r.Measures != runs[0].Measures:
			return bad("estimator", "found %+v, want %+v as %s has", r.Measures, runs[0].Measures, runs[0].Name)
		case len(r.Levels) == 0:
			return bad("levels", "found none")
		}
		for _, pair := range pairTitles {
			found, want := levelsOf(r, pair.pair), levelsOf(runs[0], judge.Protocol)
			if !slices.EqualFunc(found, want, func(a, b judge.Distance) bool { return a.Level == b.Level }) || len(found) == 0 {
				return bad("levels", "pair %s is at %d levels, want the same %d for each pair and run: measure --pair all", pair.pair, len(found), len(want))
			}
			for _, d := range found {
				if d.MMD.Control == nil || d.MMD.Control.Difference.IsNaN() || d.MMD.Value.IsNaN() {
					return bad("levels", "pair %s at %s has no figure beside that of a control: measure --control", pair.pair, d.Level)
				}
			}
		}
	}
	return nil
}

// levelsOf returns the distances of one pair.
func levelsOf(r judge.Measured, of judge.Pair) []judge.Distance {
	return slices.DeleteFunc(slices.Clone(r.Levels), func(d judge.Distance) bool { return pair(d) != string(of) })
}

// overSeeds returns a figure of a pair at every level.
func overSeeds(runs []judge.Measured, of judge.Pair, value func(judge.Evidence) float64) []spreadOf {
	var out []spreadOf
	for _, d := range levelsOf(runs[0], of) {
		name := d.Level
		if d.Regularised {
			name += " +"
		}
		out = append(out, spreadOf{level: name})
	}
	for _, r := range runs {
		for i, d := range levelsOf(r, of) {
			out[i].all = append(out[i].all, value(d.MMD))
		}
	}
	return out
}

// draw draws curves between lo and hi.
func (p *pairsPanel) draw(curves [][]spreadOf, styles []pairsStyle, lo, hi float64) {
	step := niceStep(hi - lo)
	lo, hi = float64(math.Floor(lo/step)*step), float64(math.Ceil(hi/step)*step)
	if lo == hi {
		hi += step
	}
	y := func(v float64) float64 { return place(v, lo, hi, p.Bottom, p.Top) }
	for i := range int(math.Round((hi-lo)/step)) + 1 {
		v := float64(math.Round(lo/step)+float64(i)) * step
		p.YTicks = append(p.YTicks, tick{y(v), trim(v)})
	}
	for c, curve := range curves {
		drawn := pairsCurve{pairsStyle: styles[c]}
		var points []string
		for i, s := range curve {
			at := place(float64(i)+0.5, 0, float64(len(curve)), p.Left, p.Right)
			if c == 0 {
				p.XTicks = append(p.XTicks, tick{at, s.level})
			}
			at += float64(4 * c) // marks of two curves stand side by side
			mean, least, most := s.mean(), s.least(), s.most()
			drawn.Marks = append(drawn.Marks, pairsMark{at, y(mean), y(least), y(most),
				fmt.Sprintf("%s: %s, %s to %s", s.level, format(mean, 3), format(least, 3), format(most, 3))})
			points = append(points, fmt.Sprintf("%.1f,%.1f", at, y(mean)))
		}
		drawn.Points = strings.Join(points, " ")
		p.Curves = append(p.Curves, drawn)
	}
}
