package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/experiment/plan"
	"sdrm/experiment/sweep"
	"sdrm/internal/fault"
	"sdrm/train"
)

func newSweepRun(g *globals) *cobra.Command {
	var out, shard string
	var cell int
	o := sweep.Options{}
	c := &cobra.Command{
		Use:   "run PLAN",
		Short: "Run the cells of a plan that are not done",
		Long: `Run the cells of a plan that are not done, each in a run folder of its own below
--out. An interrupt finishes the step, saves, and exits with code 75; the same
command continues bit for bit. A cell that fails does not stop the others. Of the
plan - the text is read from standard input.

In a Slurm job array each task runs a share of the cells, in a Kubernetes Indexed
Job each completion one of them; elsewhere --shard says which.`,
		Example: `  sdrm sweep run specs/small-sweep.toml --out sweep
  sdrm sweep run specs/small-sweep.toml --out sweep --shard 2/4 --jobs 2`,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case out == "":
				return &usageError{errors.New("--out: found nothing, want the folder of the run folders")}
			case c.Flags().Changed("cell") && c.Flags().Changed("shard"):
				return &usageError{errors.New("--cell and --shard: want one of them")}
			case o.Jobs < 1:
				return &usageError{fmt.Errorf("--jobs: found %d, want at least 1", o.Jobs)}
			}
			p, err := planAt(c, args[0])
			if err != nil {
				return err
			}
			if c.Flags().Changed("cell") {
				o.Cells = slices.DeleteFunc(slices.Clone(p.Cells), func(o plan.Cell) bool { return o.Number != cell })
				if len(o.Cells) == 0 {
					return &usageError{fmt.Errorf("--cell: found %d, want the number of a cell of %s", cell, args[0])}
				}
			} else {
				s, err := chooseShard(shard, len(p.Cells))
				if err != nil {
					return err
				}
				o.Cells = s.Cells(p.Cells)
			}
			t := &sweepProgress{w: c.ErrOrStderr(), began: time.Now()}
			o.OnBegin, o.OnEnd, o.Execute = t.begin, t.end, t.execute
			if o.Jobs > 1 {
				o.Execute, t.announces = g.inOwnProcess(p, out), true
			}
			if err := sweep.Run(c.Context(), p, out, o); err != nil {
				return err
			}
			s, err := sweep.Look(p, out)
			if err != nil {
				return err
			}
			return g.print(c, statusOf(s), "%s\n", summary(s))
		},
	}
	f := c.Flags()
	f.StringVarP(&out, "out", "o", "", "folder of the run folders")
	f.StringVar(&shard, "shard", "", "run only part I of N of the cells, written I/N; I counts from 1")
	f.IntVar(&cell, "cell", 0, "run only the cell of that number")
	f.IntVar(&o.Jobs, "jobs", 1, "cells at the same time, which share the threads")
	f.BoolVar(&o.FailFast, "fail-fast", false, "let a cell that fails stop the others, which save")
	return c
}

// standardInput is the path of the plan that is read from there.
const standardInput = "-"

// planAt returns the plan at a path, or on standard input.
func planAt(c *cobra.Command, path string) (*plan.Plan, error) {
	if path != standardInput {
		return plan.Read(path)
	}
	text, err := io.ReadAll(io.LimitReader(c.InOrStdin(), plan.MaxText+1))
	if err != nil {
		return nil, fault.Inputf("standard input: %w", err)
	}
	if len(text) > plan.MaxText {
		return nil, fault.Inputf("standard input: found more than %d bytes, want a plan of at most so many", plan.MaxText)
	}
	return plan.Parse(text, "standard input")
}

// chooseShard returns the shard that a flag names, or else the scheduler.
func chooseShard(flag string, cells int) (plan.Shard, error) {
	var s plan.Shard
	var err error
	if flag == "" {
		s, err = plan.ShardOfTask(os.Getenv, cells)
	} else if s, err = plan.ParseShard(flag); err != nil {
		err = fmt.Errorf("--shard: %w", err)
	}
	if err != nil {
		return s, &usageError{err}
	}
	if s.Of > cells {
		by := "--shard"
		if flag == "" {
			by = "the scheduler's tasks"
		}
		return s, &usageError{fmt.Errorf("%s: found %d parts, want at most one for each of %d cells", by, s.Of, cells)}
	}
	return s, nil
}

// sweepProgress tells how far a sweep is: a line a cell that ends, and before
// what is told of a run how many cells are done and how long the rest will take.
type sweepProgress struct {
	w     io.Writer
	began time.Time    // of what this program does of the sweep
	cell  *runProgress // that runs in this process
	first int          // cells that were done when it began
	done  int
	of    int

	announces bool // that a cell begins, as nothing else is told of it
}

func (t *sweepProgress) begin(c plan.Cell, done, of int) {
	if t.of == 0 {
		t.first = done
	}
	t.done, t.of = done, of
	if t.announces {
		printf(t.w, "%s  begins\n", t.lead(c))
	}
}

// execute runs a cell in this process.
func (t *sweepProgress) execute(ctx context.Context, c plan.Cell, dir string, _ int) error {
	t.cell = newProgress(t.w, c.Spec, func() string { return t.lead(c) })
	defer func() {
		t.cell.clear()
		t.cell = nil
	}()
	return sweep.Execute(ctx, c, dir, t.cell.options())
}

func (t *sweepProgress) end(c plan.Cell, done, of int, result judge.Result, err error) {
	t.done = done
	what := fmt.Sprintf("done, BA %.4f", result.BA)
	if !result.ASR.IsNaN() {
		what += fmt.Sprintf(", ASR %.4f", result.ASR)
	}
	switch {
	case errors.Is(err, train.ErrInterrupted):
		return // which the sweep says itself
	case err != nil:
		what = err.Error()
	}
	printf(t.w, "%s  %s\n", t.lead(c), what)
}

// lead is how far the sweep is, and the name of a cell.
func (t *sweepProgress) lead(c plan.Cell) string {
	share := 0.0 // of the cell that runs
	if t.cell != nil {
		share = t.cell.share
	}
	eta := ""
	if worked := float64(t.done-t.first) + share; worked > 0 && t.done < t.of {
		left := float64(t.of-t.done) - share
		eta = fmt.Sprintf(", ETA %v", time.Duration(left/worked*float64(time.Since(t.began))).Round(time.Second))
	}
	return fmt.Sprintf("%d/%d cells%s  %s", t.done, t.of, eta, c.Name)
}
