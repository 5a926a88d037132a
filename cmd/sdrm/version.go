package main

import "runtime/debug"

// version is stamped by the linker: what git calls the commit; see scripts/release
// and the Makefile.
var version string

// programVersion returns what is stamped, or what Go knows of another build: the
// time and the digest of git's commit, or "(devel)" if it was told not to look
// (-buildvcs=false, go run).
func programVersion() string {
	if version != "" {
		return version
	}
	if b, ok := debug.ReadBuildInfo(); ok {
		return b.Main.Version
	}
	return "unknown"
}
