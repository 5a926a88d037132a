package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/internal/lockfile"
)

// lockFile is locked by whoever changes the folder.
const lockFile = ".lock"

// patience is how long a change of a moment waits for another.
const patience = 10 * time.Second

// lock locks the folder for a long time, if nobody else has, and removes what
// writers that were killed left half-written.
func (r *Run) lock() (*lockfile.Lock, error) {
	l, err := lockfile.Acquire(r.path(lockFile))
	if err != nil {
		return nil, r.lockError(err)
	}
	entries, err := os.ReadDir(r.Dir)
	for _, e := range entries {
		if err == nil && e.Name() != lockFile && ours(e.Name()) {
			err = os.Remove(r.path(e.Name()))
		}
	}
	if err != nil {
		l.Release()
		return nil, fault.Input(err)
	}
	return l, nil
}

// change locks the folder for the moment that do takes.
func (r *Run) change(do func() error) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	l, err := lockfile.Wait(ctx, r.path(lockFile))
	if err != nil {
		return r.lockError(err)
	}
	defer func() { err = errors.Join(err, l.Release()) }()
	return do()
}

func (r *Run) lockError(err error) error {
	if errors.Is(err, lockfile.ErrLocked) {
		return fmt.Errorf("%s: another process works on this run; nothing was changed", r.Dir)
	}
	return fault.Input(err)
}

// ours tells whether a file of that name in a run's folder is no part of the run
// but of the work on it: the lock, or a file that was being written.
func ours(name string) bool {
	return name == lockFile || slices.ContainsFunc(files, func(f string) bool { return atomicfile.IsTemporary(name, f) })
}
