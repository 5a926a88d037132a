package bench

import (
	"slices"
	"time"
)

// leastTime is how long a measurement goes on at least: the clock of a CPU takes
// some time to settle, and short works are disturbed more than long ones.
const leastTime = 500 * time.Millisecond

// Median runs f once to warm up, then at least runs times and for half a
// second, and returns the median of the seconds that a run took.
func Median(runs int, f func()) float64 {
	f()
	var seconds []float64
	for start := time.Now(); len(seconds) < max(runs, 1) || time.Since(start) < leastTime; {
		begin := time.Now()
		f()
		seconds = append(seconds, time.Since(begin).Seconds())
	}
	slices.Sort(seconds)
	return seconds[len(seconds)/2]
}
