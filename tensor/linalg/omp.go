package linalg

import (
	"fmt"
	"math"
	"slices"

	"sdrm/asm"
	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// Code is a sparse combination of the atoms of a dictionary.
type Code struct {
	Atoms   []int // in the order in which they were chosen
	Weights []float64
	// Residual is the squared distance of the sample to the combination.
	Residual float64
}

// OMP approximates every row of x by a combination of at most sparsity rows of
// dictionary, which have length 1: orthogonal matching pursuit (Pati,
// Rezaiifar and Krishnaprasad, Asilomar 1993) by a growing Cholesky factor of
// the atoms' products (Rubinstein, Zibulevsky and Elad, Technion 2008). A
// sample is done early when no atom has anything to add. Widths that do not fit
// and a sparsity that is not between 1 and the number of atoms panic.
func OMP(dictionary, x tensor.View, sparsity int) []Code {
	if dictionary.Cols != x.Cols || sparsity < 1 || sparsity > dictionary.Rows {
		panic(fmt.Sprintf("linalg: OMP: %d of %d atoms of %d values do not fit samples of %d",
			sparsity, dictionary.Rows, dictionary.Cols, x.Cols))
	}
	products := zeros(x.Rows, dictionary.Rows)
	tensor.GemmSplitK(products, x, dictionary.T())
	codes := make([]Code, x.Rows)
	ompLoop.Run(x.Rows, ompArgs{gram(dictionary), products, SquaredNorms(x), sparsity, codes})
	return codes
}

type ompArgs struct {
	gram, products tensor.View
	norms          []float64
	sparsity       int
	codes          []Code
}

var ompLoop = parallel.NewLoop(func(a *ompArgs, i int) {
	p := pursuit{gram: a.gram, products: a.products.Row(i)}
	floor := 1e-6 * math.Sqrt(a.norms[i]) // rounding of the products
	for len(p.chosen) < a.sparsity && p.choose(floor) {
	}
	code := Code{Atoms: p.chosen, Weights: p.weights, Residual: a.norms[i]}
	for j, atom := range p.chosen {
		code.Residual -= float64(p.weights[j] * float64(p.products[atom]))
	}
	code.Residual = max(0, code.Residual)
	a.codes[i] = code
})

// pursuit is the search for one sample.
type pursuit struct {
	gram     tensor.View
	products []float32 // of the sample with every atom

	chosen  []int
	weights []float64
	// factor is the lower triangle of the Cholesky factor of the chosen atoms'
	// products, and forward solves factor·forward = their products with the
	// sample.
	factor  [][]float64
	forward []float64
}

// choose adds the atom with the largest product with what is left of the
// sample, the first of equals, and solves for the weights. It returns false if
// none is worth adding.
func (p *pursuit) choose(floor float64) bool {
	best, largest := -1, floor
	for atom, product := range p.products {
		left := float64(product)
		row := p.gram.Row(atom)
		for j, c := range p.chosen {
			left -= float64(p.weights[j] * float64(row[c]))
		}
		if left = math.Abs(left); left > largest && !slices.Contains(p.chosen, atom) {
			best, largest = atom, left
		}
	}
	if best < 0 {
		return false
	}
	// The new row of the factor.
	m := len(p.chosen)
	row := make([]float64, m+1)
	rest := float64(p.gram.At(best, best))
	for j, c := range p.chosen {
		row[j] = (float64(p.gram.At(best, c)) - dot(row[:j], p.factor[j][:j])) / p.factor[j][j]
		rest -= float64(row[j] * row[j])
	}
	if !(rest > 1e-6) {
		return false // the atom lies in the span of the chosen ones
	}
	row[m] = math.Sqrt(rest)
	p.factor = append(p.factor, row)
	p.chosen = append(p.chosen, best)
	p.forward = append(p.forward, (float64(p.products[best])-dot(row[:m], p.forward))/row[m])

	p.weights = append(p.weights[:0], p.forward...)
	for j := m; j >= 0; j-- {
		for i := j + 1; i <= m; i++ {
			p.weights[j] -= float64(p.factor[i][j] * p.weights[i])
		}
		p.weights[j] /= p.factor[j][j]
	}
	return true
}

// LearnDictionary improves a dictionary, atoms of length 1 in rows, so that
// sparse combinations of it come near the rows of x: the given number of rounds
// of OMP and of block-coordinate descent on the atoms (Mairal et al., ICML
// 2009, algorithm 2, over all samples at once). An atom that no sample uses
// stays. It returns a new dictionary.
func LearnDictionary(dictionary, x tensor.View, sparsity, rounds int) tensor.View {
	d := Take(dictionary, Numbers(dictionary.Rows))
	for range rounds {
		updateAtoms(d, x, OMP(d, x, sparsity))
	}
	return d
}

// updateAtoms moves each atom in turn to where the codes would have it,
//
//	u = d + (B − A·D)/a,  A = ΓᵀΓ, B = ΓᵀX, a = its own element of A,
//
// scaled to length 1, Γ being the weights of all samples.
func updateAtoms(d, x tensor.View, codes []Code) {
	weights := zeros(x.Rows, d.Rows)
	for i, code := range codes {
		for j, atom := range code.Atoms {
			weights.Data[i*d.Rows+atom] = float32(code.Weights[j])
		}
	}
	a, b := zeros(d.Rows, d.Rows), zeros(d.Rows, d.Cols)
	tensor.GemmSplitK(a, weights.T(), weights)
	tensor.GemmSplitK(b, weights.T(), x)
	kernels := asm.Current()
	step := zeros(1, d.Cols)
	for i := range d.Rows {
		own := a.At(i, i)
		if own == 0 {
			continue
		}
		tensor.Gemm(step, tensor.Matrix(a.Row(i), 1, d.Rows), d, false)
		kernels.Axpy(b.Row(i), -1, step.Data)
		atom := d.Row(i)
		kernels.Axpy(atom, 1/own, b.Row(i))
		if length := math.Sqrt(inner(atom, atom)); length > 0 {
			kernels.Scale(atom, float32(1/length), atom)
		}
	}
}
