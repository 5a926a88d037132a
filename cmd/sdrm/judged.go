package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"sdrm/experiment/run"
	"sdrm/experiment/spec"
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
