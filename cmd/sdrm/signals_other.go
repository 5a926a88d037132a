//go:build !unix

package main

import (
	"os"
	"syscall"
)

// stopSignals ask for a checkpoint.
var stopSignals = []os.Signal{syscall.SIGTERM}
