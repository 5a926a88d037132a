package report

import (
	"fmt"
	"io"
	"slices"

	"sdrm/experiment/judge"
	"sdrm/internal/fault"
)

// What is drawn, in its style.
var (
	ofRun        = figureStyle{"#0b6e99", ""}
	ofControl    = figureStyle{"#6b6b6b", "5 3"}
	ofDifference = figureStyle{"#b2410c", ""}
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

// WritePairsFigure writes an SVG of what of the latents' distance is trigger and what
// is content: a column of panels for each pair, above the MMD² of the runs and of
// their controls, below the difference, ReLU by ReLU. The runs are of one setting and
// differ in their seeds; every pair is measured at the same levels, beside a control.
// The error says which run is not so.
func WritePairsFigure(w io.Writer, runs []judge.Measured) error {
	if err := alike(runs); err != nil {
		return err
	}
	f := svgFigure{Left: figureMargin, Title: "MMD² between the two groups of each pair, at every ReLU", Note: pairsNote(runs)}
	rows := []struct {
		curves []figureStyle
		value  []func(judge.Evidence) float64
	}{
		{[]figureStyle{ofControl, ofRun}, []func(judge.Evidence) float64{controlValue, runValue}},
		{[]figureStyle{ofDifference}, []func(judge.Evidence) float64{differenceValue}},
	}
	top := 84.0
	for number, row := range rows {
		var panels [][][]point // pair, curve, level
		lo, hi := 0.0, 0.0
		for _, pair := range pairTitles {
			var curves [][]point
			for _, value := range row.value {
				var curve []point
				for _, s := range overSeeds(runs, pair.pair, value) {
					lo, hi = min(lo, s.least()), max(hi, s.most())
					curve = append(curve, point{s.level, s.mean(), s.least(), s.most()})
				}
				curves = append(curves, curve)
			}
			panels = append(panels, curves)
		}
		for column, pair := range pairTitles {
			p := newFigurePanel(pair.title, column, top, panelGap)
			p.Scale = column == 0 // which all of the row share
			if number > 0 {
				p.Title = "difference to the control"
			}
			p.draw(panels[column], row.curves, lo, hi)
			f.Panels = append(f.Panels, p)
		}
		top += panelHeight + 56
	}
	x := float64(figureMargin)
	for _, k := range []struct {
		style figureStyle
		text  string
	}{{ofRun, "backdoored model"}, {ofControl, "clean model, the same images"}, {ofDifference, "difference"}} {
		f.Legend = append(f.Legend, figureKey{k.style, x, top - 20, k.text})
		x += 230
	}
	f.Width, f.Height = 2*figureMargin-24+len(pairTitles)*(panelWidth+panelGap)-32, int(top)
	return write(w, figureTemplate, f)
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
	weights := map[string]string{} // by digest whose
	for _, r := range runs {
		bad := func(field, format string, args ...any) error {
			return fault.Inputf("%s: %s: %s", r.Name, field, fmt.Sprintf(format, args...))
		}
		switch {
		case r.Lambda != runs[0].Lambda:
			return bad("lambda", "found %g, want %g as %s has", r.Lambda, runs[0].Lambda, runs[0].Name)
		case r.Kernel != runs[0].Kernel:
			return bad("kernel", "found %s, want %s as %s has", r.Kernel, runs[0].Kernel, runs[0].Name)
		case r.Estimator != runs[0].Estimator:
			return bad("estimator", "found %s, want %s as %s has", r.Estimator, runs[0].Estimator, runs[0].Name)
		case r.Permutations != runs[0].Permutations:
			return bad("permutations", "found %d, want %d as %s has", r.Permutations, runs[0].Permutations, runs[0].Name)
		case r.Resamples != runs[0].Resamples:
			return bad("resamples", "found %d, want %d as %s has", r.Resamples, runs[0].Resamples, runs[0].Name)
		case len(r.Levels) == 0:
			return bad("levels", "found none")
		case r.SHA256 != "" && weights[r.SHA256] != "":
			return bad("weights_sha256", "found those of %s, want models that were trained apart", weights[r.SHA256])
		}
		weights[r.SHA256] = r.Name
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
