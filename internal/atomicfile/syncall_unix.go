//go:build unix

package atomicfile

import "syscall"

// SyncAll makes all that was written, in any file, survive a power cut, as far as the
// system has a call for that.
func SyncAll() { syscall.Sync() }
