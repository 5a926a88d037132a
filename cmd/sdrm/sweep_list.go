package main

import (
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sdrm/experiment/plan"
)

// listedCell is what sweep list tells of a cell.
type listedCell struct {
	Number int            `json:"cell"`
	Name   string         `json:"name"`
	Hash   string         `json:"spec_sha256"`
	Values map[string]any `json:"values"` // by axis
}

func newSweepList(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:     "list PLAN",
		Short:   "List the cells of a plan: number, name, hash of the spec",
		Example: "  sdrm sweep list specs/small-sweep.toml",
		RunE: func(c *cobra.Command, args []string) error {
			p, err := plan.Read(args[0])
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(c.OutOrStdout(), struct {
					Cells []listedCell `json:"cells"`
				}{listCells(p)})
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, cell := range p.Cells {
				printf(w, "%d\t%s\t%.16s\n", cell.Number, cell.Name, cell.Hash)
			}
			return w.Flush()
		},
	}
}

func listCells(p *plan.Plan) []listedCell {
	var out []listedCell
	for _, cell := range p.Cells {
		l := listedCell{cell.Number, cell.Name, cell.Hash, map[string]any{}}
		for i, a := range p.Axes {
			l.Values[a.Key] = cell.Values[i]
		}
		out = append(out, l)
	}
	return out
}
