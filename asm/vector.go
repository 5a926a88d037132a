//go:build (amd64 || arm64) && !purego

package asm

// The Go part of the kernels in assembly: each function returns a kernel that checks
// its arguments, calls the assembly on what fills its vectors, and rest, a kernel of
// narrower vectors or the definition, on the remainder. The directive go:noinline is
// explained in generic_rows.go.

// gemmAsm is Gemm for a tile of a fixed size.
type gemmAsm func(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)

//go:noinline
func tile(mr, nr int, kernel gemmAsm) func(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool) {
	return func(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool) {
		checkGemm(mr, nr, kc, a, rsA, csA, b, ldb, c, ldc)
		kernel(kc, start(a), rsA, csA, start(b), ldb, start(c), ldc, accumulate)
	}
}

// gemmRowsAsm is GemmRows for count, kc and n > 0.
type gemmRowsAsm func(count, kc, n int, a *float32, nextA int, b *float32, nextB, ldb int, c *float32, nextC int, accumulate bool)

//go:noinline
func gemmRows(width int, kernel gemmRowsAsm, rest func(count, kc, n int, a []float32, nextA int, b []float32, nextB, ldb int, c []float32, nextC int, accumulate bool),
) func(count, kc, n int, a []float32, nextA int, b []float32, nextB, ldb int, c []float32, nextC int, accumulate bool) {
	return func(count, kc, n int, a []float32, nextA int, b []float32, nextB, ldb int, c []float32, nextC int, accumulate bool) {
		checkGemmRows(count, kc, n, a, nextA, b, nextB, ldb, c, nextC)
		whole := n &^ (width - 1)
		if count == 0 || kc == 0 {
			whole = 0
		}
		if whole > 0 {
			kernel(count, kc, whole, start(a), nextA, start(b), nextB, ldb, start(c), nextC, accumulate)
		}
		if whole < n && count > 0 {
			rest(count, kc, n-whole, a, nextA, b[whole:], nextB, ldb, c[whole:], nextC, accumulate)
		}
	}
}

// copyRowsAsm copies rows > 0 rows of at least a vector of floats.
type copyRowsAsm func(dst *float32, ldd int, src *float32, lds, rows, n int)

// copyRows returns CopyRows for rows of lanes floats and more; rest copies shorter ones.
func copyRows(lanes int, kernel copyRowsAsm, rest func(rows, n int, dst []float32, ldd int, src []float32, lds int),
) func(rows, n int, dst []float32, ldd int, src []float32, lds int) {
	return func(rows, n int, dst []float32, ldd int, src []float32, lds int) {
		if n < lanes {
			rest(rows, n, dst, ldd, src, lds)
			return
		}
		checkCopyRows(rows, n, dst, ldd, src, lds)
		if rows > 0 {
			kernel(&dst[0], ldd, &src[0], lds, rows, n)
		}
	}
}

// The elementwise kernels in assembly take n > 0 elements, a multiple of the
// width of their vectors.

type (
	unaryAsm  func(dst, x *float32, n int)
	binaryAsm func(dst, x, y *float32, n int)
	scalarAsm func(dst *float32, a float32, x *float32, n int)
	sgdAsm    func(w, v, dw *float32, rate, momentum, decay float32, n int)
)

func unaryOp(name string, width int, kernel unaryAsm, rest func(dst, x []float32)) func(dst, x []float32) {
	return func(dst, x []float32) {
		check2(name, dst, x)
		n := len(dst) &^ (width - 1)
		if n > 0 {
			kernel(&dst[0], &x[0], n)
		}
		if n < len(dst) {
			rest(dst[n:], x[n:])
		}
	}
}

func binaryOp(name string, width int, kernel binaryAsm, rest func(dst, x, y []float32)) func(dst, x, y []float32) {
	return func(dst, x, y []float32) {
		check3(name, dst, x, y)
		n := len(dst) &^ (width - 1)
		if n > 0 {
			kernel(&dst[0], &x[0], &y[0], n)
		}
		if n < len(dst) {
			rest(dst[n:], x[n:], y[n:])
		}
	}
}

