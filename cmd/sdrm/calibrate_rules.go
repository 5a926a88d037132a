package main

import (
	"github.com/spf13/cobra"

	"sdrm/defenses"
	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/internal/parallel"
	"sdrm/report"
)

func newCalibrateRules(g *globals) *cobra.Command {
	var list detectorsFlag
	var levels string
	c := &cobra.Command{
		Use:   "rules RUN...",
		Short: "Count what the canonical rules flag in clean models, beside the level that they claim",
		Long: `Show detectors the clean samples of clean models, finished runs with attack none:
the test images of each class, class by class, and for those that run the model
test images of all classes. All that a canonical rule flags there is flagged
falsely. Beside the share stands the level that the rule claims, and whether it
holds: the level is within the interval, or more is flagged, or less.`,
		Example: "  sdrm calibrate rules runs/clean-1 runs/clean-2 runs/clean-3 --detectors all",
		RunE: func(c *cobra.Command, args []string) error {
			names, err := list.names()
			if err != nil {
				return err
			}
			runs, err := trainedApart(args)
			if err != nil {
				return err
			}
			u := newUnits(c.ErrOrStderr(), "calibrate")
			defer u.clear()
			out := judge.Calibration{Alarms: []judge.Alarms{}}
			for _, r := range runs {
				x, err := r.Subject(u.reading(c.Context(), r.Spec.Name), parallel.Workers())
				if err != nil {
					return err
				}
				at, err := x.Activations(levels)
				if err != nil {
					return flagError(err)
				}
				asked := names
				if asked == nil {
					asked = r.Spec.Detect.Detectors
				}
				if err := out.Add(c.Context(), x, at, asked, u.watch(nil)); err != nil {
					return err
				}
			}
			u.clear()
			if g.json {
				return printJSON(c.OutOrStdout(), out)
			}
			return report.CalibrationText(c.OutOrStdout(), out)
		},
	}
	list.add(c, defenses.Names(), "those of each run's spec")
	addLevels(c, &levels, subject.NamedLevels)
	return c
}

// trainedApart opens clean models of which none is there twice, as it would count twice.
func trainedApart(dirs []string) ([]*run.Run, error) {
	var runs []*run.Run
	at := map[string]string{} // by digest of the weights
	for _, dir := range dirs {
		r, err := run.OpenClean(dir)
		if err != nil {
			return nil, err
		}
		result, err := r.Result()
		if err != nil {
			return nil, err
		}
		if other, ok := at[result.WeightsSHA256]; ok {
			return nil, fault.Inputf("%s: weights_sha256: found those of %s, want models that were trained apart", dir, other)
		}
		at[result.WeightsSHA256] = dir
		runs = append(runs, r)
	}
	return runs, nil
}
