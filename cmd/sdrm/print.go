package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/internal/plain"
)

// Everything that the command line prints goes through printf and printJSON, or is
// a table of package report.

// printf prints a text, in which a terminal obeys format alone: names, paths and
// errors among args are shown, whatever is in them.
func printf(w io.Writer, format string, args ...any) error {
	_, err := io.WriteString(w, sprintf(format, args...))
	return err
}

// sprintf returns what printf prints.
func sprintf(format string, args ...any) string {
	for i, arg := range args {
		switch arg := arg.(type) {
		case string:
			args[i] = plain.Line(arg)
		case error:
			args[i] = plain.Line(arg.Error())
		}
	}
	return fmt.Sprintf(format, args...)
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
	_, err = io.WriteString(w, plain.Lines(string(text))+"\n")
	return err
}

// printError prints why the program ends, as a line or, with --json, as a document
// on one.
func printError(w io.Writer, err error, asJSON bool) {
	if !asJSON {
		printf(w, "sdrm: %v\n", err)
		return
	}
	type failure struct {
		Message string `json:"message"`
		Code    int    `json:"exit_code"`
	}
	text, err := json.Marshal(map[string]failure{"error": {err.Error(), exitCode(err)}})
	if err != nil {
		panic(fmt.Sprintf("sdrm: an error as JSON: %v", err))
	}
	io.WriteString(w, plain.Lines(string(text))+"\n")
}

// print prints what a command found: v as JSON, or the text.
func (g *globals) print(c *cobra.Command, v any, format string, args ...any) error {
	if g.json {
		return printJSON(c.OutOrStdout(), v)
	}
	return printf(c.OutOrStdout(), format, args...)
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
