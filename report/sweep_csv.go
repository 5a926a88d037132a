package report

import (
	"fmt"
	"io"
	"slices"

	"sdrm/experiment/sweep"
	"sdrm/internal/nullable"
)

// SweepCSV writes what a sweep found with a line for each figure of each setting.
// What has no value is empty.
func SweepCSV(w io.Writer, t sweep.Table) error {
	lines := [][]string{slices.Concat(t.Axes, []string{"figure", "detector", "level", "seeds", "mean", "deviation",
		"low", "high", "pairs", "difference", "difference_low", "difference_high"})}
	for _, r := range t.Rows {
		for _, f := range r.Figures {
			d := sweep.Difference{Mean: nullable.NaN(), Low: nullable.NaN(), High: nullable.NaN()}
			if f.Difference != nil {
				d = *f.Difference
			}
			bounds := [2]nullable.Float{nullable.NaN(), nullable.NaN()}
			if f.Interval != nil {
				bounds = *f.Interval
			}
			lines = append(lines, slices.Concat(setting(r), []string{f.Name, f.Detector, f.Level, fmt.Sprint(f.N),
				exact(f.Mean.Mean), exact(f.Deviation), exact(bounds[0]), exact(bounds[1]), fmt.Sprint(d.Pairs), exact(d.Mean), exact(d.Low), exact(d.High)}))
		}
	}
	return writeCSV(w, lines)
}
