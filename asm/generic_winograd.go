package asm

// Winograd's transforms, each as one function of a column or row. Points of F(2,3):
// 0, ±1, ∞; of F(4,3): 0, ±1, ±2, ∞. Vectors shorter than six leave the rest unused.

type vector6 [6]float32

var (
	winograd2Generic = newWinograd(2, input2, filter2, output2, outputGrad2, filterGrad2)
	winograd4Generic = newWinograd(4, input4, filter4, output4, outputGrad4, filterGrad4)
)

// newWinograd makes the transforms of F(m×m,3×3) from functions of a vector.
func newWinograd(m int, input, filter, output, outputGrad, filterGrad func(vector6) vector6) Winograd {
	r := m + 2
	return Winograd{
		M:          m,
		Input:      separable(r, r, input),
		Filter:     separable(3, r, filter),
		Output:     biased(separable(r, m, output), m),
		OutputGrad: separable(m, r, outputGrad),
		FilterGrad: separable(r, 3, filterGrad),

		FilterProduct: filterProductOf(r, filter),
	}
}

// separable makes the transform of in×in to out×out elements that applies f to
// the columns first and then to the rows.
func separable(in, out int, f func(vector6) vector6) Transform {
	return func(dst []float32, dstRow, dstCol int, src []float32, srcRow, srcCol int, c int) {
		checkTransform(dst, out, dstRow, dstCol, c)
		checkTransform(src, in, srcRow, srcCol, c)
		for ch := range c {
			y := columnsThenRows(in, out, f, src[ch:], srcRow, srcCol)
			for i := range out {
				for j := range out {
					dst[i*dstRow+j*dstCol+ch] = y[i][j]
				}
			}
		}
	}
}

// columnsThenRows returns the out×out elements of one channel.
func columnsThenRows(in, out int, f func(vector6) vector6, src []float32, srcRow, srcCol int) (y [6]vector6) {
	var left [6]vector6
	for j := range in {
		var x vector6
		for i := range in {
			x[i] = src[i*srcRow+j*srcCol]
		}
		for i, v := range f(x) {
			left[i][j] = v
		}
	}
	for i := range out {
		y[i] = f(left[i])
	}
	return y
}

// filterProductOf makes FilterProduct from the transform of a vector of taps.
func filterProductOf(r int, filter func(vector6) vector6) FilterProduct {
	return func(m []float32, mPoint int, v []float32, vPoint int, w []float32, tap, next, kc, c int, accumulate bool) {
		checkFilterProduct(r, m, mPoint, v, vPoint, w, tap, next, kc, c)
		for ch := range c {
			var sums [36]float32
			for p := range r * r {
				if accumulate {
					sums[p] = m[p*mPoint+ch]
				}
			}
			for k := range kc {
				u := columnsThenRows(3, r, filter, w[k*next+ch:], 3*tap, tap)
				for p := range r * r {
					sums[p] = fma32(v[p*vPoint+k], u[p/r][p%r], sums[p])
				}
			}
			for p := range r * r {
				m[p*mPoint+ch] = sums[p]
			}
		}
	}
}

// biased makes the transform to m×m elements that adds the bias last.
func biased(t Transform, m int) BiasTransform {
	return func(dst []float32, dstRow, dstCol int, src []float32, srcRow, srcCol int, bias []float32) {
		t(dst, dstRow, dstCol, src, srcRow, srcCol, len(bias))
		for i := range m {
			for j := range m {
				d := dst[i*dstRow+j*dstCol:]
				for ch, b := range bias {
					d[ch] += b
				}
			}
		}
	}
}

// input2 multiplies by Bᵀ:
//
//	1  0 -1  0
//	0  1  1  0
//	0 -1  1  0
//	0  1  0 -1
func input2(d vector6) vector6 {
	return vector6{d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]}
}

