package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/experiment/subject"
	"sdrm/report"
)

func newCalibratePValues(g *globals) *cobra.Command {
	const least = 8 // the smallest number of which a statistic of Kolmogorov and Smirnov says something
	var levels string
	var sets int
	c := &cobra.Command{
		Use:   "pvalues RUN...",
		Short: "Test whether the p-values of the two-sample test are uniform on untriggered images",
		Long: `Compare, level by level of finished runs, untriggered test images with others of the
same class by the test of the detector mmdtest. Nothing sets them apart, with a
backdoor in the model or without, so the p-values are to be uniform: the statistic of
Kolmogorov and Smirnov says how far they are from that, with its own p-value.`,
		Example: "  sdrm calibrate pvalues runs/clean runs/sdrm --levels relu",
		RunE: func(c *cobra.Command, args []string) error {
			if sets < least {
				return &usageError{fmt.Errorf("--sets: found %d, want at least %d", sets, least)}
			}
			return calibrateEach(g, c, args, func(x *subject.Subject, of report.Calibrated, w judge.Work) (report.Uniformity, error) {
				at, err := x.Activations(levels)
				if err != nil {
					return report.Uniformity{}, flagError(err)
				}
				found, err := judge.NullPValues(c.Context(), x, at, sets, w)
				return report.Uniformity{Calibrated: of, Levels: found}, err
			}, report.UniformityText)
		},
	}
	addLevels(c, &levels, subject.NamedLevels)
	c.Flags().IntVar(&sets, "sets", 60, "how many sets of images are compared at least, each split in two")
	return c
}
