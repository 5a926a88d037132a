package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/experiment/sweep"
	"sdrm/internal/fault"
)

func newSweepLedger() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "ledger PLAN SOURCE...",
		Short: "Write a line of JSON for each cell that is done: spec, digests, figures, program, CPU",
		Long: `Write a line of JSON for each cell that is done: its spec, the digests of data
and weights, every figure of sweep table, the program and the CPU. sweep check
trains cells of a ledger again.`,
		Example: "  sdrm sweep ledger plan.toml sweep --out ledger.jsonl",
		RunE: func(c *cobra.Command, args []string) error {
			s, err := survey(args)
			if err != nil {
				return err
			}
			records, err := s.Records()
			if err != nil {
				return err
			}
			if len(records) == 0 {
				return fault.Inputf("%s: no cell of the plan is done in %s", args[0], strings.Join(args[1:], ", "))
			}
			return writeTo(c, out, func(w io.Writer) error { return sweep.WriteLedger(w, records) })
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "file to write (default stdout)")
	return c
}
