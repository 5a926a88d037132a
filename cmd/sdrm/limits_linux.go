package main

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// checkLimits returns an error if a limit of the system is so small that the
// program would be ended in the middle of its work: Go's runtime aborts where it
// gets no thread or no memory.
func checkLimits() error {
	for _, l := range []struct {
		resource int
		name     string
		least    int
	}{
		{unix.RLIMIT_NOFILE, "open files (ulimit -n)", 64},
		{unix.RLIMIT_NPROC, "processes and threads (ulimit -u)", 16 + 2*runtime.GOMAXPROCS(0)},
		{unix.RLIMIT_AS, "address space in bytes (ulimit -v counts KiB)", 1e9}, // of which Go reserves 0.7
	} {
		var found unix.Rlimit
		if err := unix.Getrlimit(l.resource, &found); err == nil && found.Cur < uint64(l.least) {
			return fmt.Errorf("limit of %s: found %d, want at least %d", l.name, found.Cur, l.least)
		}
	}
	return nil
}
