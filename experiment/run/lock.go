package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"sdrm/internal/fault"
	"sdrm/internal/lockfile"
)

// lockFile is locked by whoever changes the folder.
const lockFile = ".lock"

// patience is how long a change of a moment waits for another.
const patience = 10 * time.Second

// ErrBusy is the cause of the error for a folder that another process changes.
var ErrBusy = errors.New("another process works on this run; nothing was changed")

// Busy tells whether a process works on the run.
func (r *Run) Busy() bool { return lockfile.Held(r.path(lockFile)) }

// lock locks the folder for a long time, if nobody else has.
func (r *Run) lock() (*lockfile.Lock, error) {
	return r.locked(lockfile.Acquire(r.path(lockFile)))
}

// change locks the folder for the moment that do takes.
func (r *Run) change(do func() error) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	l, err := r.locked(lockfile.Wait(ctx, r.path(lockFile)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Release()) }()
	return do()
}

// locked takes what came of locking the folder, and removes what programs that
// were killed left there.
func (r *Run) locked(l *lockfile.Lock, err error) (*lockfile.Lock, error) {
	if errors.Is(err, lockfile.ErrLocked) {
		return nil, fmt.Errorf("%s: %w", r.Dir, ErrBusy)
	}
	if err != nil {
		return nil, fault.Input(err)
	}
	if err := r.clear(); err != nil {
		l.Release()
		return nil, err
	}
	return l, nil
}

// clear removes what programs that were killed left, but for the lock, which
// must be the caller's.
func (r *Run) clear() error {
	_, left, err := survey(r.Dir)
	for _, name := range slices.Backward(left) { // the mark of an import, which begins with a dot, after its files
		if err == nil && name != lockFile {
			err = os.Remove(r.path(name))
		}
	}
	if err != nil {
		return fault.Input(err)
	}
	return nil
}
