package main

import (
	"github.com/spf13/cobra"

	"sdrm/defenses"
	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/subject"
	"sdrm/report"
)

func newDetect(g *globals) *cobra.Command {
	var list detectorsFlag
	var j judgement
	c := &cobra.Command{
		Use:   "detect RUN",
		Short: "Run detectors on a finished run anew",
		Long: `Run detectors on a finished run anew. --control shows them the same images in a
clean model too, and says how much better they do than there.

` + keptHelp,
		Example: "  sdrm detect runs/sdrm --detectors all --save\n  sdrm detect runs/sdrm --pair all --levels relu --control runs/clean",
		RunE: func(c *cobra.Command, args []string) error {
			names, err := list.names()
			if err != nil {
				return err
			}
			u := newUnits(c.ErrOrStderr(), "detect")
			defer u.clear()
			if err := j.open(c.Context(), args[0], u.statusLine); err != nil {
				return err
			}
			if names == nil {
				names = j.run.Spec.Detect.Detectors
			}
			head := judge.Head(j.Subject)
			out := judge.Detected{Name: head.Name, Lambda: head.Lambda, SHA256: head.WeightsSHA256, Control: judge.ControlOf(j.Control)}
			open := func() (*run.Journal, error) { return j.run.Detecting(j.Scope) }
			err = j.keeping(open, func(k judge.Keeper) error {
				if out.Detectors, out.Skipped, err = judge.Detect(c.Context(), j.Scope, names, u.watch(k)); err != nil {
					return err
				}
				if err := out.Warn(c.Context(), j.Subject); err != nil || !j.save {
					return err
				}
				return j.run.SaveDetected(out, names)
			})
			if err != nil {
				return err
			}
			u.clear()
			if g.json {
				return printJSON(c.OutOrStdout(), document{[]judge.Detected{out}})
			}
			return report.DetectorsText(c.OutOrStdout(), []judge.Detected{out})
		},
	}
	list.add(c, defenses.Names(), "those of the run's spec")
	j.flags(c, subject.NamedLevels, "; images, models and training sets are inspected with protocol",
		run.DetectFile+" into the run folder, where report finds it; what is saved there of other detectors, levels and sets stays")
	return c
}
