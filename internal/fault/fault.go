// Package fault marks errors that trying again cannot mend.
package fault

import (
	"errors"
	"fmt"
	"syscall"
)

// InputError marks what trying again cannot mend: a spec, a data file or a run
// folder that is missing, wrong, or cannot be written.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

// Input marks an error.
func Input(err error) error { return &InputError{err} }

// Inputf returns a marked error.
func Inputf(format string, args ...any) error { return Input(fmt.Errorf(format, args...)) }

// System marks an error if it comes from the operating system: a disk that is
// full or read-only will be so again.
func System(err error) error {
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		return Input(err)
	}
	return err
}
