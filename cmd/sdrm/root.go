package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sdrm/asm"
	"sdrm/datasets"
	"sdrm/internal/parallel"
)

// globals are the flags that every command has.
type globals struct {
	json    bool
	threads int
	memory  int64 // MB
	began   bool  // the command line was found to be right, and its command starts
}

// mostMemory is the most that --image-memory may be, in MB: more is no number of bytes.
const mostMemory = 1 << 40

// newRoot returns the command tree.
func newRoot(g *globals) *cobra.Command {
	root := group("sdrm", "Train backdoored classifiers with and without statistical difference reduction",
		newDemo(g), newTrain(g), newEval(g), newMeasure(g), newDetect(g), newCalibrate(g), newReport(g), withoutDocument(newPlot()), newShow(g), newData(g), newList(g), newInfo(g), newBench(g), newVerify(g),
		newWeights(g), newLatents(g), newSweep(g), withoutDocument(newCompletion()), newMan(g))
	root.SetHelpCommand(withoutDocument(newHelp()))
	root.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	root.Version = programVersion()
	root.SilenceUsage, root.SilenceErrors = true, true
	root.PersistentPreRunE = g.begin
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(wrongFlag)
	root.PersistentFlags().BoolVar(&g.json, "json", false, "print one JSON document")
	root.PersistentFlags().IntVar(&g.threads, "threads", 0, "threads to use, 0 for all; results do not depend on it")
	root.PersistentFlags().Int64Var(&g.memory, "image-memory", 0,
		"MB of decoded images that a set keeps in memory, 0 for all; of a larger set of image files all lie in a temporary file; results do not depend on it")
	checkAllArgs(root)
	return root
}

// begin heeds the flags that every command has, and notes that the command line is
// right.
func (g *globals) begin(c *cobra.Command, _ []string) error {
	if err := asm.Err(); err != nil {
		return err
	}
	if g.json && c.Annotations[noDocument] != "" {
		return fmt.Errorf("--json: %s prints no document", c.CommandPath())
	}
	if g.threads < 0 {
		return fmt.Errorf("--threads: found %d, want 0 (all) or more", g.threads)
	}
	if g.memory < 0 || g.memory > mostMemory {
		return fmt.Errorf("--image-memory: found %d, want 0 (no bound) to %d", g.memory, mostMemory)
	}
	parallel.SetWorkers(g.threads)
	datasets.SetMemory(g.memory * 1_000_000)
	g.began = true
	return nil
}

// noDocument is the annotation of a command that prints a format of its own alone.
const noDocument = "no document"

// withoutDocument marks a command that --json is wrong for.
func withoutDocument(c *cobra.Command) *cobra.Command {
	c.Annotations = map[string]string{noDocument: "true"}
	return c
}

// group returns a command that is only the parent of others.
func group(use, short string, children ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, RunE: func(c *cobra.Command, _ []string) error {
		return &usageError{errors.New(place(c) + "a subcommand is missing; see --help")}
	}}
	c.AddCommand(children...)
	return c
}
