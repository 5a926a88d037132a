package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/experiment/plan"
	"sdrm/experiment/submit"
)

func newSweepScript(g *globals) *cobra.Command {
	j := submit.Job{}
	about := ""
	for _, name := range submit.Names() {
		t, _ := submit.Find(name)
		about += fmt.Sprintf("\n  %-10s  %s", name, t.Title)
	}
	c := &cobra.Command{
		Use:               fmt.Sprintf("script %s PLAN", strings.Join(submit.Names(), "|")),
		Short:             "Print what runs the cells of a plan on several machines",
		ValidArgsFunction: cobra.FixedCompletions(submit.Names(), cobra.ShellCompDirectiveDefault),
		Long: `Print what runs the cells of a plan on several machines:
` + about + `

The text says what it needs and what can be changed. --threads says how many CPUs
a task has.`,
		Example: "  sdrm sweep script slurm specs/small-sweep.toml --out sweep --threads 8 > job.sh",
		RunE: func(c *cobra.Command, args []string) error {
			t, err := submit.Find(args[0])
			if err != nil {
				return &usageError{err}
			}
			if j.Out == "" {
				return &usageError{errors.New("--out: found nothing, want the folder of the run folders")}
			}
			if j.Plan, err = plan.Read(args[1]); err != nil {
				return err
			}
			j.Threads = g.threads
			return t.Write(c.OutOrStdout(), j)
		},
	}
	c.Flags().StringVarP(&j.Out, "out", "o", "", "folder of the run folders")
	return c
}
