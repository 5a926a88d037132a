// Command sdrm trains backdoored image classifiers with and without
// statistical difference reduction (arXiv:2111.05077), and shows what
// detectors make of them.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"syscall"
)

// gcPercent lets garbage add a quarter to the heap, where Go would let it
// double: a step allocates next to nothing once warm, so there is seldom
// something to collect and it pays to do so early. $GOGC overrides it.
const gcPercent = 25

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if err := checkLimits(); err != nil {
		printError(os.Stderr, err, slices.Contains(os.Args, "--json"))
		os.Exit(exitCode(err))
	}
	ctx := untilStopped(context.Background(), os.Stderr, func() { os.Exit(exitAborted) })
	os.Exit(dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// dispatch executes a command line and returns its exit code.
func dispatch(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	// Who is gone that reads them asks for an end, and of what saves for a checkpoint: as
	// tee is after the interrupt that it got as well.
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, out := &globals{}, &stream{Writer: stdout, unread: stop}
	root := newRoot(g)
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(&stream{Writer: stderr, unread: stop})
	err := root.ExecuteContext(ctx)
	switch {
	case errors.Is(out.err, syscall.EPIPE):
		return exitUnread
	case out.err != nil: // which the printing of help does not return
		err = out.err
	case err != nil && !g.began: // nothing ran: the command, its flags or its arguments are wrong
		err = &usageError{err}
	case errors.Is(err, context.Canceled):
		err = errors.New("interrupted")
	}
	if err != nil {
		printError(stderr, err, g.json || slices.Contains(args, "--json")) // which may stand behind what is wrong
	}
	return exitCode(err)
}