func scalarOp(name string, width int, kernel scalarAsm, rest func(dst []float32, a float32, x []float32)) func(dst []float32, a float32, x []float32) {
	return func(dst []float32, a float32, x []float32) {
		check2(name, dst, x)
		n := len(dst) &^ (width - 1)
		if n > 0 {
			kernel(&dst[0], a, &x[0], n)
		}
		if n < len(dst) {
			rest(dst[n:], a, x[n:])
		}
	}
}

func sgdOp(width int, kernel sgdAsm, rest func(w, v, g []float32, rate, momentum, decay float32)) func(w, v, g []float32, rate, momentum, decay float32) {
	return func(w, v, g []float32, rate, momentum, decay float32) {
		check3("SGD", w, v, g)
		n := len(w) &^ (width - 1)
		if n > 0 {
			kernel(&w[0], &v[0], &g[0], rate, momentum, decay, n)
		}
		if n < len(w) {
			rest(w[n:], v[n:], g[n:], rate, momentum, decay)
		}
	}
}

// Winograd's transforms in assembly take c > 0 channels, a multiple of the width
// of their vectors.

type (
	transformAsm     func(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
	biasTransformAsm func(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)
)

func winograd(width int, rest Winograd, input, filter transformAsm, output biasTransformAsm, outputGrad, filterGrad transformAsm, product FilterProduct) Winograd {
	m, r := rest.M, rest.M+2
	return Winograd{
		M:          m,
		Input:      transform(width, r, r, input, rest.Input),
		Filter:     transform(width, 3, r, filter, rest.Filter),
		Output:     biasTransform(width, r, m, output, rest.Output),
		OutputGrad: transform(width, m, r, outputGrad, rest.OutputGrad),
		FilterGrad: transform(width, r, 3, filterGrad, rest.FilterGrad),

		FilterProduct: product,
	}
}

// transform is one of them, from in×in to out×out elements.
//
//go:noinline
func transform(width, in, out int, kernel transformAsm, rest Transform) Transform {
	return func(dst []float32, dstRow, dstCol int, src []float32, srcRow, srcCol int, c int) {
		checkTransform(dst, out, dstRow, dstCol, c)
		checkTransform(src, in, srcRow, srcCol, c)
		whole := c &^ (width - 1)
		if whole > 0 {
			kernel(start(dst), dstRow, dstCol, start(src), srcRow, srcCol, whole)
		}
		if whole < c {
			rest(dst[whole:], dstRow, dstCol, src[whole:], srcRow, srcCol, c-whole)
		}
	}
}

// biasTransform is transform with a bias.
//
//go:noinline
func biasTransform(width, in, out int, kernel biasTransformAsm, rest BiasTransform) BiasTransform {
	return func(dst []float32, dstRow, dstCol int, src []float32, srcRow, srcCol int, bias []float32) {
		c := len(bias)
		checkTransform(dst, out, dstRow, dstCol, c)
		checkTransform(src, in, srcRow, srcCol, c)
		whole := c &^ (width - 1)
		if whole > 0 {
			kernel(start(dst), dstRow, dstCol, start(src), srcRow, srcCol, whole, start(bias))
		}
		if whole < c {
			rest(dst[whole:], dstRow, dstCol, src[whole:], srcRow, srcCol, bias[whole:])
		}
	}
}

// cacheLine is the length of a line of the cache in floats.
const cacheLine = 16

//go:noescape
func prefetchLines(x *float32, lines int)

// Prefetch loads x into the L2 cache without waiting for it. It changes nothing, and
// no read of it can fault.
func Prefetch(x []float32) {
	if lines := (len(x) + cacheLine - 1) / cacheLine; lines > 0 {
		prefetchLines(start(x), lines)
	}
}
