package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/subject"
	"sdrm/internal/parallel"
)

// judged opens a finished run. It returns the run and its model with the images
// that it is judged on. The line tells that these are read.
func judged(ctx context.Context, dir string, l *statusLine) (*run.Run, *subject.Subject, error) {
	r, err := run.OpenFinished(dir)
	if err != nil {
		return nil, nil, err
	}
	defer l.clear()
	x, err := r.Subject(l.reading(ctx, r.Spec.Name), parallel.Workers())
	return r, x, err
}

// judgement is what detect and measure have in common: a finished run that is looked
// at anew in some places of its model, beside a clean model if one is named.
type judgement struct {
	levels, pair, control string // as the flags have them
	save                  bool

	run *run.Run
	judge.Scope
}

// flags makes the flags. levels is the default of --levels; pair and save are what
// --pair and --save say beside what both commands say.
func (j *judgement) flags(c *cobra.Command, levels, pair, save string) {
	addLevels(c, &j.levels, levels)
	f := c.Flags()
	f.StringVar(&j.pair, "pair", string(judge.Protocol), "which latents are compared with those of the target class's own images: protocol: triggered images of others; trigger: every second of these with the trigger, beside the others; content: others' without it; all: each of these"+pair)
	f.StringVar(&j.control, "control", "", "run `folder` of a clean model, attack none, that was trained as RUN was")
	f.BoolVar(&j.save, "save", false, "also write "+save)
	complete(c, "pair", judge.PairNames())
}

// open opens the run in dir and its control, and reads the images. The line tells that.
func (j *judgement) open(ctx context.Context, dir string, l *statusLine) (err error) {
	if j.Pairs, err = judge.FindPairs(j.pair); err != nil {
		return flagError(err)
	}
	if j.run, j.Subject, err = judged(ctx, dir, l); err == nil && j.control != "" {
		j.Control, err = j.openControl(ctx)
	}
	if err != nil {
		return j.asKept(err, dir)
	}
	if j.At, err = j.Subject.Activations(j.levels); err != nil {
		return flagError(err)
	}
	return nil
}

// openControl returns the clean model that --control names, with its images.
func (j *judgement) openControl(ctx context.Context) (*subject.Subject, error) {
	c, err := j.run.OpenControl(j.control)
	if err != nil {
		return nil, err
	}
	return c.Subject(ctx, parallel.Workers())
}

// keeping does the judgement with the journal that open opens, if what it finds is to
// be saved, and removes that once it is.
func (j *judgement) keeping(open func() (*run.Journal, error), do func(k judge.Keeper) error) error {
	if !j.save {
		return do(nil)
	}
	journal, err := open()
	if err != nil {
		return err
	}
	defer journal.Close()
	if err = do(journal); err == nil {
		journal.Remove()
	}
	return j.asKept(err, j.run.Spec.Name)
}

// asKept is the error of a judgement of the run called name, which goes on where it was
// if it was interrupted and is to be saved.
func (j *judgement) asKept(err error, name string) error {
	if j.save && errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", name, errKept)
	}
	return err
}

// keptHelp says that of a command with --save.
const keptHelp = `With --save an interrupt (Ctrl-C) stops within seconds, what is finished is kept in
the run folder, and the program exits with code 75: the same command goes on
there. Without it nothing is written, and nothing kept.`
