package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/internal/npy"
	"sdrm/report"
)

func newLatents(g *globals) *cobra.Command {
	return group("latents", "Exchange latents with NumPy, as .npz files", newLatentsExport(g), newLatentsMeasure(g))
}

func newLatentsExport(g *globals) *cobra.Command {
	var out, levels string
	c := &cobra.Command{
		Use:     "export RUN",
		Short:   "Write the latents that measure compares, for every level S arrays S_benign and S_malicious",
		Example: "  sdrm latents export runs/sdrm --levels relu --out latents.npz",
		RunE: func(c *cobra.Command, args []string) error {
			l := newStatusLine(c.ErrOrStderr())
			_, x, err := judged(c.Context(), args[0], l)
			if err != nil {
				return err
			}
			if x.Spec.Attack.Control() {
				return fault.Inputf("%s: attack.name: found %q, want an attack: nothing is malicious without one", args[0], x.Spec.Attack.Name)
			}
			at, err := x.Activations(levels)
			if err != nil {
				return flagError(err)
			}
			l.rewrite("export  the model is shown the images")
			groups, err := judge.Collect(c.Context(), x, at, judge.Protocol)
			l.clear()
			if err != nil {
				return err
			}
			arrays := groups.Arrays()
			if err := writeTo(c, out, func(w io.Writer) error { return npy.WriteZip(w, arrays) }); err != nil {
				return err
			}
			return g.printArrays(c.OutOrStdout(), out, arrays)
		},
	}
	addOut(c, &out, ".npz")
	addLevels(c, &levels, subject.NamedLevels)
	return c
}

// printArrays prints what a file holds.
func (g *globals) printArrays(w io.Writer, path string, arrays []npy.Named) error {
	type array struct {
		Name  string `json:"name"`
		Shape []int  `json:"shape"`
	}
	var list []array
	for _, a := range arrays {
		list = append(list, array{a.Name, a.Shape})
	}
	if g.json {
		return printJSON(w, struct {
			File   string  `json:"file"`
			Arrays []array `json:"arrays"`
		}{path, list})
	}
	for _, a := range list {
		if err := printf(w, "%s  %v\n", a.Name, a.Shape); err != nil {
			return err
		}
	}
	return nil
}

func newLatentsMeasure(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "measure FILE.npz",
		Short: "Compute MMD, Energy Distance and Sliced Wasserstein of latents that come from elsewhere",
		Long: `Compute MMD, Energy Distance and Sliced Wasserstein of latents that come from elsewhere.

The file holds, for every level S, arrays S_benign and S_malicious of float32
with a row a sample, as numpy.savez writes them.`,
		Example: "  sdrm latents measure latents.npz",
		RunE: func(c *cobra.Command, args []string) error {
			file, err := npy.Open(args[0])
			if err != nil {
				return fault.Input(err)
			}
			defer file.Close()
			u := newUnits(c.ErrOrStderr(), "measure")
			defer u.clear()
			levels, err := judge.MeasureArrays(c.Context(), file, u.watch(nil))
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			u.clear()
			if g.json {
				return printJSON(c.OutOrStdout(), map[string]any{"levels": levels})
			}
			return report.DistancesText(c.OutOrStdout(), []judge.Result{{Name: args[0], Levels: levels}})
		},
	}
}
