//go:build (amd64 || arm64) && !purego

package asm

import "unsafe"

// cacheLine is the length of a line of the cache in floats.
const cacheLine = 16

//go:noescape
func prefetchLines(x *float32, lines int)

// Prefetch asks for x to be brought into the L2 cache and does not wait for it.
// It reads and changes nothing.
func Prefetch(x []float32) {
	if lines := (len(x) + cacheLine - 1) / cacheLine; lines > 0 {
		prefetchLines(unsafe.SliceData(x), lines)
	}
}
