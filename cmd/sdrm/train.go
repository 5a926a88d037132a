package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/report"
	"sdrm/train"
)

func newTrain(g *globals) *cobra.Command {
	var out string
	var resume bool
	c := &cobra.Command{
		Use:   "train [spec.toml]",
		Short: "Train a classifier, judge it, and keep both in a run folder",
		Long: `Train a classifier, judge it, and keep both in a run folder.

What the spec leaves out is as in the authors' prototype; flags go over the
spec. An interrupt (Ctrl-C) finishes the step, saves, and exits with code 75;
the same command with --resume then continues bit for bit.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			result, err := trainRun(c, args, out, resume)
			if err != nil {
				return err
			}
			return g.printRuns(c.OutOrStdout(), []judge.Result{result}, whole, report.Text)
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "run folder (default runs/NAME)")
	c.Flags().BoolVar(&resume, "resume", false, "continue the run in the run folder")
	addFields(c)
	return c
}

// trainRun starts or continues the run that the command line describes.
func trainRun(c *cobra.Command, args []string, out string, resume bool) (judge.Result, error) {
	s := spec.Default()
	var err error
	switch {
	case len(args) == 1:
		s, err = spec.Read(args[0])
	case resume && out != "":
		var r *run.Run
		if r, err = run.Open(out); err == nil {
			s = r.Spec
		}
	}
	if err == nil {
		err = applyFields(c.Flags(), &s)
	}
	if err != nil {
		return judge.Result{}, err
	}
	if out == "" {
		out = filepath.Join("runs", s.Name)
	}
	return execute(c, out, s, resume)
}

// execute starts the run in a new folder, or continues it in its own.
func execute(c *cobra.Command, dir string, s spec.Spec, resume bool) (result judge.Result, err error) {
	p := newProgress(c.ErrOrStderr(), s)
	defer func() {
		p.close()
		if errors.Is(err, train.ErrInterrupted) {
			err = fmt.Errorf("%s: %w; train --resume --out %s continues", s.Name, err, dir)
		}
	}()
	if !resume {
		return run.Start(c.Context(), dir, s, p.options())
	}
	r, err := run.Open(dir)
	if err != nil {
		return judge.Result{}, err
	}
	if err := r.Check(s); err != nil {
		return judge.Result{}, err
	}
	return run.Resume(c.Context(), r, p.options())
}
