package sweep

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"sdrm/experiment/judge"
	"sdrm/experiment/plan"
	"sdrm/experiment/run"
	"sdrm/internal/fault"
	"sdrm/train"
)

// interrupted is the train.ErrInterrupted of a sweep, of whose cells some may not have begun:
// there need be no checkpoint.
type interrupted struct{}

func (interrupted) Error() string        { return "interrupted" }
func (interrupted) Is(target error) bool { return target == train.ErrInterrupted }

var errInterrupted error = interrupted{}

// Options say how a sweep is run.
type Options struct {
	Cells    []plan.Cell // which of the plan's are to be run
	Jobs     int         // cells that run at the same time
	FailFast bool        // a cell that fails stops the others
	// Execute runs a cell in its folder, while so many run at the same time; it is
	// Execute or does the same in a process of its own.
	Execute func(ctx context.Context, c plan.Cell, dir string, jobs int) error
	// OnBegin is called before a cell runs, OnEnd after it. No two calls are
	// made at the same time. How many of Cells are done is in both.
	OnBegin func(c plan.Cell, done, of int)
	OnEnd   func(c plan.Cell, done, of int, result judge.Result, err error)
}

// Run runs those of a plan's cells that are asked for and not done, in folders below dir that are
// called as the cells are. What dir holds is checked before anything starts. If
// ctx ends, the error is train.ErrInterrupted; Run then continues where it was.
// A cell that fails does not stop the others; one that another process works on
// is left to it. The error is then about both.
func Run(ctx context.Context, p *plan.Plan, dir string, o Options) error {
	survey, err := prepare(p, dir)
	if err != nil {
		return err
	}
	mine := map[int]bool{} // by number
	for _, c := range o.Cells {
		mine[c.Number] = true
	}
	s := &sweep{Options: o, dir: dir, of: len(mine), failed: map[int]error{}}
	var todo []Status
	for _, c := range survey.Cells {
		switch {
		case !mine[c.Cell.Number]:
		case c.State == Done:
			s.done++
		default:
			todo = append(todo, c)
		}
	}
	s.Jobs = max(1, min(o.Jobs, len(todo)))
	inner, stop := context.WithCancel(ctx)
	defer stop()
	s.stop = stop
	next := make(chan Status)
	var workers sync.WaitGroup
	for range s.Jobs {
		workers.Go(func() {
			for c := range next {
				s.attempt(inner, c)
			}
		})
	}
	for _, c := range todo {
		select {
		case next <- c:
		case <-inner.Done():
		}
	}
	close(next)
	workers.Wait()
	if ctx.Err() != nil {
		clear(s.failed) // they will be tried again
	}
	return s.verdict()
}

// sweep is a sweep that runs.
type sweep struct {
	Options
	dir  string
	stop context.CancelFunc

	mu       sync.Mutex
	of, done int           // of Cells
	failed   map[int]error // by the cell's number
	busy     []error       // one a cell that another process works on
}

// attempt runs a cell and keeps what came of it.
func (s *sweep) attempt(ctx context.Context, c Status) {
	if ctx.Err() != nil {
		return
	}
	dir := c.Dir
	if dir == "" {
		dir = filepath.Join(s.dir, c.Cell.Name)
	}
	s.mu.Lock()
	s.OnBegin(c.Cell, s.done, s.of)
	s.mu.Unlock()
	os.Remove(failureFile(s.dir, c.Cell)) // of before, however this attempt ends
	err := s.Execute(ctx, c.Cell, dir, s.Jobs)
	s.mu.Lock()
	defer s.mu.Unlock()
	result, unfinished := resultOf(dir, c.Cell)
	switch {
	case unfinished == nil: // if need be by another process
		s.done++
		err = nil
	case errors.Is(err, train.ErrInterrupted):
	case errors.Is(err, run.ErrBusy):
		s.busy = append(s.busy, err)
	default:
		if err == nil {
			err = fmt.Errorf("ended without a result: %v", unfinished)
		}
		s.failed[c.Cell.Number] = fmt.Errorf("%s: %w", c.Cell.Name, err)
		// A disk that takes no note has said so in err.
		_ = writeFailure(s.dir, c.Cell, err.Error())
		if s.FailFast {
			s.stop()
		}
	}
	s.OnEnd(c.Cell, s.done, s.of, result, err)
}

// resultOf returns the result of a cell; an error says why there is none.
func resultOf(dir string, c plan.Cell) (judge.Result, error) {
	r, err := run.OpenFinished(dir)
	if err == nil {
		err = r.Check(c.Spec)
	}
	if err != nil {
		return judge.Result{}, err
	}
	return trained(r, c.Number)
}

// verdict returns an error about the cells that are not done. It is a
// fault.InputError if trying again mends none of them.
func (s *sweep) verdict() error {
	text := fmt.Sprintf("%d of %d cells are done", s.done, s.of)
	if len(s.busy) > 0 {
		text += fmt.Sprintf("; other processes work on %d", len(s.busy))
	}
	var first error
	hopeless := len(s.busy) == 0
	for _, number := range slices.Sorted(maps.Keys(s.failed)) {
		err := s.failed[number]
		if first == nil {
			first = err
		}
		var input *fault.InputError
		hopeless = hopeless && errors.As(err, &input)
	}
	switch {
	case s.done == s.of:
		return nil
	case s.of == 1 && first != nil:
		return first
	case s.of == 1 && len(s.busy) == 1:
		return s.busy[0]
	case first != nil:
		err := fmt.Errorf("%s; %d failed, the first is %v", text, len(s.failed), first)
		if hopeless {
			return fault.Input(err)
		}
		return err
	case s.done+len(s.busy) < s.of:
		return fmt.Errorf("%s: %w; the same command continues", text, errInterrupted)
	}
	return errors.New(text)
}

// Execute runs a cell in its folder, or continues it there. What its attack learns
// before the first step is taken from a cell beside it if that has it.
func Execute(ctx context.Context, c plan.Cell, dir string, o run.Options) error {
	o.Siblings = filepath.Dir(dir)
	_, err := run.Complete(ctx, dir, c.Spec, o)
	return err
}
