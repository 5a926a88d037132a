package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"

	"sdrm/experiment/run"
	"sdrm/experiment/spec"
)

//go:embed live.html
var liveText string

var livePage = template.Must(template.Must(page.Clone()).New("live").Parse(liveText))

// Live is a run that need not be finished, as far as it is.
type Live struct {
	Spec    spec.Spec
	State   string // in words
	Metrics []run.Metric
}

// LoadLive reads the run in dir as far as it is.
func LoadLive(dir string) (Live, error) {
	r, err := run.Open(dir)
	if err != nil {
		return Live{}, err
	}
	metrics, err := r.MetricsSoFar()
	return Live{r.Spec, r.State(), metrics}, err
}

// liveRow is a run's line of the table.
type liveRow struct {
	Name, State   string
	Epoch, Step   int // the last of which there are metrics
	Epochs        int
	Loss, BA, ASR string
}

// LiveHTML writes a page with the curves of runs that need not be finished. Unless
// refresh is 0, a browser loads it again after so many seconds.
func LiveHTML(w io.Writer, runs []Live, refresh int) error {
	v := struct {
		Style   template.CSS
		Refresh int
		Rows    []liveRow
		Charts  []chart
	}{Style: template.CSS(pageStyle), Refresh: refresh}
	var names []string
	for _, r := range runs {
		names = append(names, r.Spec.Name)
		v.Rows = append(v.Rows, r.row())
	}
	v.Charts = liveCharts(runs, names)
	return write(w, livePage, v)
}

// row tells of the last step, and of what the last test gave.
func (l Live) row() liveRow {
	row := liveRow{Name: l.Spec.Name, State: l.State, Epochs: l.Spec.Train.Epochs, Loss: missing, BA: missing, ASR: missing}
	for _, m := range l.Metrics {
		row.Epoch, row.Step, row.Loss = m.Epoch, m.Step, format(m.Loss, 4)
		if m.Kind == "epoch" {
			row.BA, row.ASR = format(deref(m.BA), 3), format(deref(m.ASR), 3)
		}
	}
	return row
}

// liveCharts draws the curves that have a point, of the epochs that are done.
func liveCharts(runs []Live, names []string) (charts []chart) {
	add := func(title string, lo, hi float64, series func(Entry) []float64) {
		var all [][]float64
		for _, r := range runs {
			all = append(all, series(Entry{Spec: r.Spec, Metrics: r.Metrics}))
		}
		if c := newChart(title, names, all, lo, hi); len(c.Lines) > 0 {
			charts = append(charts, c)
		}
	}
	add("Training loss", 0, math.NaN(), func(e Entry) []float64 { return e.epochs(func(m run.Metric) float64 { return m.Loss }) })
	add("BA, accuracy on clean images", 0, 1, func(e Entry) []float64 { return e.epochs(func(m run.Metric) float64 { return deref(m.BA) }) })
	add("ASR, triggered images called the target", 0, 1, func(e Entry) []float64 { return e.epochs(func(m run.Metric) float64 { return deref(m.ASR) }) })
	levels := 0
	for _, r := range runs {
		for _, m := range r.Metrics {
			levels = max(levels, len(m.MMD))
		}
	}
	for i := range levels {
		add(fmt.Sprintf("The regulariser's distance in training batches, s%d", i+1), 0, math.NaN(), func(e Entry) []float64 { return e.batchMMD(i) })
	}
	return charts
}
