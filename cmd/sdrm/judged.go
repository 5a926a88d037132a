package main

import (
	"context"

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
