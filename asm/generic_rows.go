package asm

// Kernels over rows of c channels. Each function here returns a kernel: the given
// ones, in assembly, take the channels that fill their vectors, and the loop takes
// those from first on. With none given, the loop is the definition. The comment above
// says which slices the rowArgs p1 to p5 are.
//
// The functions are go:noinline because a closure that is inlined with the function
// that makes it calls max32, start and the like instead of inlining them.

// addRow: p1 is row.
//
//go:noinline
func addRow(kernels ...rowKernel) func(dst, x, row []float32) {
	return func(dst, x, row []float32) {
		checkRows("AddRow", len(dst), x, row)
		c := len(row)
		a := &rowArgs{dst: start(dst), x: start(x), p1: start(row)}
		first := a.vectors(kernels, len(x), c)
		for r := 0; r < len(x) && first < c; r += c {
			addGeneric(dst[r+first:r+c], x[r+first:r+c], row[first:])
		}
	}
}

// colSums: p1 is sum.
//
//go:noinline
func colSums(kernels ...rowKernel) func(sum, x []float32) {
	return func(sum, x []float32) {
		checkRows("ColSums", len(x), x, sum)
		clear(sum)
		c := len(sum)
		a := &rowArgs{x: start(x), p1: start(sum)}
		first := a.vectors(kernels, len(x), c)
		for r := 0; r < len(x) && first < c; r += c {
			addGeneric(sum[first:], sum[first:], x[r+first:r+c])
		}
	}
}

// colMoments: p1 is mean, p2 is m2; the kernels compute m2.
//
//go:noinline
func colMoments(colSums func(sum, x []float32), kernels ...rowKernel) func(mean, m2, x []float32) {
	return func(mean, m2, x []float32) {
		checkRows("ColMoments", len(x), x, mean, m2)
		colSums(mean, x)
		c := len(mean)
		share := rowShare(len(x), c)
		for ch := range mean {
			mean[ch] *= share
		}
		clear(m2)
		a := &rowArgs{x: start(x), p1: start(mean), p2: start(m2)}
		first := a.vectors(kernels, len(x), c)
		for r := 0; r < len(x) && first < c; r += c {
			for ch := first; ch < c; ch++ {
				d := x[r+ch] - mean[ch]
				m2[ch] = fma32(d, d, m2[ch])
			}
		}
	}
}

// rowShare is 1/rows, the weight of a row in the mean; 0 if there are no rows.
func rowShare(n, c int) float32 {
	if n == 0 {
		return 0
	}
	return 1 / float32(n/c)
}

// scaleShift: p1 is scale, p2 is shift.
//
//go:noinline
func scaleShift(kernels ...rowKernel) func(dst, x, scale, shift []float32) {
	return func(dst, x, scale, shift []float32) {
		checkRows("ScaleShift", len(dst), x, scale, shift)
		c := len(scale)
		a := &rowArgs{dst: start(dst), x: start(x), p1: start(scale), p2: start(shift)}
		first := a.vectors(kernels, len(x), c)
		for r := 0; r < len(x) && first < c; r += c {
			for ch := first; ch < c; ch++ {
				dst[r+ch] = fma32(x[r+ch], scale[ch], shift[ch])
			}
		}
	}
}

// scaleShiftReLU: p1 is scale, p2 is shift.
//
//go:noinline
func scaleShiftReLU(kernels ...rowKernel) func(dst, x, scale, shift []float32) {
	return func(dst, x, scale, shift []float32) {
		checkRows("ScaleShiftReLU", len(dst), x, scale, shift)
		c := len(scale)
		a := &rowArgs{dst: start(dst), x: start(x), p1: start(scale), p2: start(shift)}
		first := a.vectors(kernels, len(x), c)
		for r := 0; r < len(x) && first < c; r += c {
			for ch := first; ch < c; ch++ {
				dst[r+ch] = max32(0, fma32(x[r+ch], scale[ch], shift[ch]))
			}
		}
	}
}

