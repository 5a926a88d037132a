package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/internal/fault"
	"sdrm/internal/regular"
	"sdrm/internal/shell"
	"sdrm/report"
	"sdrm/train"
)

// demoSpecs returns the two runs of the demo: the same network on the same
// synthetic images with the same attack, without and with the regulariser; or
// one, if there is no attack. The error is a usageError.
func demoSpecs(flags *pflag.FlagSet) ([]spec.Spec, error) {
	regular := spec.Default()
	if err := applyFields(flags, &regular); err != nil {
		return nil, err
	}
	regular.Name = "regular"
	regular.Data.Set = "synthetic"
	regular.Model.Name = "vgg5"
	regular.Train.Epochs = 12
	regular.Train.Batch = 128
	regular.Train.Rate = 0.05
	regular.Train.Schedule = "cosine"
	regular.Train.Keep = "last"
	// Two that rest on no difference of latents.
	regular.Detect.Detectors = append(regular.Detect.Detectors, "scale-up", "frequency")
	regular.MMD.Lambda = 0
	if regular.Attack.Control() {
		regular.Name = "control"
		return []spec.Spec{regular}, nil
	}

	sdrm := regular
	sdrm.Name = "sdrm"
	sdrm.MMD.Lambda = 0.1
	return []spec.Spec{regular, sdrm}, nil
}

func newDemo(g *globals) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Train two backdoored classifiers on synthetic images and show what detectors make of them",
		Long: `Train two backdoored classifiers on synthetic images, one of them with the
regulariser, and show what detectors make of them. With --attack none one clean
classifier is trained, and shown is what detectors flag there all the same.

Runs of a demo that are in --out are continued, or shown if they are finished.`,
		Example: `  sdrm demo
  sdrm demo --attack none --out clean`,
		RunE: func(c *cobra.Command, _ []string) error {
			specs, err := demoSpecs(c.Flags())
			if err != nil {
				return err
			}
			if out == "" {
				out = freeFolder("sdrm-demo")
			}
			if err := checkDemoFolder(out); err != nil {
				return err
			}
			results, err := executeDemo(c, specs, out)
			if err != nil {
				return err
			}
			if g.json {
				return g.printRuns(c.OutOrStdout(), results, whole, nil)
			}
			return printDemo(c.OutOrStdout(), results, filepath.Join(out, run.ReportFile))
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "folder for the runs and the report (default sdrm-demo, numbered if it is there)")
	addFields(c, "attack")
	return c
}

// checkDemoFolder returns an error if a folder holds anything but a demo's runs and
// their report.
func checkDemoFolder(dir string) error {
	entries, err := regular.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault.Input(err)
	}
	for _, e := range entries {
		hidden := strings.HasPrefix(e.Name(), ".") // of a file manager, or of a report that was being written
		if !hidden && !slices.Contains([]string{"regular", "sdrm", "control", run.ReportFile}, e.Name()) {
			return fault.Inputf("%s: holds %s, want a new or empty folder, or that of a demo", dir, e.Name())
		}
	}
	return nil
}

// executeDemo starts or continues the runs in folders below out, and writes their report
// there.
func executeDemo(c *cobra.Command, specs []spec.Spec, out string) (results []judge.Result, err error) {
	var dirs []string
	for _, s := range specs {
		dir := filepath.Join(out, s.Name)
		result, err := execute(c, s, dir, false, run.Complete)
		if errors.Is(err, train.ErrInterrupted) {
			again := "demo --out " + shell.Path(out)
			if f := c.Flags().Lookup("attack"); f.Changed {
				again += " --attack " + f.Value.String()
			}
			err = fmt.Errorf("%w; %s continues", err, again)
		}
		if err != nil {
			return nil, err
		}
		results, dirs = append(results, result), append(dirs, dir)
	}
	return results, writeReport(filepath.Join(out, run.ReportFile), dirs)
}

// printDemo prints what the runs found, what that means, and where to look
// closer.
func printDemo(w io.Writer, results []judge.Result, reportPath string) error {
	short := make([]judge.Result, len(results))
	for i, r := range results {
		short[i] = r.WithoutMixed()
	}
	if err := report.Text(w, short); err != nil {
		return err
	}
	if err := printf(w, "\n"); err != nil {
		return err
	}
	if err := report.Verdict(w, results); err != nil {
		return err
	}
	more := ", also of sets with 1 to 20 % malicious images"
	if results[0].Control {
		more = ""
	}
	return printf(w, "\nreport%s: %s\n", more, reportPath)
}

// freeFolder returns base, or base with the first number that makes it new.
func freeFolder(base string) string {
	name := base
	for i := 2; ; i++ {
		if _, err := os.Lstat(name); err != nil {
			return name
		}
		name = fmt.Sprintf("%s-%d", base, i)
	}
}
