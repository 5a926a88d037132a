package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"sdrm/asm"
	"sdrm/experiment/judge"
	"sdrm/internal/parallel"
)

// globals are the flags that every command has.
type globals struct {
	json    bool
	threads int
}

// newRoot returns the command tree. *began is set once a command line is found
// to be right and its command starts.
func newRoot(began *bool) *cobra.Command {
	g := &globals{}
	root := &cobra.Command{
		Use:           "sdrm",
		Short:         "Train backdoored classifiers with and without statistical difference reduction",
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if err := asm.Err(); err != nil {
				return err
			}
			if g.threads < 0 {
				return fmt.Errorf("--threads: found %d, want 0 (all) or more", g.threads)
			}
			parallel.SetWorkers(g.threads)
			*began = true
			return nil
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().BoolVar(&g.json, "json", false, "print one JSON document")
	root.PersistentFlags().IntVar(&g.threads, "threads", 0, "threads to use, 0 for all; results do not depend on it")
	root.AddCommand(newDemo(g), newTrain(g), newEval(g), newMeasure(g), newDetect(g), newReport(g), newData(g), newList(g), newInfo(g), newBench(g), newVerify(g),
		newWeights(g), newLatents(g))
	return root
}

// document is what --json prints of runs.
type document struct {
	Runs any `json:"runs"`
}

func printJSON(w io.Writer, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// print prints what a command found: v as JSON, or the text.
func (g *globals) print(c *cobra.Command, v any, format string, args ...any) error {
	if g.json {
		return printJSON(c.OutOrStdout(), v)
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), format, args...)
	return err
}

// printRuns prints results as JSON, of which part picks what the command is
// about, or as text.
func (g *globals) printRuns(w io.Writer, results []judge.Result, part func(judge.Result) any,
	text func(io.Writer, []judge.Result) error) error {
	if !g.json {
		return text(w, results)
	}
	runs := make([]any, len(results))
	for i, r := range results {
		runs[i] = part(r)
	}
	return printJSON(w, document{runs})
}

// whole is the part of a result that is all of it.
func whole(r judge.Result) any { return r }

// isTerminal tells whether w is a terminal, where lines can be rewritten.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// group returns a command that is only the parent of others.
func group(use, short string, children ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return &usageError{errors.New(c.CommandPath() + ": a subcommand is missing; see --help")}
		}}
	c.AddCommand(children...)
	return c
}
