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
	var follow bool
	c := &cobra.Command{
		Use:   "report RUN...",
		Short: "Write one HTML file about runs, side by side, or tables as text or CSV",
		Long: `Write one HTML file about finished runs, side by side, or tables as text or
Markdown, or a line of CSV for each figure.

What measure --save and detect --save wrote into the run folders is shown too.

If a run is not finished the file has the curves of training so far. With --follow
it is written again whenever there is more of them, and a browser that shows it
loads it again, until all runs are finished; then it is the report about them.`,
		Example: `  sdrm report runs/regular runs/sdrm
  sdrm report --follow runs/sdrm
  sdrm report runs/regular runs/sdrm --format csv > runs.csv`,
		RunE: func(c *cobra.Command, args []string) error {
			switch write, isText := texts[format]; {
			case isText && (out != "" || g.json || follow):
				return &usageError{fmt.Errorf("--format %s: goes to stdout as it is, without --out, --json and --follow", format)}
			case isText:
				entries, err := load(args)
				if err != nil {
					return err
				}
				return write(c.OutOrStdout(), entries)
			case format != "html":
				return &usageError{fmt.Errorf("--format: found %q, want html, text, markdown or csv", format)}
			}
			file := followed(out)
			if out == "" {
				out = filepath.Join(args[0], run.ReportFile)
				file = out
			}
			l := &liveReport{out: file, dirs: args}
			again := refresh
			if !follow {
				again = 0
			}
			if err := l.write(again); err != nil {
				return err
			}
			if err := g.print(c, map[string]any{"report": out}, "%s\n", out); err != nil || !follow {
				return err
			}
			return l.follow(c.Context(), newStatusLine(c.ErrOrStderr()))
		},
	}
	c.Flags().StringVar(&format, "format", "html", "html, or text, markdown or csv on stdout")
	complete(c, "format", []string{"html", "text", "markdown", "csv"})
	c.Flags().StringVarP(&out, "out", "o", "", "file to write (default report.html in the first run folder)")
	c.Flags().BoolVar(&follow, "follow", false, "write the file again as the runs go on, until they are finished")
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
