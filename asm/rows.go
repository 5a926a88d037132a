package asm

import "unsafe"

// rowArgs are the arguments of a kernel in assembly over rows of c channels: it
// works on the whole > 0 channels from first on, in each of rows > 0 rows. The
// comments of generic_rows.go and generic_pool.go say which slices it takes.
type rowArgs struct {
	dst, dy, x         *float32
	p1, p2, p3, p4, p5 *float32
	rows, c            int
	first, whole       int
}

// rowKernel is such a kernel with the width of its vectors in channels. Kernels
// that sum add to what the sums hold.
type rowKernel struct {
	width int
	run   func(a *rowArgs)
}

// vectors calls the kernels, the widest of which comes first, on n floats of
// rows of c channels: each on as many of the channels left as fill its vectors.
// It returns the first channel that is left after all of them.
func (a *rowArgs) vectors(kernels []rowKernel, n, c int) (left int) {
	if n == 0 {
		return c
	}
	a.rows, a.c = n/c, c
	for _, k := range kernels {
		if a.whole = (c - a.first) &^ (k.width - 1); a.whole > 0 {
			k.run(noescape(a))
			a.first += a.whole
		}
	}
	return a.first
}

// start returns the pointer that a kernel in assembly takes for x.
func start(x []float32) *float32 { return unsafe.SliceData(x) }

// noescape hides p from the compiler's escape analysis, as the runtime's function
// of that name does. A call through a function value would move what p points to
// to the heap; the kernels, which are declared go:noescape, do not keep it.
func noescape[T any](p *T) *T {
	address := uintptr(unsafe.Pointer(p))
	return *(**T)(unsafe.Pointer(&address))
}
