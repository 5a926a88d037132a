package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/internal/shell"
	"sdrm/report"
	"sdrm/train"
)

// trainFlags are the flags of train beside the fields of a spec.
type trainFlags struct {
	out         string
	resume      bool
	tensorboard bool
}

func newTrain(g *globals) *cobra.Command {
	var f trainFlags
	c := &cobra.Command{
		Use:   "train [spec.toml]",
		Short: "Train a classifier, judge it, and keep both in a run folder",
		Long: `Train a classifier, judge it, and keep both in a run folder.

What the spec leaves out is as in the authors' prototype (sdrm list fields has
the values: VGG-11 on CIFAR-10, Blended, lambda 0.1, 80 epochs); flags go over the
spec. An interrupt (Ctrl-C) finishes the step, saves, and exits with code 75;
the same command with --resume then continues bit for bit. Only a spec sets
` + inSpecOnly() + `.

With --tensorboard the run folder is one that TensorBoard shows, while it trains
or, with --resume too, afterwards.`,
		Example: `  sdrm train specs/cifar10-short.toml
  sdrm train --data synthetic --model vgg5 --epochs 12 --lambda 0 --name regular
  sdrm train --resume --out runs/regular`,
		RunE: func(c *cobra.Command, args []string) error {
			resumed := ""
			if f.resume {
				resumed = f.out
			}
			s, err := specOf(c, args, resumed)
			if err != nil {
				return err
			}
			f.out = cmp.Or(f.out, filepath.Join("runs", s.Name))
			do := run.Start
			if f.resume {
				do = run.Continue
			}
			result, err := execute(c, s, f.out, f.tensorboard, do)
			if errors.Is(err, train.ErrInterrupted) {
				again := "train --resume --out " + shell.Path(f.out)
				if f.tensorboard {
					again += " --tensorboard"
				}
				err = fmt.Errorf("%w; %s continues", err, again)
			}
			if err != nil {
				return err
			}
			return g.printRuns(c.OutOrStdout(), []judge.Result{result}, whole, report.Text)
		},
	}
	c.Flags().StringVarP(&f.out, "out", "o", "", "run folder (default runs/NAME)")
	c.Flags().BoolVar(&f.resume, "resume", false, "continue the run in the run folder")
	c.Flags().BoolVar(&f.tensorboard, "tensorboard", false, "write the metrics as TensorBoard's events too")
	addFields(c)
	return c
}

// specOf returns the spec that a command line describes: that in a file, if one is
// named, else that of the run in the folder resumed, or the defaults, and over it
// what flags say.
func specOf(c *cobra.Command, file []string, resumed string) (spec.Spec, error) {
	s := spec.Default()
	var err error
	switch {
	case len(file) == 1:
		s, err = spec.Read(file[0])
	case resumed != "":
		var r *run.Run
		if r, err = run.Open(resumed); err == nil {
			s = r.Spec
		}
	}
	if err == nil {
		err = applyFields(c.Flags(), &s)
	}
	return s, err
}

// execute shows how far a run is that do starts or continues in a folder.
func execute(c *cobra.Command, s spec.Spec, dir string, events bool,
	do func(context.Context, string, spec.Spec, run.Options) (judge.Result, error)) (judge.Result, error) {
	p := newProgress(c.ErrOrStderr(), s, func() string { return s.Name })
	defer p.clear()
	o := p.options()
	o.Events = events
	result, err := do(c.Context(), dir, s, o)
	if errors.Is(err, train.ErrInterrupted) {
		err = fmt.Errorf("%s: %w", s.Name, err)
	}
	return result, err
}
