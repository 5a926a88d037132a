// Package faults holds tests alone: they kill the program and let system calls
// of it fail, one after the other, start two programs on one folder at once, and
// look whether a run folder keeps what docs/design.md promises of it.
//
// go test takes a few of each; make faults takes all.
package faults
