//go:build unix

package main

import (
	"os"
	"syscall"
)

// stopSignals ask for a checkpoint: kill, a terminal that closes, and what
// cluster schedulers send ahead of a time limit.
var stopSignals = []os.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2}
