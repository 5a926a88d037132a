package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"sdrm/experiment/run"
	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/report"
)

// refresh is how often a report that is followed looks at its runs, and a browser at
// the report.
const refresh = 3 // seconds

// liveReport is a report about runs that need not be finished.
type liveReport struct {
	out  string
	dirs []string
	at   []runPlace // how far the runs were when it was last written
}

// runPlace is how far a run is.
type runPlace struct {
	name, state         string
	epoch, step, epochs int
}

func (p runPlace) String() string {
	return fmt.Sprintf("%s  %s, epoch %d/%d", p.name, p.state, p.epoch, p.epochs)
}

func (p runPlace) finished() bool { return p.state == "finished" }

// write writes the report if its runs went on since it was last written: about
// finished ones, or with the curves so far, for a browser that loads them again.
func (l *liveReport) write(again int) error {
	var at []runPlace
	for _, dir := range l.dirs {
		r, err := run.Open(dir)
		if err != nil {
			return err
		}
		m, _ := r.LastMetric()
		at = append(at, runPlace{r.Spec.Name, r.State(), m.Epoch, m.Step, r.Spec.Train.Epochs})
	}
	if slices.Equal(at, l.at) {
		return nil
	}
	if err := l.writeAt(at, again); err != nil {
		return err
	}
	l.at = at
	return nil
}

func (l *liveReport) writeAt(at []runPlace, again int) error {
	if !slices.ContainsFunc(at, func(p runPlace) bool { return !p.finished() }) {
		return writeReport(l.out, l.dirs)
	}
	entries, err := load(l.dirs)
	if err != nil {
		return err
	}
	// The folder is not locked, for whoever trains has locked it.
	if err := atomicfile.Write(l.out, func(w io.Writer) error { return report.LiveHTML(w, entries, again) }); err != nil {
		return fault.Input(err)
	}
	return nil
}

// follow writes the report again as its runs go on, until all are finished. If ctx
// ends before, no browser loads it again, and the error is context.Canceled.
func (l *liveReport) follow(ctx context.Context, line *statusLine) error {
	defer line.clear()
	failed := false
	for slices.ContainsFunc(l.at, func(p runPlace) bool { return !p.finished() }) {
		select {
		case <-ctx.Done():
			l.at = nil
			if err := l.write(0); err != nil {
				return err
			}
			return context.Canceled
		case <-time.After(refresh * time.Second):
		}
		before := l.at
		err := l.write(refresh)
		if err != nil && failed {
			return err
		}
		failed = err != nil // as may happen once, while a run is resumed
		l.tell(line, before)
	}
	return nil
}

// tell tells how far the runs are, of those that are in another epoch or state than
// before.
func (l *liveReport) tell(line *statusLine, before []runPlace) {
	for i, p := range l.at {
		was := before[i]
		was.step = p.step
		if p == was {
			continue
		}
		if line.rewrites && !p.finished() {
			line.rewrite("%s", p.String())
		} else {
			line.print("%s", p.String())
		}
	}
}
