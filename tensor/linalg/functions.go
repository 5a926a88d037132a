package linalg

import (
	"math"

	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// rankFloor is the eigenvalue, relative to the largest, below which a direction
// is rounding.
const rankFloor = 1e-12

// InverseRoot returns A^−½ of a symmetric positive semi-definite n×n matrix,
// row-major, which it overwrites. Directions of rounding are 0 in it.
func InverseRoot(a []float64, n int) []float64 {
	return Spectral(a, n, func(value, largest float64) float64 {
		if value <= rankFloor*largest {
			return 0
		}
		return 1 / math.Sqrt(value)
	})
}

// Spectral returns the symmetric n×n matrix with the eigenvectors of a and the
// images of its eigenvalues under f, which is also given the largest one. Both
// are row-major; a is overwritten.
func Spectral(a []float64, n int, f func(value, largest float64) float64) []float64 {
	values, vectors := SymmetricEigen(a, n)
	out := make([]float64, n*n)
	for k, value := range values {
		image := f(value, values[0])
		v := vectors[k*n : (k+1)*n]
		for i := range n {
			axpy(out[i*n:(i+1)*n], float64(image*v[i]), v)
		}
	}
	return out
}

// SecondMoment returns the mean of x·xᵀ over rows of d values, row-major.
func SecondMoment(rows [][]float64, d int) []float64 {
	m := make([]float64, d*d)
	momentLoop.Run(d, momentArgs{rows, m, d})
	return m
}

type momentArgs struct {
	rows [][]float64
	m    []float64
	d    int
}

var momentLoop = parallel.NewLoop(func(a *momentArgs, i int) {
	dst := a.m[i*a.d : (i+1)*a.d]
	for _, row := range a.rows {
		axpy(dst, row[i], row)
	}
	for j := range dst {
		dst[j] /= float64(len(a.rows))
	}
})

// Float64s copies the rows of x.
func Float64s(x tensor.View) [][]float64 {
	rows := make([][]float64, x.Rows)
	for i := range rows {
		rows[i] = make([]float64, x.Cols)
		for j := range rows[i] {
			rows[i][j] = float64(x.At(i, j))
		}
	}
	return rows
}

// MulVec returns the n×n matrix a, row-major, times x.
func MulVec(a, x []float64) []float64 {
	n := len(x)
	y := make([]float64, n)
	for i := range y {
		y[i] = dot(a[i*n:(i+1)*n], x)
	}
	return y
}

// Mul returns the product of two n×n matrices, row-major.
func Mul(a, b []float64, n int) []float64 {
	c := make([]float64, n*n)
	for i := range n {
		for k := range n {
			axpy(c[i*n:(i+1)*n], a[i*n+k], b[k*n:(k+1)*n])
		}
	}
	return c
}
