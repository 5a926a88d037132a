// Package warm counts what functions allocate once they have run, for tests.
package warm

import "testing"

// Allocations is how many allocations a run of f makes, which has run before.
// Workers that come to the same task at once for the first time take memory once, on a
// busy machine perhaps late: what needs more in every run takes it in each try.
func Allocations(f func()) float64 {
	least := testing.AllocsPerRun(runs, f)
	for try := 1; least != 0 && try < tries; try++ {
		least = min(least, testing.AllocsPerRun(runs, f))
	}
	return least
}

const (
	runs  = 5
	tries = 5
)
