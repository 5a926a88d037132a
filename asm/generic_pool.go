package asm

// The kernels of 2×2 max pooling, made as those over rows are: a pixel is a row.

// maxPool2x2: x is x0, p1 is x1, p2 is dst.
//
//go:noinline
func maxPool2x2(kernels ...rowKernel) func(dst, x0, x1 []float32, c int) {
	return func(dst, x0, x1 []float32, c int) {
		checkPool("MaxPool2x2", c, len(dst), len(x0), len(x1))
		a := &rowArgs{x: start(x0), p1: start(x1), p2: start(dst)}
		first := a.vectors(kernels, len(dst), c)
		for j := 0; j < len(dst) && first < c; j += c {
			for ch := first; ch < c; ch++ {
				left, right := 2*j+ch, 2*j+c+ch
				dst[j+ch] = max32(max32(x0[left], x0[right]), max32(x1[left], x1[right]))
			}
		}
	}
}

// maxPool2x2Grad: x is x0, p1 is x1, p2 is y, dst is dx0, p3 is dx1.
//
//go:noinline
func maxPool2x2Grad(kernels ...rowKernel) func(dx0, dx1, dy, y, x0, x1 []float32, c int) {
	return func(dx0, dx1, dy, y, x0, x1 []float32, c int) {
		check2("MaxPool2x2Grad", dy, y)
		checkPool("MaxPool2x2Grad", c, len(dy), len(dx0), len(dx1))
		checkPool("MaxPool2x2Grad", c, len(dy), len(x0), len(x1))
		a := &rowArgs{dst: start(dx0), dy: start(dy), x: start(x0), p1: start(x1), p2: start(y), p3: start(dx1)}
		first := a.vectors(kernels, len(dy), c)
		if first < c {
			maxPool2x2GradFrom(first, dx0, dx1, dy, y, x0, x1, c)
		}
	}
}

// maxPool2x2GradFrom is the definition, on the channels from first on.
func maxPool2x2GradFrom(first int, dx0, dx1, dy, y, x0, x1 []float32, c int) {
	for j := 0; j < len(dy); j += c {
		for ch := first; ch < c; ch++ {
			top, d := y[j+ch], dy[j+ch]
			left, right := 2*j+ch, 2*j+c+ch
			first := x0[left] == top
			second := !first && x0[right] == top
			third := !first && !second && x1[left] == top
			fourth := !first && !second && !third && x1[right] == top
			if !first && !second && !third && !fourth {
				fourth = isNaN(x1[right])
				third = !fourth && isNaN(x1[left])
				second = !fourth && !third && isNaN(x0[right])
				first = !fourth && !third && !second && isNaN(x0[left])
			}
			dx0[left], dx0[right] = where(first, d), where(second, d)
			dx1[left], dx1[right] = where(third, d), where(fourth, d)
		}
	}
}

func isNaN(x float32) bool { return x != x }
