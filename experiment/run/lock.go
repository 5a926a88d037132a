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

const (
	// patience is how long a change of a moment waits for another.
	patience = 10 * time.Second
	// moment is how long a change of hours waits: for one who asks whether the
	// folder is locked, which takes the lock for microseconds.
	moment = 100 * time.Millisecond
)

// ErrBusy is the cause of the error for a folder that another process changes.
var ErrBusy = errors.New("another process works on this run; nothing was changed")

// errBusy is ErrBusy of this run.
func (r *Run) errBusy() error { return fmt.Errorf("%s: %w", r.Dir, ErrBusy) }

// Busy tells whether a process works on the run.
func (r *Run) Busy() bool { return lockfile.Held(r.path(lockFile)) }

// lock locks the folder for a long time, if nobody else has.
func (r *Run) lock() (*lockfile.Lock, error) {
	return r.lockWithin(moment)
}

// lockWithin locks the folder as soon as nobody else has it locked.
func (r *Run) lockWithin(d time.Duration) (*lockfile.Lock, error) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	return r.locked(lockfile.Wait(ctx, r.path(lockFile)))
}

// change locks the folder for the moment that do takes.
func (r *Run) change(do func() error) (err error) {
	l, err := r.lockWithin(patience)
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
		return nil, r.errBusy()
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
