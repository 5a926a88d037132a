package linalg

import (
	"math"
)

// SymmetricEigen returns the eigenvalues of the symmetric n×n matrix a, largest
// first, and the unit eigenvectors as the rows of a row-major matrix. It
// overwrites a. Householder's reduction to a tridiagonal matrix is followed by
// QL iterations with implicit shifts (Golub and Van Loan, Matrix Computations,
// 4th ed., 8.3). a must be finite.
func SymmetricEigen(a []float64, n int) (values, vectors []float64) {
	vectors = make([]float64, n*n)
	for i := range n {
		vectors[i*n+i] = 1
	}
	diagonal, off := tridiagonalise(a, vectors, n)
	diagonalise(diagonal, off, vectors, n)

	values = make([]float64, n)
	sorted := make([]float64, n*n)
	for to, from := range descending(diagonal) {
		values[to] = diagonal[from]
		copy(sorted[to*n:(to+1)*n], vectors[from*n:(from+1)*n])
	}
	return values, sorted
}

// tridiagonalise applies reflections I − βvvᵀ from both sides until a is
// tridiagonal, and from the left to the rows of basis. It returns the diagonal
// and, at i, the element beside it that couples i and i+1; the last is 0.
func tridiagonalise(a, basis []float64, n int) (diagonal, off []float64) {
	diagonal, off = make([]float64, n), make([]float64, n)
	reflector, p := make([]float64, n), make([]float64, n)
	for k := range n - 1 {
		v := reflector[k+1:]
		copy(v, a[k*n+k+1:(k+1)*n])
		length := math.Sqrt(dot(v, v))
		if length == 0 {
			continue
		}
		// The sign that avoids cancellation in v[0].
		off[k] = -math.Copysign(length, v[0])
		v[0] -= off[k]
		beta := 2 / dot(v, v)

		// A ← A − vwᵀ − wvᵀ with w = p − (β/2)(vᵀp)v and p = βAv.
		w := p[k+1:]
		for i := k + 1; i < n; i++ {
			p[i] = beta * dot(a[i*n+k+1:(i+1)*n], v)
		}
		axpy(w, -float64(beta/2)*dot(v, w), v)
		for i := k + 1; i < n; i++ {
			row := a[i*n+k+1 : (i+1)*n]
			axpy(row, -reflector[i], w)
			axpy(row, -p[i], v)
		}

		clear(p)
		for i := k + 1; i < n; i++ {
			axpy(p, beta*reflector[i], basis[i*n:(i+1)*n])
		}
		for i := k + 1; i < n; i++ {
			axpy(basis[i*n:(i+1)*n], -reflector[i], p)
		}
	}
	for i := range n {
		diagonal[i] = a[i*n+i]
	}
	return diagonal, off
}

// diagonalise turns the tridiagonal matrix (d, e) into a diagonal one by plane
// rotations, which it also applies to the rows of basis.
func diagonalise(d, e, basis []float64, n int) {
	const maxIterations = 60 // a handful is usual
	for l := range n {
		for range maxIterations {
			m := l
			for m < n-1 && math.Abs(e[m]) > 0x1p-52*(math.Abs(d[m])+math.Abs(d[m+1])) {
				m++
			}
			if m == l {
				break
			}
			qlStep(d, e, basis, n, l, m)
		}
	}
}

// qlStep runs one implicit QL step on the unreduced block l..m.
func qlStep(d, e, basis []float64, n, l, m int) {
	g := (d[l+1] - d[l]) / (2 * e[l])
	shift := d[l] - e[l]/(g+math.Copysign(hypotenuse(g, 1), g))
	g = d[m] - shift
	s, c, p := 1.0, 1.0, 0.0
	for i := m - 1; i >= l; i-- {
		f, b := float64(s*e[i]), float64(c*e[i])
		r := hypotenuse(f, g)
		e[i+1] = r
		if r == 0 {
			// The block splits here; the next step sees the smaller one.
			d[i+1] -= p
			e[m] = 0
			return
		}
		s, c = f/r, g/r
		g = d[i+1] - p
		r = float64((d[i]-g)*s) + float64(2*c*b)
		p = float64(s * r)
		d[i+1] = g + p
		g = float64(c*r) - b
		rotate(basis[i*n:(i+1)*n], basis[(i+1)*n:(i+2)*n], c, s)
	}
	d[l] -= p
	e[l], e[m] = g, 0
}

// rotate sets (x, y) to (c·x − s·y, s·x + c·y).
func rotate(x, y []float64, c, s float64) {
	y = y[:len(x)]
	for i, u := range x {
		v := y[i]
		x[i] = float64(c*u) - float64(s*v)
		y[i] = float64(s*u) + float64(c*v)
	}
}

// hypotenuse returns √(a²+b²) without overflow. math.Hypot is written in
// assembly on some architectures and may be fused on others.
func hypotenuse(a, b float64) float64 {
	a, b = math.Abs(a), math.Abs(b)
	if a < b {
		a, b = b, a
	}
	if a == 0 {
		return 0
	}
	q := b / a
	return a * math.Sqrt(1+float64(q*q))
}

// dot returns x·y, summed in four interleaved chains.
func dot(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	y = y[:len(x)]
	for len(x) >= 4 && len(y) >= 4 {
		s0 += float64(x[0] * y[0])
		s1 += float64(x[1] * y[1])
		s2 += float64(x[2] * y[2])
		s3 += float64(x[3] * y[3])
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		s0 += float64(v * y[i])
	}
	return (s0 + s2) + (s1 + s3)
}

// axpy adds a·x to dst.
func axpy(dst []float64, a float64, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] += float64(a * x[i])
	}
}
