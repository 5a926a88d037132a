package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"strings"
)

//go:embed figure.svg
var figureText string

var figureTemplate = template.Must(template.New("figure").Parse(figureText))

// svgFigure is panels in rows, with what their curves mean below them. All
// coordinates are those of its SVG.
type svgFigure struct {
	Width, Height int
	Left          float64
	Title, Note   string
	Panels        []figurePanel
	Legend        []figureKey
}

type figurePanel struct {
	Over, Title              string // what the row is of, if anything, and the panel
	Left, Right, Top, Bottom float64
	Scale                    bool // has the labels of its vertical axis
	XTicks, YTicks           []tick
	Curves                   []figureCurve
}

func (p figurePanel) Above() float64   { return p.Top - 26 }
func (p figurePanel) Heading() float64 { return p.Top - 8 }
func (p figurePanel) Label() float64   { return p.Left - 6 }
func (p figurePanel) Under() float64   { return p.Bottom + 14 }

// figureCurve joins the means of its marks.
type figureCurve struct {
	figureStyle
	Points string
	Marks  []figureMark
}

type figureMark struct {
	X, Y, Low, High float64
	Text            string
}

type figureStyle struct{ Colour, Dashes string }

type figureKey struct {
	figureStyle
	X, Y float64
	Text string
}

func (k figureKey) End() float64   { return k.X + 24 }
func (k figureKey) After() float64 { return k.X + 30 }

const (
	panelWidth   = 300
	panelHeight  = 180
	panelGap     = 24
	figureMargin = 56
)

// newFigurePanel returns the panel of a column, counted from 0, below top; margin is
// between two panels.
func newFigurePanel(title string, column int, top, margin float64) figurePanel {
	left := figureMargin + float64(float64(column)*(panelWidth+margin))
	return figurePanel{Title: title, Left: left, Right: left + panelWidth, Top: top, Bottom: top + panelHeight}
}

// point is a figure at a place of the horizontal axis.
type point struct {
	at              string
	mean, low, high float64
}

// beside is how far from its place the mark of curve i of n stands: all of them side by
// side, in the middle of the width that a place has.
func beside(i, n int, width float64) float64 {
	const most, share = 4, 0.75 // distance of two marks; of the width for all of them
	gap := min(most, share*width/float64(n))
	middle := float64(float64(n-1) / 2)
	return float64((float64(i) - middle) * gap)
}

// draw draws curves between lo and hi; all have points at the same places. A point
// whose mean is not a number is left out.
func (p *figurePanel) draw(curves [][]point, styles []figureStyle, lo, hi float64) {
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
		drawn := figureCurve{figureStyle: styles[c]}
		var points []string
		for i, s := range curve {
			at := place(float64(i)+0.5, 0, float64(len(curve)), p.Left, p.Right)
			if c == 0 {
				p.XTicks = append(p.XTicks, tick{at, s.at})
			}
			if math.IsNaN(s.mean) {
				continue
			}
			at += beside(c, len(curves), (p.Right-p.Left)/float64(len(curve)))
			drawn.Marks = append(drawn.Marks, figureMark{at, y(s.mean), y(s.low), y(s.high),
				fmt.Sprintf("%s: %s, %s to %s", s.at, format(s.mean, 3), format(s.low, 3), format(s.high, 3))})
			points = append(points, fmt.Sprintf("%.1f,%.1f", at, y(s.mean)))
		}
		drawn.Points = strings.Join(points, " ")
		p.Curves = append(p.Curves, drawn)
	}
}
