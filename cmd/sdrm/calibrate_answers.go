package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/defenses"
	"sdrm/experiment/judge"
	"sdrm/experiment/spec"
	"sdrm/experiment/subject"
	"sdrm/report"
)

func newCalibrateAnswers(g *globals) *cobra.Command {
	var list string
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
			if list != "" {
				places, unknown := spec.Chosen(known, list)
				if len(unknown) > 0 {
					return &usageError{fmt.Errorf("--detectors: found %q, want some of %s", unknown[0], strings.Join(known, ", "))}
				}
				var asked []defenses.Detector
				for _, place := range places {
					asked = append(asked, detectors[place])
				}
				detectors = asked
			}
			return calibrateEach(g, c, args, func(x *subject.Subject, of report.Calibrated, w judge.Work) (report.Answered, error) {
				found, err := judge.FindAnswers(c.Context(), x, detectors, w)
				return report.Answered{Calibrated: of, Detectors: found}, err
			}, report.AnswersText)
		},
	}
	c.Flags().StringVar(&list, "detectors", "", "names with commas: "+strings.Join(known, ", ")+" (default: all of these)")
	completeList(c, "detectors", nil, known)
	return c
}
