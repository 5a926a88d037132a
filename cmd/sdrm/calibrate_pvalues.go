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
			u := newUnits(newStatusLine(c.ErrOrStderr()), "calibrate")
			defer u.clear()
			out := []report.Uniformity{}
			for _, dir := range args {
				_, x, err := judged(c.Context(), dir, u.statusLine)
				if err != nil {
					return err
				}
				at, err := x.Activations(levels)
				if err != nil {
					return flagError(err)
				}
				head := judge.Head(x)
				found := report.Uniformity{Name: head.Name, Control: head.Control, SHA256: head.WeightsSHA256}
				if found.Levels, err = judge.NullPValues(c.Context(), x, at, sets, u.watch(nil)); err != nil {
					return fmt.Errorf("%s: %w", dir, err)
				}
				out = append(out, found)
			}
			u.clear()
			if g.json {
				return printJSON(c.OutOrStdout(), document{out})
			}
			return report.UniformityText(c.OutOrStdout(), out)
		},
	}
	addLevels(c, &levels, subject.NamedLevels)
	c.Flags().IntVar(&sets, "sets", 60, "how many sets of images are compared at least, each split in two")
	return c
}
