//go:build !unix

package atomicfile

// SyncAll does nothing where the system has no such call.
func SyncAll() {}
