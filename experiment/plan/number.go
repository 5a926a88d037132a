package plan

import (
	"fmt"
	"iter"
	"slices"
)

// number returns the place of a combination, given as the index of its value on
// each axis, among all combinations of axes without end: by their largest index,
// those of one largest index in lexicographic order. No axis's length enters, so
// that numbers stay when values are appended; no numbering without gaps could do
// that for more than one axis.
func number(at []int) int {
	most := slices.Max(at)
	n := power(most, len(at)) // combinations of smaller indices alone
	reached := false
	for i, x := range at {
		rest := len(at) - i - 1
		// Those that are the same before i and smaller at i: all of them if the
		// largest index was there already, else those that have it later.
		smaller := power(most+1, rest)
		if !reached {
			smaller -= power(most, rest)
		}
		n += x * smaller
		reached = reached || x == most
	}
	return n
}

func power(base, exponent int) int {
	p := 1
	for range exponent {
		p *= base
	}
	return p
}

// enumerable returns an error if axes of these lengths have too many
// combinations, or numbers that floating point does not hold.
func enumerable(lengths []int) error {
	cells := 1.0
	for _, n := range lengths {
		cells *= float64(n)
	}
	if cells > mostCells {
		return fmt.Errorf("axes: %.0f combinations, want at most %d", cells, mostCells)
	}
	most, numbers := slices.Max(lengths), 1.0
	for range lengths {
		numbers *= float64(most)
	}
	if numbers > 1<<53 {
		return fmt.Errorf("axes: %d, the longest of %d values: too many to number; put what does not vary into base", len(lengths), most)
	}
	return nil
}

// combinations yields the indices of every combination of axes of these lengths.
// What it yields is used again.
func combinations(lengths []int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		at := make([]int, len(lengths))
		for {
			if !yield(at) {
				return
			}
			i := len(at) - 1
			for ; i >= 0 && at[i] == lengths[i]-1; i-- {
				at[i] = 0
			}
			if i < 0 {
				return
			}
			at[i]++
		}
	}
}
