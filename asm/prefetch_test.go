package asm_test

import (
	"slices"
	"testing"

	"sdrm/asm"
)

// TestPrefetchTouchesNothing asks for pieces of every length up to a few lines,
// none and nil among them.
func TestPrefetchTouchesNothing(t *testing.T) {
	asm.Prefetch(nil)
	x := make([]float32, 70)
	for i := range x {
		x[i] = float32(i)
	}
	want := slices.Clone(x)
	for lo := range x {
		for hi := lo; hi <= len(x); hi++ {
			asm.Prefetch(x[lo:hi])
		}
	}
	if !slices.Equal(x, want) {
		t.Errorf("Prefetch changed %v to %v", want, x)
	}
}
