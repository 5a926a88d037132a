package main

import (
	"strings"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/subject"
	"sdrm/report"
)

func newMeasure(g *globals) *cobra.Command {
	var j judgement
	m := judge.DefaultMeasures()
	c := &cobra.Command{
		Use:   "measure RUN",
		Short: "Compute the distances of a finished run's latents at every ReLU, with p-values and intervals",
		Long: `Compute MMD², Energy Distance, Sliced and max-Sliced Wasserstein between the
benign and the malicious latents of a finished run, at every ReLU of the model,
with the p-value of a permutation test and a 95 % bootstrap interval. A
mark + behind a level's name says that it is regularised. --control compares the
same images in a clean model too, and says how much larger the distance is.

` + keptHelp,
		Example: "  sdrm measure runs/sdrm --save\n  sdrm measure runs/sdrm --pair all --control runs/clean",
		RunE: func(c *cobra.Command, args []string) error {
			if err := m.Check(); err != nil {
				return flagError(err)
			}
			u := newUnits(c.ErrOrStderr(), "measure")
			defer u.clear()
			if err := j.open(c.Context(), args[0], u.statusLine); err != nil {
				return err
			}
			head := judge.Head(j.Subject)
			out := judge.Measured{Name: head.Name, Lambda: head.Lambda, SHA256: head.WeightsSHA256, Control: judge.ControlOf(j.Control)}
			open := func() (*run.Journal, error) { return j.run.Measuring(j.Scope, m) }
			err := j.keeping(open, func(k judge.Keeper) (err error) {
				if out.Distances, err = judge.Measure(c.Context(), j.Scope, m, u.watch(k)); err != nil || !j.save {
					return err
				}
				return j.run.SaveMeasured(out)
			})
			if err != nil {
				return err
			}
			u.clear()
			if g.json {
				return printJSON(c.OutOrStdout(), document{[]judge.Measured{out}})
			}
			return report.MeasuredText(c.OutOrStdout(), out)
		},
	}
	j.flags(c, subject.EveryReLU, "", run.MeasureFile+" into the run folder, where report finds it, in place of what was measured before")
	f := c.Flags()
	f.StringVar(&m.Kernel, "kernel", m.Kernel, "of the MMD: prototype, median, or the sigma of a Gaussian")
	f.StringVar(&m.Estimator, "estimator", m.Estimator, "of the MMD: one of "+strings.Join(judge.Estimators(), ", "))
	complete(c, "kernel", []string{"prototype", "median"})
	complete(c, "estimator", judge.Estimators())
	f.IntVar(&m.Permutations, "permutations", m.Permutations, "random splits behind every p-value, 0 for none")
	f.IntVar(&m.Resamples, "resamples", m.Resamples, "resamples behind every interval, 0 for none")
	return c
}
