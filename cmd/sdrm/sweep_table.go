package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/defenses"
	"sdrm/experiment/plan"
	"sdrm/experiment/sweep"
	"sdrm/internal/fault"
	"sdrm/report"
)

func newSweepTable(g *globals) *cobra.Command {
	var out, format string
	var list detectorsFlag
	c := &cobra.Command{
		Use:   "table PLAN SOURCE...",
		Short: "Merge the cells that are done over seeds: means, deviations, what λ changes",
		Long: `Merge the cells that are done over seeds: means, deviations, and the difference
to λ = 0, paired by seed. A source is a folder of run folders or a ledger
(.jsonl); two results for one spec that differ are an error. As svg, what λ costs and
brings is drawn of each setting that has three λ or more.`,
		Example: "  sdrm sweep table specs/small-sweep.toml sweep --format csv --out table.csv",
		RunE: func(c *cobra.Command, args []string) error {
			title := strings.TrimSuffix(filepath.Base(args[0]), filepath.Ext(args[0]))
			write, ok := map[string]func(io.Writer, sweep.Table) error{
				"text": report.Terminal.WriteSweep, "markdown": report.Markdown.WriteSweep, "csv": report.SweepCSV,
				"html": func(w io.Writer, t sweep.Table) error { return report.SweepHTML(w, title, t) },
				"svg":  func(w io.Writer, t sweep.Table) error { return report.SweepSVG(w, title, t) },
			}[format]
			if !ok {
				return &usageError{fmt.Errorf("--format: found %q, want text, markdown, csv, html or svg", format)}
			}
			if g.json && c.Flags().Changed("format") {
				return &usageError{errors.New("--format and --json: want one of them")}
			}
			if g.json {
				write = func(w io.Writer, t sweep.Table) error { return printJSON(w, t) }
			}
			names, err := list.names()
			if err != nil {
				return err
			}
			s, err := survey(args)
			if err != nil {
				return err
			}
			t, err := sweep.Tabulate(s)
			if err != nil {
				return err
			}
			if names != nil {
				t = t.Only(names)
				if missing := t.Unjudged(names); !list.every() && missing != nil {
					return fault.Inputf("--detectors: no cell that is done was judged by %s", strings.Join(missing, ", "))
				}
			}
			return writeTo(c, out, func(w io.Writer) error { return write(w, t) })
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text, markdown, csv or html; or svg, the figure")
	c.Flags().StringVarP(&out, "out", "o", "", "file to write (default stdout)")
	list.add(c, defenses.Names(), "those that judged")
	complete(c, "format", []string{"text", "markdown", "csv", "html", "svg"})
	return c
}

// survey reads a plan and looks at sources.
func survey(args []string) (*sweep.Survey, error) {
	p, err := plan.Read(args[0])
	if err != nil {
		return nil, err
	}
	return sweep.Look(p, args[1:]...)
}
