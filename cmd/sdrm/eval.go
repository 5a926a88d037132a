package main

import (
	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
	"sdrm/report"
)

func newEval(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:     "eval RUN",
		Short:   "Compute BA and ASR of a finished run's model anew",
		Example: "  sdrm eval runs/sdrm",
		RunE: func(c *cobra.Command, args []string) error {
			u := newUnits(c.ErrOrStderr(), "eval")
			defer u.clear()
			_, x, err := judged(c.Context(), args[0], u.statusLine)
			if err != nil {
				return err
			}
			result := judge.Head(x)
			if result.BA, result.ASR, err = judge.Rates(c.Context(), x, u.watch(nil)); err != nil {
				return err
			}
			u.clear()
			return g.printRuns(c.OutOrStdout(), []judge.Result{result}, rates, report.RatesText)
		},
	}
}

func rates(r judge.Result) any {
	return struct {
		Name      string         `json:"name"`
		Lambda    float64        `json:"lambda"`
		BA        float64        `json:"ba"`
		Tests     int            `json:"tests"`
		ASR       nullable.Float `json:"asr"`
		Triggered int            `json:"triggered"`
		SHA256    string         `json:"weights_sha256"`
	}{r.Name, r.Lambda, r.BA, r.Tests, r.ASR, r.Triggered, r.WeightsSHA256}
}
