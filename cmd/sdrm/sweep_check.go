package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"sdrm/experiment/sweep"
)

// checkedCell is what sweep check prints of a cell.
type checkedCell struct {
	Number  int    `json:"cell"`
	Name    string `json:"name"`
	SHA256  string `json:"weights_sha256"` // that the ledger has
	Differs string `json:"differs"`        // empty if the cell gave the same
}

func newSweepCheck(g *globals) *cobra.Command {
	var cell, random int
	c := &cobra.Command{
		Use:   "check LEDGER",
		Short: "Train cells of a ledger again and compare their digests and figures",
		Long: `Train cells of a ledger again, all of them unless flags choose, and compare the
digests of images and weights and all figures. One that differs is exit code 4.
The data are looked for in $SDRM_DATA, else in the user's cache folder.`,
		Example: "  sdrm sweep check ledger.jsonl --random 3",
		RunE: func(c *cobra.Command, args []string) error {
			records, err := sweep.ReadLedger(args[0])
			if err != nil {
				return err
			}
			if c.Flags().Changed("cell") && c.Flags().Changed("random") {
				return &usageError{errors.New("--cell and --random: want one of them")}
			}
			switch {
			case c.Flags().Changed("cell"):
				records = slices.DeleteFunc(records, func(r *sweep.Record) bool { return r.Number != cell })
				if len(records) == 0 {
					return &usageError{fmt.Errorf("--cell: found %d, want a cell in %s", cell, args[0])}
				}
			case c.Flags().Changed("random"):
				if random < 1 || random > len(records) {
					return &usageError{fmt.Errorf("--random: found %d, want 1 to %d", random, len(records))}
				}
				rand.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
				records = records[:random]
			}
			return g.checkCells(c, records)
		},
	}
	c.Flags().IntVar(&cell, "cell", 0, "the cell of that number alone")
	c.Flags().IntVar(&random, "random", 0, "that many cells, drawn anew each time")
	return c
}

// checkCells trains cells again, each in a folder that is removed afterwards.
func (g *globals) checkCells(c *cobra.Command, records []*sweep.Record) error {
	checked := []checkedCell{} // never null in JSON
	var stopped error          // which leaves cells unchecked
	failed := 0
	for _, r := range records {
		one, err := checkCell(c, r)
		if err != nil {
			stopped = fmt.Errorf("cell %d: %w", r.Number, err)
			break
		}
		checked = append(checked, one)
		what := fmt.Sprintf("the same, weights %.16s", r.WeightsSHA256)
		if one.Differs != "" {
			what = one.Differs
			failed++
		}
		if !g.json {
			if err := printf(c.OutOrStdout(), "%d  %s  %s\n", r.Number, r.Name, what); err != nil {
				return err
			}
		}
	}
	if g.json {
		if err := printJSON(c.OutOrStdout(), struct {
			Cells []checkedCell `json:"cells"`
		}{checked}); err != nil {
			return err
		}
	}
	switch {
	case failed > 0 && stopped != nil: // that cells differ is what is asked for
		return fmt.Errorf("%w; %v", &checkError{failed, len(checked)}, stopped)
	case failed > 0:
		return &checkError{failed, len(checked)}
	}
	return stopped
}

func checkCell(c *cobra.Command, r *sweep.Record) (checkedCell, error) {
	one := checkedCell{Number: r.Number, Name: r.Name, SHA256: r.WeightsSHA256}
	dir, err := os.MkdirTemp("", "sdrm-check-")
	if err != nil {
		return one, err
	}
	defer os.RemoveAll(dir)
	p := newProgress(c.ErrOrStderr(), r.Spec, func() string { return r.Name })
	defer p.clear()
	one.Differs, err = r.Check(c.Context(), dir, p.options())
	return one, err
}
