package judge

import (
	"context"

	"sdrm/internal/progress"
)

// Work says whom a judgement tells how far it is, and where it keeps what is
// finished. Neither changes what it finds; the zero value tells nobody and keeps
// nothing.
type Work struct {
	// OnProgress is called when a unit begins, while it is done and when it is
	// finished, by one goroutine.
	OnProgress func(Progress)
	Keeper     Keeper
}

// A Unit is a part of a judgement that is done, told and kept as a whole.
type Unit struct {
	Name  string `json:"name"` // a detector, or what is measured
	Level string `json:"level,omitempty"`
	Set   string `json:"set,omitempty"`
}

// Progress is how far a judgement is.
type Progress struct {
	Unit              // at hand
	Done, All int     // units that are finished, of all; those that were kept are among both
	Share     float64 // of the unit at hand that is done, 1 if it is finished and counted
}

// A Keeper keeps finished units, so that a judgement which is interrupted goes on
// where it was.
type Keeper interface {
	// Find stores what was kept of a unit in what v points to; found tells whether
	// something was.
	Find(u Unit, v any) (found bool)
	// Keep keeps what was found out, which JSON gives back as it was.
	Keep(u Unit, v any) error
}

// job is a judgement that is at work.
type job struct {
	Work
	done, all int
}

// do does a unit: find sets what v points to, unless that was kept.
func (j *job) do(ctx context.Context, u Unit, v any, find func(context.Context) error) error {
	if j.find(u, v) {
		j.done++
		return nil
	}
	if err := find(j.begin(ctx, u)); err != nil {
		return err
	}
	if err := j.keep(u, v); err != nil {
		return err
	}
	j.end(u)
	return nil
}

// begin reports that u begins; progress in the returned context counts for u.
func (j *job) begin(ctx context.Context, u Unit) context.Context {
	j.tell(u, 0)
	return j.watch(ctx, u)
}

// end counts a unit.
func (j *job) end(u Unit) {
	j.done++
	j.tell(u, 1)
}

// keep keeps what was found, if somebody does.
func (j *job) keep(u Unit, v any) error {
	if j.Keeper == nil {
		return nil
	}
	return j.Keeper.Keep(u, v)
}

// find stores what was kept of a unit in what v points to, if something was.
func (j *job) find(u Unit, v any) bool { return j.Keeper != nil && j.Keeper.Find(u, v) }

// watch returns a context in which what is reported is told of a unit.
func (j *job) watch(ctx context.Context, u Unit) context.Context {
	return progress.With(ctx, func(done, all int) {
		if done < all {
			j.tell(u, float64(done)/float64(all))
		}
	})
}

func (j *job) tell(u Unit, share float64) {
	if j.OnProgress != nil {
		j.OnProgress(Progress{u, j.done, j.all, share})
	}
}

// The units that are no detectors.
const (
	unitBA      = "BA"
	unitASR     = "ASR"
	unitPValues = "p-values"
	unitImages  = "images" // that the model is shown before detectors inspect a set; not counted
)
