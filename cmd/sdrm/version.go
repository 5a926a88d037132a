package main

import "runtime/debug"

// version is stamped on a release by the linker; see scripts/release.
var version string

// programVersion returns the release, or what Go knows of another build: the time
// and the digest of git's commit, or "(devel)" if it was told not to look
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
