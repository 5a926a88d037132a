package main

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"sdrm/internal/fault"
	"sdrm/train"
)

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1   // also where a limit of the system is too small
	exitUsage       = 2   // the command line; Go's runtime leaves with it too, after many lines, if it gets no thread or memory
	exitInput       = 3   // bad or missing data, spec or run folder, or a disk that takes no more: do not retry
	exitCheck       = 4   // an acceptance check failed
	exitInterrupted = 75  // what is done is kept: run again, with --resume if it trains
	exitUnread      = 141 // the reader of stdout is gone: the shell's code for a program that SIGPIPE ended
)

// usageError says that the command line is wrong.
type usageError struct{ err error }

// Error is one line, where cobra's suggestions take several.
func (e *usageError) Error() string { return strings.Join(strings.Fields(e.err.Error()), " ") }
func (e *usageError) Unwrap() error { return e.err }

// checkError says that acceptance checks failed.
type checkError struct{ failed, of int }

func (e *checkError) Error() string { return fmt.Sprintf("%d of %d checks failed", e.failed, e.of) }

// errKept is the error of what was interrupted and goes on where it was: a judgement
// that has a journal, a download.
var errKept = errors.New("interrupted, what is finished is kept; the same command continues")

func exitCode(err error) int {
	var usage *usageError
	var input *fault.InputError
	var check *checkError
	var disk syscall.Errno // also of stdout
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, train.ErrInterrupted), errors.Is(err, errKept):
		return exitInterrupted
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &check):
		return exitCheck
	case errors.As(err, &input), errors.As(err, &disk):
		return exitInput
	}
	return exitFailed
}
