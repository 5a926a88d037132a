package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/defenses"
	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/subject"
	"sdrm/report"
)

func newDetect(g *globals) *cobra.Command {
	var list, levels, pair, control string
	var save bool
	c := &cobra.Command{
		Use:   "detect RUN",
		Short: "Run detectors on a finished run anew",
		Long: `Run detectors on a finished run anew. --control shows them the same images in a
clean model too, and says how much better they do than there.

` + keptHelp,
		Example: "  sdrm detect runs/sdrm --detectors all --save\n  sdrm detect runs/sdrm --pair all --levels relu --control runs/clean",
		RunE: func(c *cobra.Command, args []string) error {
			names, err := detectors(list)
			if err != nil {
				return err
			}
			pairs, err := judge.FindPairs(pair)
			if err != nil {
				return flagError(err)
			}
			u := newUnits(newStatusLine(c.ErrOrStderr()), "detect")
			defer u.clear()
			r, x, err := judged(c.Context(), args[0], u.statusLine)
			if err != nil {
				return asKept(err, save, args[0])
			}
			clean, err := controlOf(c.Context(), r, control)
			if err != nil {
				return asKept(err, save, args[0])
			}
			if names == nil {
				names = r.Spec.Detect.Detectors
			}
			at, err := x.Activations(levels)
			if err != nil {
				return flagError(err)
			}
			head := judge.Head(x)
			out := judge.Detected{Name: head.Name, Lambda: head.Lambda, SHA256: head.WeightsSHA256, Control: judge.ControlOf(clean)}
			open := func() (*run.Journal, error) { return r.Detecting(x, clean) }
			err = keeping(r, save, open, func(k judge.Keeper) error {
				if out.Detectors, out.Skipped, err = judge.Detect(c.Context(), x, clean, at, pairs, names, u.watch(k)); err != nil {
					return err
				}
				if err := out.Warn(c.Context(), x); err != nil || !save {
					return err
				}
				return r.SaveDetected(out, names)
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
	c.Flags().StringVar(&list, "detectors", "", "all, or names with commas: "+strings.Join(defenses.Names(), ", ")+" (default: those of the run's spec)")
	addLevels(c, &levels, subject.NamedLevels)
	c.Flags().StringVar(&pair, "pair", string(judge.Protocol), pairUsage+"; images, models and training sets are inspected with protocol")
	c.Flags().StringVar(&control, "control", "", controlUsage)
	c.Flags().BoolVar(&save, "save", false, "also write "+run.DetectFile+" into the run folder, where report finds it; what is saved there of other detectors, levels and sets stays")
	complete(c, "pair", judge.PairNames())
	completeList(c, "detectors", []string{"all"}, defenses.Names())
	return c
}

// detectors returns the names that --detectors lists, nil for the spec's.
func detectors(list string) ([]string, error) {
	switch list {
	case "":
		return nil, nil
	case "all":
		return defenses.Names(), nil
	}
	names := strings.Split(list, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if !slices.Contains(defenses.Names(), names[i]) {
			return nil, &usageError{fmt.Errorf("--detectors: found %q, want all or some of %s", names[i], strings.Join(defenses.Names(), ", "))}
		}
	}
	return names, nil
}
