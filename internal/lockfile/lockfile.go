// Package lockfile keeps two programs from changing one folder at a time. The
// operating system forgets a lock when the program that has it ends, however it
// ends; only the file may stay, and locks nobody out.
package lockfile

import (
	"context"
	"errors"
	"os"
	"time"

	"sdrm/internal/regular"
)

// ErrLocked is the error for a file that another program has locked, or another
// part of this one.
var ErrLocked = errors.New("locked by another process")

// Lock is an exclusive lock on a file.
type Lock struct{ file *os.File }

// Acquire locks the file at path, which it makes if there is none. It does not
// wait: the error of a file that is locked already is ErrLocked.
func Acquire(path string) (*Lock, error) {
	for {
		f, err := regular.Edit(path)
		if err != nil {
			return nil, err
		}
		if err := lock(f, false); err != nil {
			f.Close()
			return nil, err
		}
		// Whoever had the lock before may have removed the file meanwhile.
		mine, err := f.Stat()
		if now, gone := os.Stat(path); err == nil && gone == nil && os.SameFile(mine, now) {
			return &Lock{f}, nil
		}
		f.Close()
		if err != nil {
			return nil, err
		}
	}
}

// Held tells whether somebody has locked the file at path. It asks by sharing the
// lock for a moment, if there is such a file.
func Held(path string) bool {
	f, _, err := regular.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(lock(f, true), ErrLocked)
}

// retry is how long Wait sleeps between two attempts.
const retry = 20 * time.Millisecond

// Wait is Acquire that tries until ctx ends; the error is then ErrLocked.
func Wait(ctx context.Context, path string) (*Lock, error) {
	for {
		l, err := Acquire(path)
		if !errors.Is(err, ErrLocked) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(retry):
		}
	}
}

// File returns the file, which is empty unless who has the lock writes to it.
func (l *Lock) File() *os.File { return l.file }

// Unlock unlocks the file and leaves it where it is.
func (l *Lock) Unlock() error { return l.file.Close() }

// Release removes the file, where the system lets it be removed before it is
// closed, and unlocks it.
func (l *Lock) Release() error {
	os.Remove(l.file.Name())
	return l.file.Close()
}
