package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/internal/fault"
	"sdrm/internal/regular"
	"sdrm/report"
)

// maxMeasured is the length in bytes of the longest file that plot reads.
const maxMeasured = 1 << 25

// plotFormats are the ways to show what plot was given.
var plotFormats = map[string]func(io.Writer, []judge.Measured) error{
	"svg": report.WritePairsFigure, "text": report.Terminal.WritePairs, "markdown": report.Markdown.WritePairs,
}

func newPlot() *cobra.Command {
	var out, format string
	c := &cobra.Command{
		Use:   "plot FILE...",
		Short: "Draw what of the latents' distance is trigger and what is content, as SVG",
		Long: `Draw the MMD² of every pair at every ReLU, of runs that differ in their seeds, of
their controls, and the difference: mean and range over the runs; with another
--format the numbers. A file is what
measure --pair all --control RUN --json printed, or what --save left.`,
		Example: `  sdrm measure runs/sdrm-1 --pair all --control runs/clean-1 --estimator unbiased --json > 1.json
  sdrm plot 1.json 2.json 3.json --out pairs.svg`,
		RunE: func(c *cobra.Command, args []string) error {
			show, ok := plotFormats[format]
			if !ok {
				return &usageError{fmt.Errorf("--format: found %q, want svg, text or markdown", format)}
			}
			var all []judge.Measured
			for _, path := range args {
				m, err := measuredIn(path)
				if err != nil {
					return err
				}
				all = append(all, m...)
			}
			return writeTo(c, out, func(w io.Writer) error { return show(w, all) })
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "file to write (default stdout)")
	c.Flags().StringVar(&format, "format", "svg", "svg, or the numbers as text or markdown")
	complete(c, "format", []string{"svg", "text", "markdown"})
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
		return nil, fault.Inputf("%s: want what measure --json printed or --save left: %w", path, err)
	}
	if printed.Runs == nil {
		printed.Runs = []judge.Measured{printed.Measured}
	}
	for _, r := range printed.Runs {
		if r.Name == "" {
			return nil, fault.Inputf("%s: name: found none, want what measure --json printed or --save left", path)
		}
	}
	return printed.Runs, nil
}
