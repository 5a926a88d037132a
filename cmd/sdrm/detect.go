package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/experiment"
	"sdrm/report"
)

func newDetect(g *globals) *cobra.Command {
	var list, levels string
	var save bool
	c := &cobra.Command{
		Use:   "detect RUN",
		Short: "Run detectors on a finished run anew",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			names, err := detectors(list)
			if err != nil {
				return err
			}
			r, x, err := judged(args[0])
			if err != nil {
				return err
			}
			if names == nil {
				names = r.Spec.Detect.Detectors
			}
			at, err := x.Activations(levels)
			if err != nil {
				return flagError(err)
			}
			head := x.Head()
			out := experiment.Detected{Name: head.Name, Lambda: head.Lambda, SHA256: head.WeightsSHA256}
			if out.Detectors, out.Skipped, err = x.Detect(c.Context(), at, names); err != nil {
				return err
			}
			if save {
				if err := r.SaveDetected(out, names); err != nil {
					return err
				}
			}
			if g.json {
				return printJSON(c.OutOrStdout(), document{[]experiment.Detected{out}})
			}
			return report.DetectorsText(c.OutOrStdout(), []experiment.Detected{out})
		},
	}
	c.Flags().StringVar(&list, "detectors", "", "all, or names with commas: "+strings.Join(experiment.Detectors(), ", ")+" (default: those of the run's spec)")
	c.Flags().StringVar(&levels, "levels", experiment.NamedLevels, levelsUsage)
	c.Flags().BoolVar(&save, "save", false, "also write "+experiment.DetectFile+" into the run folder, where report finds it; other detectors saved there stay")
	return c
}

// detectors returns the names that --detectors lists, nil for the spec's.
func detectors(list string) ([]string, error) {
	switch list {
	case "":
		return nil, nil
	case "all":
		return experiment.Detectors(), nil
	}
	names := strings.Split(list, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if !slices.Contains(experiment.Detectors(), names[i]) {
			return nil, &usageError{fmt.Errorf("--detectors: found %q, want all or some of %s", names[i], strings.Join(experiment.Detectors(), ", "))}
		}
	}
	return names, nil
}
