package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"sdrm/experiment/sweep"
	"sdrm/internal/fault"
)

// leastLambdas is how many λ a setting must have for a curve over them.
const leastLambdas = 3

// sweepStyles tell the curves of a panel apart; those after the eighth have the
// colors again with dashes.
var sweepStyles = func() (all []figureStyle) {
	for _, dashes := range []string{"", "5 3", "2 2"} {
		for _, color := range []string{"#0b6e99", "#b2410c", "#3a7d44", "#7a4fa3", "#8a6d00", "#c2307a", "#444444", "#0f8a8a"} {
			all = append(all, figureStyle{color, dashes})
		}
	}
	return all
}()

// sweepPanels are what is drawn of a setting: what λ costs, and what it changes.
var sweepPanels = []struct {
	title string
	most  float64 // of the vertical axis; 0 takes the largest figure
	has   func(sweep.FigureID) bool
	name  func(sweep.FigureID) string
}{
	{"price: accuracy and success rate", 1, func(id sweep.FigureID) bool { return id.Name == sweep.BA || id.Name == sweep.ASR }, rateTitle},
	{"gain: distance of the latents", 0, func(id sweep.FigureID) bool { return id.Name == sweep.MMD }, rateTitle},
	{"gain: AUROC of detectors, best case", 1, func(id sweep.FigureID) bool {
		return id.Name == sweep.AUROC && id.Level != sweep.AnyLevel
	}, func(id sweep.FigureID) string { return id.Detector + " at " + id.Level }},
}

// How many curves are named side by side below a panel, and how far apart their rows are.
const (
	keysInARow = 2
	keyHeight  = 18
)

// SweepSVG writes a figure of what λ costs and brings: a row of panels for each
// setting with three λ or more, over them BA and ASR, MMD² at each level, and the best
// AUROC of each detector at its deepest level. An error says that there is no such
// setting.
func SweepSVG(w io.Writer, title string, t sweep.Table) error {
	f := svgFigure{Left: figureMargin, Title: title,
		Note: "over λ; points: mean over seeds, bars: ± deviation, or of one seed the 95 % interval where there is one. An AUROC of 0.5 tells nothing."}
	top := 84.0
	for _, rows := range t.Settings() {
		if len(rows) < leastLambdas {
			continue
		}
		most := 0
		for column, panel := range sweepPanels {
			p := newFigurePanel(panel.title, column, top, figureMargin)
			p.Scale = true
			ids := figureIDs(rows, panel.has)
			curves, hi := sweepCurves(rows, ids)
			if panel.most > 0 {
				hi = panel.most
			}
			p.draw(curves, sweepStyles, 0, hi)
			if column == 0 {
				p.Over = settingTitle(t, rows[len(rows)-1]) // the first may be the row without λ of several settings
			}
			f.Panels = append(f.Panels, p)
			for i, id := range ids {
				f.Legend = append(f.Legend, figureKey{sweepStyles[i], p.Left + float64(i%keysInARow*panelWidth/keysInARow), p.Bottom + 36 + float64(i/keysInARow*keyHeight), panel.name(id)})
			}
			most = max(most, len(ids))
		}
		top += panelHeight + 84 + float64((most+keysInARow-1)/keysInARow*keyHeight)
	}
	if f.Panels == nil {
		return fault.Inputf("%s: mmd.lambda: no setting has %d values that are done, want one", title, leastLambdas)
	}
	f.Width, f.Height = figureMargin+len(sweepPanels)*(panelWidth+figureMargin), int(top)-48
	return write(w, figureTemplate, f)
}

// settingTitle names a setting by its values but λ.
func settingTitle(t sweep.Table, r sweep.Row) string {
	var words []string
	for i, v := range r.Values {
		if t.Axes[i] != sweep.LambdaAxis {
			words = append(words, fmt.Sprint(v))
		}
	}
	return strings.Join(words, ", ")
}

// figureIDs returns what has a curve, as it first appears; what no style is left for
// is left out.
func figureIDs(rows []sweep.Row, has func(sweep.FigureID) bool) (ids []sweep.FigureID) {
	for _, r := range rows {
		for _, f := range r.Figures {
			if has(f.FigureID) && !slices.Contains(ids, f.FigureID) && len(ids) < len(sweepStyles) {
				ids = append(ids, f.FigureID)
			}
		}
	}
	return ids
}

// sweepCurves returns a curve for each figure, and the largest number in them.
func sweepCurves(rows []sweep.Row, ids []sweep.FigureID) (curves [][]point, most float64) {
	for _, id := range ids {
		var curve []point
		for _, r := range rows {
			_, at := figuresOf(r)
			f, ok := at[id]
			p := point{at: trim(r.Lambda), mean: math.NaN()}
			if ok {
				p.mean = float64(f.Mean.Mean)
				p.low, p.high = p.mean, p.mean
				switch {
				case f.N > 1:
					p.low, p.high = p.mean-float64(f.Deviation), p.mean+float64(f.Deviation)
				case f.Interval != nil:
					p.low, p.high = float64(f.Interval[0]), float64(f.Interval[1])
				}
				most = max(most, p.high)
			}
			curve = append(curve, p)
		}
		curves = append(curves, curve)
	}
	return curves, most
}
