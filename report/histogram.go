package report

import (
	"fmt"
	"strings"

	"sdrm/defenses/score"
)

// histogram shows how a detector's scores of benign samples, upwards, and of
// malicious ones, downwards, are distributed in a run, and from which score on each
// rule flags.
type histogram struct {
	Run               int
	Name              string
	Width, Height     int
	Middle            float64 // y of the axis
	Benign, Malicious string  // paths
	Low, High         string  // the least and the highest score
	Own, Best         cut
	Counts            [2]string // of the bins, benign and malicious
	Flags             string    // what the canonical rule flags
}

// cut is where a rule begins to flag.
type cut struct {
	There bool
	X     float64
	At    string // the score
}

const (
	histogramWidth  = 328 // of which a bin is a whole part
	histogramHeight = 132
	histogramMargin = 4
)

// newHistogram draws the scores of the canonical rule, with the cut of the best case
// if that looks at the same.
func newHistogram(run int, name string, own, best score.Score) histogram {
	c := own.Curve
	h := histogram{Run: run, Name: name, Width: histogramWidth, Height: histogramHeight, Middle: histogramHeight / 2,
		Low: trim(float64(c.Low)), High: trim(float64(c.High)),
		Counts: [2]string{strings.Trim(fmt.Sprint(c.Benign), "[]"), strings.Trim(fmt.Sprint(c.Malicious), "[]")},
		Flags:  fmt.Sprintf("The own rule flags %s of the malicious, %s of the benign.", format(own.Recall, 2), format(own.FalseAlarms, 2))}
	if c.Low.IsNaN() {
		h.Low, h.High = missing, missing
	}
	highest := 1
	for i := range c.Benign {
		highest = max(highest, c.Benign[i], c.Malicious[i])
	}
	h.Benign, h.Malicious = h.bars(c.Benign, highest, -1), h.bars(c.Malicious, highest, 1)
	h.Own = h.cut(c, c)
	if best.Curve.Low == c.Low && best.Curve.High == c.High {
		h.Best = h.cut(c, best.Curve)
	}
	return h
}

// bars returns the outline of bars that rise from the axis, or fall if the direction
// is 1.
func (h histogram) bars(counts []int, highest, direction int) string {
	width := float64(histogramWidth-2*histogramMargin) / float64(len(counts))
	path := fmt.Sprintf("M%d %g", histogramMargin, h.Middle)
	for _, n := range counts {
		length := float64(n) / float64(highest) * (histogramHeight/2 - histogramMargin)
		path += fmt.Sprintf("V%gh%g", round1(h.Middle+float64(float64(direction)*length)), width)
	}
	return path + fmt.Sprintf("V%gz", h.Middle)
}

func (h histogram) cut(axis, of *score.Curve) cut {
	if of.Cut.IsNaN() || !(axis.High > axis.Low) {
		return cut{}
	}
	// Halves, since the difference of two numbers may overflow.
	x := place(float64(of.Cut/2), float64(axis.Low/2), float64(axis.High/2), histogramMargin, histogramWidth-histogramMargin)
	return cut{true, max(histogramMargin, min(x, histogramWidth-histogramMargin)), trim(float64(of.Cut))}
}
