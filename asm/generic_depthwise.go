package asm

// The kernels of depthwise convolutions. As in generic_rows.go each function returns
// a kernel: the given ones, in assembly, take the channels that fill their vectors.

// A Tap is one tap of a depthwise filter for a run of pixels: X is where the first of
// them reads the input, W where the tap's weights begin in the filter.
type Tap struct{ X, W int }

// depthwiseArgs are the arguments of a kernel in assembly: it works on the whole > 0
// channels of c from first on.
type depthwiseArgs struct {
	dst, x, w, start *float32
	taps             *Tap
	count            int // of taps; of pixels for the gradient
	next             int // floats from a pixel of x to the next
	c, first, whole  int
}

// depthwiseKernel are such kernels with the width of their vectors in channels:
// Depthwise of depthwiseRun pixels and of one, and DepthwiseGrad, where w is dy.
type depthwiseKernel struct {
	width            int
	run, pixel, grad func(a *depthwiseArgs)
}

// depthwiseRun is how many pixels a kernel computes at once, for which it loads the
// weights of a tap once.
const depthwiseRun = 4

//go:noinline
func depthwise(kernels ...depthwiseKernel) func(dst, x []float32, next int, taps []Tap, w, start []float32) {
	return func(dst, x []float32, next int, taps []Tap, w, first []float32) {
		checkDepthwise(dst, x, next, taps, w, first)
		c := len(first)
		n := len(dst) / c
		a := &depthwiseArgs{w: start(w), start: start(first), count: len(taps), next: next, c: c}
		if len(taps) > 0 {
			a.taps = &taps[0]
		}
		for j := 0; j < n; {
			pixels := 1
			if n >= depthwiseRun {
				pixels = depthwiseRun
				j = min(j, n-pixels) // some are computed twice rather than one by one
			}
			xs, out := x[min(j*next, len(x)):], dst[j*c:][:pixels*c]
			a.dst, a.x, a.first = start(out), start(xs), 0
			for _, k := range kernels {
				if a.whole = (c - a.first) &^ (k.width - 1); a.whole > 0 {
					if pixels > 1 {
						k.run(noescape(a))
					} else {
						k.pixel(noescape(a))
					}
					a.first += a.whole
				}
			}
			for ch := a.first; ch < c; ch++ {
				for p := range pixels {
					sum := first[ch]
					for _, t := range taps {
						sum = fma32(xs[t.X+p*next+ch], w[t.W+ch], sum)
					}
					out[p*c+ch] = sum
				}
			}
			j += pixels
		}
	}
}

func checkDepthwise(dst, x []float32, next int, taps []Tap, w, first []float32) {
	c := len(first)
	if c == 0 || len(dst)%c != 0 {
		panic("asm: Depthwise: not a whole number of pixels")
	}
	if next < 0 {
		panic("asm: Depthwise: impossible stride")
	}
	if len(dst) == 0 {
		return
	}
	last := (len(dst)/c - 1) * next
	for _, t := range taps {
		if t.X < 0 || t.W < 0 || t.X+last+c > len(x) || t.W+c > len(w) {
			panic("asm: Depthwise: a tap is outside of the input or the filter")
		}
	}
}

//go:noinline
func depthwiseGrad(kernels ...depthwiseKernel) func(dw, dy, x []float32, next int) {
	return func(dw, dy, x []float32, next int) {
		checkDepthwiseGrad(dw, dy, x, next)
		c := len(dw)
		n := len(dy) / c
		if n == 0 {
			return
		}
		a := &depthwiseArgs{dst: start(dw), x: start(x), w: start(dy), count: n, next: next, c: c}
		for _, k := range kernels {
			if a.whole = (c - a.first) &^ (k.width - 1); a.whole > 0 {
				k.grad(noescape(a))
				a.first += a.whole
			}
		}
		for ch := a.first; ch < c; ch++ {
			var dot float32
			for j := range n {
				dot = fma32(dy[j*c+ch], x[j*next+ch], dot)
			}
			dw[ch] += dot
		}
	}
}

func checkDepthwiseGrad(dw, dy, x []float32, next int) {
	c := len(dw)
	if c == 0 || len(dy)%c != 0 {
		panic("asm: DepthwiseGrad: not a whole number of pixels")
	}
	if next < 0 || len(dy) > 0 && (len(dy)/c-1)*next+c > len(x) {
		panic("asm: DepthwiseGrad: x is too short")
	}
}
