package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/experiment/subject"
	"sdrm/report"
)

func newCalibrate(g *globals) *cobra.Command {
	return group("calibrate", "What detectors say where there is nothing to find",
		newCalibrateRules(g), newCalibratePValues(g), newCalibrateAnswers(g))
}

// calibrateEach prints what is found in the model of each of some finished runs, as one
// document or as text.
func calibrateEach[T any](g *globals, c *cobra.Command, dirs []string,
	find func(x *subject.Subject, of report.Calibrated, w judge.Work) (T, error), text func(io.Writer, []T) error) error {
	u := newUnits(c.ErrOrStderr(), "calibrate")
	defer u.clear()
	out := []T{}
	for _, dir := range dirs {
		r, x, err := judged(c.Context(), dir, u.statusLine)
		if err != nil {
			return err
		}
		of, err := r.Result()
		if err != nil {
			return err
		}
		found, err := find(x, report.Calibrated{Name: of.Name, Control: r.Spec.Attack.Control(), Imported: of.Imported, SHA256: of.WeightsSHA256}, u.watch(nil))
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		out = append(out, found)
	}
	u.clear()
	if g.json {
		return printJSON(c.OutOrStdout(), document{out})
	}
	return text(c.OutOrStdout(), out)
}
