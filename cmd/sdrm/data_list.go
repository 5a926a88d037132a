package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"sdrm/experiment/subject"
)

func newDataList(g *globals) *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the data sets, where their files are looked for, how they lie and how many images they hold",
		Example: "  sdrm data list --data-dir /data",
		RunE: func(c *cobra.Command, _ []string) error {
			sets, err := subject.DataSets(dir)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(c.OutOrStdout(), map[string]any{"sets": sets})
			}
			for _, s := range sets {
				state, holds := "missing", ""
				switch {
				case s.Wrong != "":
					state, holds = "damaged", "  "+s.Wrong
				case s.Present:
					state, holds = "there", fmt.Sprintf("  %d + %d images", s.Train, s.Test)
					if s.Layout != "" {
						holds = fmt.Sprintf("  %s, %d + %d images", s.Layout, s.Train, s.Test)
					}
				}
				if err := printf(c.OutOrStdout(), "%-13s  %-7s  %s%s\n", s.Name, state, s.Where, holds); err != nil {
					return err
				}
			}
			return nil
		},
	}
	addDataDir(c, &dir)
	return c
}
