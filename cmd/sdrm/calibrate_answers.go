package main

import (
	"slices"

	"github.com/spf13/cobra"

	"sdrm/defenses"
	"sdrm/experiment/judge"
	"sdrm/experiment/subject"
	"sdrm/report"
)

func newCalibrateAnswers(g *globals) *cobra.Command {
	var list detectorsFlag
	var known []string
	var detectors []defenses.Detector
	for _, d := range defenses.All() {
		for _, v := range d.Variants {
			if v.Needs().Unit == defenses.Images {
				known, detectors = append(known, v.Name()), append(detectors, v)
			}
		}
	}
	c := &cobra.Command{
		Use:   "answers RUN...",
		Short: "Count what detectors of inputs flag of clean images that the model calls the target, beside triggered ones",
		Long: `Count what the canonical rules of detectors of inputs flag of three kinds of test images
of finished runs: clean ones that the model calls another class, clean ones that it calls
the target, and triggered ones that it calls the target. All triggered images that are
inspected are called the target and few clean ones are: a rule that flags whatever is
called so finds them without knowing of a backdoor.`,
		Example: "  sdrm calibrate answers runs/clean runs/sdrm --detectors strip,scale-up",
		RunE: func(c *cobra.Command, args []string) error {
			names, err := list.names()
			if err != nil {
				return err
			}
			asked := detectors
			if names != nil {
				asked = slices.DeleteFunc(slices.Clone(detectors), func(d defenses.Detector) bool { return !slices.Contains(names, d.Name()) })
			}
			return calibrateEach(g, c, args, func(x *subject.Subject, of report.Calibrated, w judge.Work) (report.Answered, error) {
				found, err := judge.FindAnswers(c.Context(), x, asked, w)
				return report.Answered{Calibrated: of, Detectors: found}, err
			}, report.AnswersText)
		},
	}
	list.add(c, known, "all")
	return c
}
