package asm

// Reductions over 16 lanes. Each function returns the kernel that leaves to the
// given one in assembly the elements up to a multiple of 16; with none, nil, it
// is the definition.

// lanes is the state of a reduction: element i belongs to lane i mod 16.
type lanes [16]float32

// lanesKernel sets all lanes, from n > 0 elements, a multiple of 16. That of Sum
// takes no y.
type lanesKernel func(l *lanes, x, y *float32, n int)

// whole calls k, if there is one, and returns how many elements it has taken.
func (k lanesKernel) whole(l *lanes, x, y []float32) (n int) {
	if n = len(x) &^ 15; k == nil || n == 0 {
		return 0
	}
	k(noescape(l), start(x), start(y), n)
	return n
}

//go:noinline
func sum(kernel lanesKernel) func(x []float32) float32 {
	return func(x []float32) float32 {
		var l lanes
		for i, v := range x[kernel.whole(&l, x, nil):] {
			l[i%16] += v
		}
		return sum16Generic(&l)
	}
}

//go:noinline
func dot(kernel lanesKernel) func(x, y []float32) float32 {
	return func(x, y []float32) float32 {
		check2("Dot", x, y)
		var l lanes
		for i := kernel.whole(&l, x, y); i < len(x); i++ {
			l[i%16] = fma32(x[i], y[i], l[i%16])
		}
		return sum16Generic(&l)
	}
}

//go:noinline
func sqDist(kernel lanesKernel) func(x, y []float32) float32 {
	return func(x, y []float32) float32 {
		check2("SqDist", x, y)
		var l lanes
		for i := kernel.whole(&l, x, y); i < len(x); i++ {
			d := x[i] - y[i]
			l[i%16] = fma32(d, d, l[i%16])
		}
		return sum16Generic(&l)
	}
}

// sum16Generic adds the upper half of the lanes to the lower half until one is
// left: lane i and lane i+8, then i+4, i+2, i+1.
func sum16Generic(l *lanes) float32 {
	for half := 8; half > 0; half /= 2 {
		for i := range half {
			l[i] += l[i+half]
		}
	}
	return l[0]
}
