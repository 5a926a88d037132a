package linalg

import (
	"errors"
	"fmt"
	"math"

	"sdrm/asm"
	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// errRange means that the values of a data set are not finite or so large that
// their squares overflow float32.
var errRange = errors.New("values are not finite or too large to square in float32")

// Basis is a mean and orthonormal directions of largest variance around it.
type Basis struct {
	Mean []float32
	// Components holds one direction a row, the largest variance first. Each
	// is signed so that its element of largest magnitude is positive.
	Components tensor.View
	// Variances are the variances along Components, with divisor n − 1.
	Variances []float64
	// Total is the variance of the data in all directions.
	Total float64
}

// PCA returns the first k principal components of the rows of x, or as many as
// the data have: directions whose variance is rounding are left out. The first
// is the top right singular vector of the centred data. The
// eigenproblem is that of the smaller of Gram and covariance matrix. It panics
// if x has less than two rows or no column; its error is errRange.
func PCA(x tensor.View, k int) (*Basis, error) {
	checkPCA(x, k)
	b := &Basis{Mean: ColumnMeans(x)}
	return b, b.fit(b.Centre(x), k)
}

// Coordinates is PCA of the given rows of x, in that order, with the coordinates
// of these rows along the components, a row each. Beside x it holds one centred
// copy of the rows.
func Coordinates(x tensor.View, order []int, k int) (*Basis, tensor.View, error) {
	taken := x
	taken.Rows = len(order)
	checkPCA(taken, k)
	b := &Basis{Mean: columnMeans(x, order)}
	memory := tensor.Scratch.Floats(len(order) * x.Cols)
	defer tensor.Scratch.Put(memory)
	z := tensor.Matrix(memory.Data, len(order), x.Cols)
	centreLoop.Run(z.Rows, centreArgs{z, x, order, b.Mean})
	if err := b.fit(z, k); err != nil {
		return nil, tensor.View{}, err
	}
	return b, b.projectCentred(z), nil
}

func checkPCA(x tensor.View, k int) {
	if x.Rows < 2 || x.Cols < 1 || k < 1 {
		panic(fmt.Sprintf("linalg: PCA: want at least 2×1 values and 1 component, have %d×%d and %d", x.Rows, x.Cols, k))
	}
}

// fit finds the components of centred data.
func (b *Basis) fit(z tensor.View, k int) error {
	for _, v := range SquaredNorms(z) {
		b.Total += v
	}
	if !(b.Total < math.MaxFloat32) {
		return errRange
	}

	k = min(k, z.Rows-1, z.Cols)
	wide := z.Rows <= z.Cols // fewer samples than features: use the Gram matrix
	values, vectors := leading(covariance(z), k)

	// Below this an eigenvalue is the float32 rounding of the products.
	floor := values[0] * 0x1p-22
	rank := 0
	for rank < len(values) && values[rank] > floor {
		rank++
	}
	b.Components = tensor.Matrix(vectors.Data[:rank*vectors.Cols], rank, vectors.Cols)
	if wide {
		coefficients := b.Components
		b.Components = zeros(rank, z.Cols)
		tensor.Gemm(b.Components, coefficients, z, false)
	}
	for i := range rank {
		normalise(b.Components.Row(i))
		b.Variances = append(b.Variances, values[i]/float64(z.Rows-1))
	}
	b.Total /= float64(z.Rows - 1)
	return nil
}

// Centre returns a copy of x with the basis's mean subtracted from every row.
func (b *Basis) Centre(x tensor.View) tensor.View {
	z := zeros(x.Rows, x.Cols)
	centreLoop.Run(x.Rows, centreArgs{z, x, nil, b.Mean})
	return z
}

type centreArgs struct {
	dst, x tensor.View
	order  []int // rows of x to take, nil for all
	mean   []float32
}

var centreLoop = parallel.NewLoop(func(a *centreArgs, i int) {
	dst := a.dst.Row(i)
	if a.order != nil {
		i = a.order[i]
	}
	mean := a.mean[:len(dst)]
	for j, v := range a.x.Row(i)[:len(dst)] {
		dst[j] = v - mean[j]
	}
})

// Project returns the coordinates of every row of x along the components, a
// row each.
func (b *Basis) Project(x tensor.View) tensor.View {
	p := zeros(x.Rows, b.Components.Rows)
	b.blocks(x, func(first int, z tensor.View) {
		tensor.GemmSplitK(p.Slice(first, z.Rows), z, b.Components.T())
	})
	return p
}

// projectCentred is Project for data whose mean is subtracted already.
func (b *Basis) projectCentred(z tensor.View) tensor.View {
	p := zeros(z.Rows, b.Components.Rows)
	tensor.GemmSplitK(p, z, b.Components.T())
	return p
}

// Residuals returns for every row of x the squared distance to the subspace
// that the components span through the mean.
func (b *Basis) Residuals(x tensor.View) []float64 {
	residuals := make([]float64, 0, x.Rows)
	b.blocks(x, func(_ int, z tensor.View) {
		p := b.projectCentred(z)
		asm.Current().Scale(p.Data, -1, p.Data)
		tensor.Gemm(z, p, b.Components, true)
		residuals = append(residuals, SquaredNorms(z)...)
	})
	return residuals
}

// blocks hands centred copies of a few rows of x at a time to use, so that
// memory does not grow with the number of samples.
func (b *Basis) blocks(x tensor.View, use func(first int, z tensor.View)) {
	if x.Cols != len(b.Mean) {
		panic(fmt.Sprintf("linalg: Basis: samples of %d values do not fit a basis of %d", x.Cols, len(b.Mean)))
	}
	const size = 256
	memory := tensor.Scratch.Floats(size * x.Cols)
	for first := 0; first < x.Rows; first += size {
		n := min(size, x.Rows-first)
		z := tensor.Matrix(memory.Data, n, x.Cols)
		centreLoop.Run(n, centreArgs{z, x.Slice(first, n), nil, b.Mean})
		use(first, z)
	}
	tensor.Scratch.Put(memory)
}

// ColumnMeans returns the mean of every column of x, summed in float64.
func ColumnMeans(x tensor.View) []float32 {
	return columnMeans(x, Numbers(x.Rows))
}

// columnMeans is ColumnMeans of the given rows, in that order.
func columnMeans(x tensor.View, order []int) []float32 {
	mean := make([]float32, x.Cols)
	meanLoop.Run((x.Cols+meanColumns-1)/meanColumns, meanArgs{mean, x, order})
	return mean
}

// meanColumns is the number of columns of one task.
const meanColumns = 512

type meanArgs struct {
	mean  []float32
	x     tensor.View
	order []int
}

var meanLoop = parallel.NewLoop(func(a *meanArgs, i int) {
	first := i * meanColumns
	mean := a.mean[first:min(first+meanColumns, len(a.mean))]
	sums := make([]float64, len(mean))
	part := a.x
	part.Data, part.Cols = a.x.Data[first*a.x.ColStride:], len(mean)
	for _, r := range a.order {
		for j, v := range part.Row(r) {
			sums[j] += float64(v)
		}
	}
	for j := range mean {
		mean[j] = float32(sums[j] / float64(len(a.order)))
	}
})

// SquaredNorms returns the squared length of every row of x; a row whose values
// overflow when squared in float32 is +Inf long.
func SquaredNorms(x tensor.View) []float64 {
	norms := make([]float64, x.Rows)
	normLoop.Run(x.Rows, normArgs{norms, x})
	return norms
}

type normArgs struct {
	norms []float64
	x     tensor.View
}

var normLoop = parallel.NewLoop(func(a *normArgs, i int) {
	row := a.x.Row(i)
	a.norms[i] = inner(row, row)
})

// inner returns x·y: float32 sums of short pieces, added in float64.
func inner(x, y []float32) float64 {
	const piece = 1024
	kernels := asm.Current()
	sum := 0.0
	for len(x) > 0 {
		n := min(piece, len(x))
		sum += float64(kernels.Dot(x[:n], y[:n]))
		x, y = x[n:], y[n:]
	}
	return sum
}

// normalise scales v to length 1 and makes its element of largest magnitude
// positive.
func normalise(v []float32) {
	sum := 0.0
	largest := float32(0)
	for _, x := range v {
		sum += float64(float64(x) * float64(x))
		if max(x, -x) > max(largest, -largest) {
			largest = x
		}
	}
	scale := math.Copysign(1/math.Sqrt(sum), float64(largest))
	for i, x := range v {
		v[i] = float32(float64(x) * scale)
	}
}

// float32s copies rows of d values.
func float32s(rows [][]float64, d int) tensor.View {
	out := zeros(len(rows), d)
	for i, row := range rows {
		toFloat32(out.Row(i), row)
	}
	return out
}

func toFloat32(dst []float32, x []float64) {
	for i, v := range x {
		dst[i] = float32(v)
	}
}
