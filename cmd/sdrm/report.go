package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"sdrm/experiment/run"
	"sdrm/report"
)

func newReport(g *globals) *cobra.Command {
	var out, format string
	c := &cobra.Command{
		Use:   "report RUN...",
		Short: "Write one HTML file about finished runs, side by side, or tables as text or CSV",
		Long: `Write one HTML file about finished runs, side by side, or tables as text or
Markdown, or a line of CSV for each figure.

What measure --save and detect --save wrote into the run folders is shown too.`,
		Example: `  sdrm report runs/regular runs/sdrm
  sdrm report runs/regular runs/sdrm --format csv > runs.csv`,
		RunE: func(c *cobra.Command, args []string) error {
			switch write, isText := texts[format]; {
			case isText && (out != "" || g.json):
				return &usageError{fmt.Errorf("--format %s: goes to stdout as it is, without --out and --json", format)}
			case isText:
				entries, err := load(args)
				if err != nil {
					return err
				}
				return write(c.OutOrStdout(), entries)
			case format != "html":
				return &usageError{fmt.Errorf("--format: found %q, want html, text, markdown or csv", format)}
			}
			if out == "" {
				out = filepath.Join(args[0], run.ReportFile)
			}
			if err := writeReport(out, args); err != nil {
				return err
			}
			return g.print(c, map[string]any{"report": out}, "%s\n", out)
		},
	}
	c.Flags().StringVar(&format, "format", "html", "html, or text, markdown or csv on stdout")
	complete(c, "format", []string{"html", "text", "markdown", "csv"})
	c.Flags().StringVarP(&out, "out", "o", "", "file to write (default report.html in the first run folder)")
	return c
}

// texts write the formats that go to stdout.
var texts = map[string]func(io.Writer, []report.Entry) error{
	"text": report.Terminal.Write, "markdown": report.Markdown.Write, "csv": report.CSV,
}

// load reads the runs in dirs.
func load(dirs []string) ([]report.Entry, error) {
	var entries []report.Entry
	for _, dir := range dirs {
		e, err := report.Load(dir)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// writeReport writes the report of the runs in dirs.
func writeReport(out string, dirs []string) error {
	entries, err := load(dirs)
	if err != nil {
		return err
	}
	return run.SaveReport(out, func(w io.Writer) error { return report.HTML(w, entries) })
}
