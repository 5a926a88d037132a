package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/experiment/subject"
	"sdrm/internal/parallel"
)

// asKept is the error of a judgement with --save that was interrupted before it began,
// while the images of the run called name were read.
func asKept(err error, save bool, name string) error {
	if save && errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", name, errKept)
	}
	return err
}

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

// keeping does a judgement with the journal that open opens, if what it finds is to
// be saved, and removes that once it is.
func keeping(r *run.Run, save bool, open func() (*run.Journal, error), do func(k judge.Keeper) error) error {
	if !save {
		return do(nil)
	}
	j, err := open()
	if err != nil {
		return err
	}
	defer j.Close()
	err = do(j)
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", r.Spec.Name, errKept)
	case err == nil:
		j.Remove()
	}
	return err
}

// errKept is the error of what was interrupted and goes on where it was: a judgement
// that has a journal, a download.
var errKept = errors.New("interrupted, what is finished is kept; the same command continues")

// keptHelp says that of a command with --save.
const keptHelp = `With --save an interrupt (Ctrl-C) stops within seconds, what is finished is kept in
the run folder, and the program exits with code 75: the same command goes on
there. Without it nothing is written, and nothing kept.`

// controlOf returns the trained clean model that r is compared with, with its
// images; nil if dir is empty.
func controlOf(ctx context.Context, r *run.Run, dir string) (*subject.Subject, error) {
	if dir == "" {
		return nil, nil
	}
	c, err := r.OpenControl(dir)
	if err != nil {
		return nil, err
	}
	return c.Subject(ctx, parallel.Workers())
}

// flagError makes a usageError of what is wrong with a field that a flag of the
// same name sets.
func flagError(err error) error {
	var field *spec.FieldError
	if errors.As(err, &field) {
		return &usageError{&spec.FieldError{Field: "--" + field.Field, Found: field.Found, Want: field.Want}}
	}
	return err
}

// addLevels makes the flag that says at which places of the model a command looks.
func addLevels(c *cobra.Command, levels *string, usual string) {
	c.Flags().StringVar(levels, "levels", usual, "relu: every ReLU of the model, named: its levels s1, s2, s3, or some of relu1, s1, … with commas")
	completeList(c, "levels", []string{subject.EveryReLU, subject.NamedLevels}, spec.LevelNames)
}

// controlUsage tells what --control takes.
const controlUsage = "run `folder` of a clean model, attack none, that was trained as RUN was"

// pairUsage tells what --pair takes.
const pairUsage = "which latents are compared with those of the target class's own images: protocol: triggered images of others; trigger: every second of these with the trigger, beside the others; content: others' without it; all: each of these"
