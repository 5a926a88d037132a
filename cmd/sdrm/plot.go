package main

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/internal/fault"
	"sdrm/internal/regular"
	"sdrm/report"
)

// maxMeasured is the length in bytes of the longest file that plot reads.
const maxMeasured = 1 << 25

func newPlot() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "plot FILE...",
		Short: "Draw what of the latents' distance is trigger and what is content, as SVG",
		Long: `Draw the MMD² of every pair at every ReLU, of runs that differ in their seeds, of
their controls, and the difference: mean and range over the runs. A file is what
measure --pair all --control RUN --json printed, or what --save left.`,
		Example: `  sdrm measure runs/sdrm-1 --pair all --control runs/clean-1 --estimator unbiased --json > 1.json
  sdrm plot 1.json 2.json 3.json --out pairs.svg`,
		RunE: func(c *cobra.Command, args []string) error {
			var all []judge.Measured
			for _, path := range args {
				m, err := measuredIn(path)
				if err != nil {
					return err
				}
				all = append(all, m...)
			}
			return writeTo(c, out, func(w io.Writer) error { return report.WritePairsFigure(w, all) })
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "file to write (default stdout)")
	return c
}

// measuredIn reads what measure printed or saved.
func measuredIn(path string) ([]judge.Measured, error) {
	text, err := regular.Read(path, maxMeasured)
	if err != nil {
		return nil, fault.Input(err)
	}
	var printed struct {
		Runs []judge.Measured `json:"runs"`
		judge.Measured
	}
	if err := json.Unmarshal(text, &printed); err != nil {
		return nil, fault.Inputf("%s: %w", path, err)
	}
	if printed.Runs == nil {
		printed.Runs = []judge.Measured{printed.Measured}
	}
	return printed.Runs, nil
}
