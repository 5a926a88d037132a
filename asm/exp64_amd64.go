//go:build !purego

package asm

// exp64Asm takes n > 0 elements, a multiple of the width of its vectors, and stops
// before the first vector with an element that it has no result for. It returns how
// many elements are done.
type exp64Asm func(dst, x *float64, n int) int

func exp64(width int, kernel exp64Asm) func(dst, x []float64) {
	return func(dst, x []float64) {
		checkExp64(dst, x)
		for len(dst) > 0 {
			done := 0
			if n := len(dst) &^ (width - 1); n > 0 {
				done = kernel(&dst[0], &x[0], n)
			}
			next := min(done+width, len(dst))
			exp64Generic(dst[done:next], x[done:next])
			dst, x = dst[next:], x[next:]
		}
	}
}
