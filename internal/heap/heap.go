// Package heap measures for tests what memory a computation takes.
package heap

import "runtime"

// Most is how many bytes a reader may take beyond what an honest file of the
// length of the one that it refuses needs.
const Most = 64 << 20

// Taken returns how many bytes f allocates in all, which is no less than what it
// ever holds at one time. Nothing else may run meanwhile.
func Taken(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
