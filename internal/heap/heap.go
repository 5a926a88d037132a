// Package heap measures for tests what memory a computation takes.
package heap

import (
	"runtime"
	"testing"
)

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

// WarmAllocations returns how many allocations a call of f makes after the first few.
// Workers that come to the same task at once for the first time take memory once, which
// on a busy machine may be late; what needs more takes it again and again.
func WarmAllocations(f func()) float64 {
	n := testing.AllocsPerRun(5, f)
	for try := 1; n != 0 && try < 5; try++ {
		n = testing.AllocsPerRun(5, f)
	}
	return n
}
