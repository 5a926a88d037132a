package linalg

import "sdrm/tensor"

// An operator is a symmetric positive semi-definite matrix known by its
// products: apply sets every row of dst to the matrix times that row of v.
type operator struct {
	size  int
	apply func(dst, v tensor.View)
}

// covariance returns the smaller of ZZᵀ and ZᵀZ as an operator. Up to
// explicitSize it is computed once; a larger one costs more to form than to
// apply, and is applied as two products with Z.
func covariance(z tensor.View) operator {
	const explicitSize = 1024
	if z.Rows > z.Cols {
		z = z.T()
	}
	if z.Rows > explicitSize {
		return implicit(z)
	}
	return explicit(gram(z))
}

// gram returns ZZᵀ.
func gram(z tensor.View) tensor.View {
	g := zeros(z.Rows, z.Rows)
	tensor.GemmSplitK(g, z, z.T())
	return g
}

// explicit applies a symmetric matrix.
func explicit(a tensor.View) operator {
	return operator{a.Rows, func(dst, v tensor.View) { tensor.GemmSplitK(dst, v, a) }}
}

// implicit applies ZZᵀ as Z(Zᵀv).
func implicit(z tensor.View) operator {
	return operator{z.Rows, func(dst, v tensor.View) {
		if z.ColStride != 1 {
			// The rows of Zᵀ are contiguous: they are the left operand of the one
			// product and the right operand of the other, and read where they lie.
			across := zeros(z.Cols, v.Rows)
			tensor.GemmSplitK(across, z.T(), v.T())
			tensor.GemmSplitK(dst, across.T(), z.T())
			return
		}
		across, columns := zeros(v.Rows, z.Cols), zeros(z.Rows, v.Rows)
		tensor.GemmSplitK(across, v, z)
		tensor.GemmSplitK(columns, z, across.T())
		for i := range dst.Rows {
			row := dst.Row(i)
			for j := range row {
				row[j] = columns.Data[j*columns.Cols+i]
			}
		}
	}}
}

// zeros returns a matrix of zeros in row-major order.
func zeros(rows, cols int) tensor.View {
	return tensor.Matrix(make([]float32, rows*cols), rows, cols)
}