// scaleShiftAddReLU: p1 is scale, p2 is shift, dy is plus.
//
//go:noinline
func scaleShiftAddReLU(kernels ...rowKernel) func(dst, x, plus, scale, shift []float32) {
	return func(dst, x, plus, scale, shift []float32) {
		check2("ScaleShiftAddReLU", dst, plus)
		checkRows("ScaleShiftAddReLU", len(dst), x, scale, shift)
		c := len(scale)
		a := &rowArgs{dst: start(dst), dy: start(plus), x: start(x), p1: start(scale), p2: start(shift)}
		first := a.vectors(kernels, len(x), c)
		for r := 0; r < len(x) && first < c; r += c {
			for ch := first; ch < c; ch++ {
				dst[r+ch] = max32(0, fma32(x[r+ch], scale[ch], shift[ch])+plus[r+ch])
			}
		}
	}
}

// normGradSums: p3 is mean, p4 is sum, p5 is dot.
//
//go:noinline
func normGradSums(kernels ...rowKernel) func(sum, dot, dy, x, mean []float32) {
	return func(sum, dot, dy, x, mean []float32) {
		checkRows("NormGradSums", len(dy), x, sum, dot, mean)
		clear(sum)
		clear(dot)
		c := len(mean)
		a := &rowArgs{dy: start(dy), x: start(x), p3: start(mean), p4: start(sum), p5: start(dot)}
		first := a.vectors(kernels, len(x), c)
		for r := 0; r < len(x) && first < c; r += c {
			for ch := first; ch < c; ch++ {
				d := dy[r+ch]
				sum[ch] += d
				dot[ch] = fma32(d, x[r+ch]-mean[ch], dot[ch])
			}
		}
	}
}

// normReLUGradSums: p1 is scale, p2 is shift, p3 is mean, p4 is sum, p5 is dot.
//
//go:noinline
func normReLUGradSums(kernels ...rowKernel) func(sum, dot, dy, x, mean, scale, shift []float32) {
	return func(sum, dot, dy, x, mean, scale, shift []float32) {
		checkRows("NormReLUGradSums", len(dy), x, sum, dot, mean, scale, shift)
		clear(sum)
		clear(dot)
		c := len(mean)
		a := &rowArgs{
			dy: start(dy), x: start(x),
			p1: start(scale), p2: start(shift), p3: start(mean), p4: start(sum), p5: start(dot),
		}
		first := a.vectors(kernels, len(x), c)
		for r := 0; r < len(x) && first < c; r += c {
			for ch := first; ch < c; ch++ {
				d := where(!(fma32(x[r+ch], scale[ch], shift[ch]) <= 0), dy[r+ch])
				sum[ch] += d
				dot[ch] = fma32(d, x[r+ch]-mean[ch], dot[ch])
			}
		}
	}
}

// normGrad: p3 is k1, p4 is k2, p5 is k3.
//
//go:noinline
func normGrad(kernels ...rowKernel) func(dx, dy, x, k1, k2, k3 []float32) {
	return func(dx, dy, x, k1, k2, k3 []float32) {
		check2("NormGrad", dx, dy)
		checkRows("NormGrad", len(dx), x, k1, k2, k3)
		c := len(k1)
		a := &rowArgs{dst: start(dx), dy: start(dy), x: start(x), p3: start(k1), p4: start(k2), p5: start(k3)}
		first := a.vectors(kernels, len(x), c)
		for r := 0; r < len(x) && first < c; r += c {
			for ch := first; ch < c; ch++ {
				dx[r+ch] = fma32(dy[r+ch], k1[ch], fma32(x[r+ch], k2[ch], k3[ch]))
			}
		}
	}
}

// normReLUGrad: p1 is scale, p2 is shift, p3 is k1, p4 is k2, p5 is k3.
//
//go:noinline
func normReLUGrad(kernels ...rowKernel) func(dx, dy, x, k1, k2, k3, scale, shift []float32) {
	return func(dx, dy, x, k1, k2, k3, scale, shift []float32) {
		check2("NormReLUGrad", dx, dy)
		checkRows("NormReLUGrad", len(dx), x, k1, k2, k3, scale, shift)
		c := len(k1)
		a := &rowArgs{
			dst: start(dx), dy: start(dy), x: start(x),
			p1: start(scale), p2: start(shift), p3: start(k1), p4: start(k2), p5: start(k3),
		}
		first := a.vectors(kernels, len(x), c)
		for r := 0; r < len(x) && first < c; r += c {
			for ch := first; ch < c; ch++ {
				d := where(!(fma32(x[r+ch], scale[ch], shift[ch]) <= 0), dy[r+ch])
				dx[r+ch] = fma32(d, k1[ch], fma32(x[r+ch], k2[ch], k3[ch]))
			}
		}
	}
}