// filter2 multiplies by G:
//
//	1   0   0
//	½   ½   ½
//	½  -½   ½
//	0   0   1
func filter2(g vector6) vector6 {
	s := g[0] + g[2]
	return vector6{g[0], (s + g[1]) * 0.5, (s - g[1]) * 0.5, g[2]}
}

// output2 multiplies by Aᵀ:
//
//	1  1  1  0
//	0  1 -1 -1
func output2(m vector6) vector6 {
	return vector6{(m[0] + m[1]) + m[2], (m[1] - m[2]) - m[3]}
}

// outputGrad2 multiplies by A, the transpose of Aᵀ above.
func outputGrad2(y vector6) vector6 {
	return vector6{y[0], y[0] + y[1], y[0] - y[1], -y[1]}
}

// filterGrad2 multiplies by Gᵀ, the transpose of G above.
func filterGrad2(m vector6) vector6 {
	s := m[1] + m[2]
	return vector6{fma32(0.5, s, m[0]), (m[1] - m[2]) * 0.5, fma32(0.5, s, m[3])}
}

// input4 multiplies by Bᵀ:
//
//	4  0 -5  0  1  0
//	0 -4 -4  1  1  0
//	0  4 -4 -1  1  0
//	0 -2 -1  2  1  0
//	0  2 -1 -2  1  0
//	0  4  0 -5  0  1
func input4(d vector6) vector6 {
	a, b := fma32(-4, d[2], d[4]), fma32(-4, d[1], d[3])
	c, e := d[4]-d[2], d[3]-d[1]
	return vector6{
		fma32(4, d[0], fma32(-5, d[2], d[4])),
		a + b,
		a - b,
		fma32(2, e, c),
		fma32(-2, e, c),
		fma32(4, d[1], fma32(-5, d[3], d[5])),
	}
}

const (
	sixth        float32 = 1.0 / 6
	twelfth      float32 = 1.0 / 12
	twentyFourth float32 = 1.0 / 24
)

// filter4 multiplies by G:
//
//	 1/4     0    0
//	-1/6  -1/6 -1/6
//	-1/6   1/6 -1/6
//	1/24  1/12  1/6
//	1/24 -1/12  1/6
//	   0     0    1
func filter4(g vector6) vector6 {
	s, t := g[0]+g[2], fma32(4, g[2], g[0])
	return vector6{
		g[0] * 0.25,
		(s + g[1]) * -sixth,
		(s - g[1]) * -sixth,
		fma32(2, g[1], t) * twentyFourth,
		fma32(-2, g[1], t) * twentyFourth,
		g[2],
	}
}

// output4 multiplies by Aᵀ:
//
//	1  1  1  1  1  0
//	0  1 -1  2 -2  0
//	0  1  1  4  4  0
//	0  1 -1  8 -8  1
func output4(m vector6) vector6 {
	s, d := m[1]+m[2], m[1]-m[2]
	u, v := m[3]+m[4], m[3]-m[4]
	return vector6{
		(m[0] + s) + u,
		fma32(2, v, d),
		fma32(4, u, s),
		fma32(8, v, d) + m[5],
	}
}

// outputGrad4 multiplies by A, the transpose of Aᵀ above.
func outputGrad4(y vector6) vector6 {
	e, o := y[0]+y[2], y[1]+y[3]
	f, g := fma32(4, y[2], y[0]), fma32(4, y[3], y[1])
	return vector6{y[0], e + o, e - o, fma32(2, g, f), fma32(-2, g, f), y[3]}
}

// filterGrad4 multiplies by Gᵀ, the transpose of G above.
func filterGrad4(m vector6) vector6 {
	s, d := m[1]+m[2], m[2]-m[1]
	u, v := m[3]+m[4], m[3]-m[4]
	return vector6{
		fma32(twentyFourth, fma32(-4, s, u), m[0]*0.25),
		fma32(2, d, v) * twelfth,
		fma32(sixth, u-s, m[5]),
	}
}
