// Package asm contains the kernels: the small loops in which the machine spends
// its time, one table of functions per instruction set.
//
// The generic files define every kernel; every other instruction set returns the
// same bits (all NaNs count as one), so the choice of table never changes a
// result. A product is fused with the following sum exactly where the
// definition calls fma. No kernel starts a goroutine, knows a tensor, or loops
// over the rows or columns of a large matrix.
//
// Slices that a kernel only reads may overlap each other; a slice that it
// writes may be one of its inputs exactly where the comment says so.
package asm

// Kernels is one instruction set's table, with the block sizes that suit it.
type Kernels struct {
	ISA ISA

	// MR and NR are the rows and columns of the tile of C that Gemm computes.
	MR, NR int

	Blocks

	// Gemm computes the MR × NR tile
	//
	//	C[i,j] = chain of fma over k = 0..kc-1 of A[i,k]·B[k,j],
	//
	// starting from what C contains if accumulate, else from 0. Elements are
	// A[i,k] = a[i*rsA+k*csA], B[k,j] = b[k*ldb+j], C[i,j] = c[i*ldc+j].
	Gemm func(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool)

	// Edges are the same for fewer rows, the fewest first, for rows that are left
	// over.
	Edges []Tile

	// GemmRows computes count products of one row by a matrix,
	//
	//	C[p,j] = chain of fma over k = 0..kc-1 of A[p,k]·B[p][k,j], j = 0..n-1,
	//
	// starting as Gemm does. Elements are A[p,k] = a[p*nextA+k], B[p][k,j] =
	// b[p*nextB+k*ldb+j] and C[p,j] = c[p*nextC+j].
	GemmRows func(count, kc, n int, a []float32, nextA int, b []float32, nextB, ldb int, c []float32, nextC int, accumulate bool)

	// CopyRows copies rows of n floats that lie lds apart to where they lie ldd apart:
	// dst[i*ldd+j] = src[i*lds+j]. An lds of 0 repeats one row.
	CopyRows func(rows, n int, dst []float32, ldd int, src []float32, lds int)

	// Elementwise, over len(dst); dst may be x or y.

	Add   func(dst, x, y []float32)                   // dst = x + y
	Axpy  func(dst []float32, a float32, x []float32) // dst = fma(a, x, dst)
	Scale func(dst []float32, a float32, x []float32) // dst = a · x
	Max   func(dst, x, y []float32)                   // dst = x if x > y, else y; NaN if either is
	ReLU  func(dst, x []float32)                      // dst = 0 if x < 0, else x (NaN stays NaN, −0 stays −0)
	Exp   func(dst, x []float32)                      // dst = e^x, see expGeneric for range and error

	Exp64 func(dst, x []float64) // dst = e^x in float64, as fmath.Exp has it

	// ReLUGrad passes gradients where the output was positive or NaN: dx = 0 if
	// y <= 0, else dy. dx may be dy.
	ReLUGrad func(dx, dy, y []float32)

	// SGD is PyTorch's step with momentum and weight decay: d = fma(decay, w, g);
	// v = fma(momentum, v, d); w = fma(−rate, v, w).
	SGD func(w, v, g []float32, rate, momentum, decay float32)

	// Reductions over 16 lanes: element i belongs to lane i mod 16, lanes are
	// added in the fixed tree of sum16Generic.

	Sum    func(x []float32) float32    // lane += x
	Dot    func(x, y []float32) float32 // lane = fma(x, y, lane)
	SqDist func(x, y []float32) float32 // d = x − y; lane = fma(d, d, lane)

	// Rows of channels: x is len(x)/c rows of c channels, c being the length
	// of the per-channel slices. Sums run down the rows in order, from 0.

	AddRow         func(dst, x, row []float32)          // dst = x + row; dst may be x
	ColSums        func(sum, x []float32)               // sum += x
	ColMoments     func(mean, m2, x []float32)          // mean = (Σ x)·(1/rows); d = x − mean; m2 = fma(d, d, m2)
	ScaleShift     func(dst, x, scale, shift []float32) // dst = fma(x, scale, shift); dst may be x
	ScaleShiftReLU func(dst, x, scale, shift []float32) // the same, then ReLU

	// ScaleShiftAddReLU adds plus before the ReLU: dst = ReLU(fma(x, scale, shift) + plus);
	// dst may be x or plus.
	ScaleShiftAddReLU func(dst, x, plus, scale, shift []float32)

	// NormGradSums gathers what batch normalisation's gradient needs:
	// sum += dy; dot = fma(dy, x−mean, dot).
	NormGradSums func(sum, dot, dy, x, mean []float32)
	// NormReLUGradSums is NormGradSums for a normalisation with a ReLU after it:
	// dy counts as 0 if fma(x, scale, shift) <= 0.
	NormReLUGradSums func(sum, dot, dy, x, mean, scale, shift []float32)
	// NormGrad applies it: dx = fma(dy, k1, fma(x, k2, k3)); dx may be dy or x.
	NormGrad func(dx, dy, x, k1, k2, k3 []float32)
	// NormReLUGrad is NormGrad with dy masked as NormReLUGradSums does.
	NormReLUGrad func(dx, dy, x, k1, k2, k3, scale, shift []float32)

	// Depthwise convolves the len(dst)/c pixels of a run with the taps that meet them,
	// c being len(start):
	//
	//	dst[j*c+ch] = chain of fma over the taps t of x[t.X+j*next+ch]·w[t.W+ch],
	//
	// starting from start[ch].
	Depthwise func(dst, x []float32, next int, taps []Tap, w, start []float32)
	// DepthwiseGrad adds to the gradient of one tap's weights what a run of pixels
	// contributes, c being len(dw):
	//
	//	dw[ch] += chain of fma over j = 0..len(dy)/c-1 of dy[j*c+ch]·x[j*next+ch],
	//
	// the chain starting from 0.
	DepthwiseGrad func(dw, dy, x []float32, next int)

	// MaxPool2x2 pools two rows of pixels, x0 and x1, of c channels into one:
	// dst[j] = Max(Max(x0[2j], x0[2j+1]), Max(x1[2j], x1[2j+1])) for the
	// len(dst)/c pixels j. A last odd column is ignored.
	MaxPool2x2 func(dst, x0, x1 []float32, c int)
	// MaxPool2x2Grad sends dy to the first of the four inputs that equals y, in
	// the order of MaxPool2x2, or where none does, to the last that is NaN, and 0 to
	// the others.
	MaxPool2x2Grad func(dx0, dx1, dy, y, x0, x1 []float32, c int)

	// Winograd2 and Winograd4 are the transforms of F(2×2,3×3) and F(4×4,3×3).
	Winograd2, Winograd4 Winograd
}

// A Tile is Gemm for a tile of Rows × NR.
type Tile struct {
	Rows int
	Gemm func(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool)
}

// Tile returns the kernel of the fewest rows that computes m of them, which are at
// most MR.
func (k *Kernels) Tile(m int) Tile {
	for _, t := range k.Edges {
		if m <= t.Rows {
			return t
		}
	}
	return Tile{k.MR, k.Gemm}
}

// Winograd is what computes F(m×m,3×3) for one m (Lavin and Gray,
// CVPR 2016), with r = m+2 points: Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A.
type Winograd struct {
	M int // output pixels per side of a tile: 2 or 4

	Input      Transform     // Bᵀ d B: r×r pixels to r×r points
	Filter     Transform     // G g Gᵀ: 3×3 taps to r×r points
	Output     BiasTransform // Aᵀ m A + bias: r×r points to m×m pixels
	OutputGrad Transform     // A dY Aᵀ: m×m pixels to r×r points
	FilterGrad Transform     // Gᵀ m G: r×r points to 3×3 taps

	// FilterProduct multiplies one tile by filters that are transformed on the way.
	FilterProduct FilterProduct
}

// A FilterProduct computes M of one tile, for c channels and all r×r points p,
//
//	M[p,ch] = chain of fma over k = 0..kc-1 of V[p,k]·U[p,k,ch], U[k] = G g[k] Gᵀ,
//
// starting from what M contains if accumulate, else from 0. Elements are M[p,ch] =
// m[p*mPoint+ch], V[p,k] = v[p*vPoint+k] and g[k][i,j] = w[(3*i+j)*tap+k*next+ch].
type FilterProduct func(m []float32, mPoint int, v []float32, vPoint int, w []float32, tap, next, kc, c int, accumulate bool)

// A Transform multiplies a small square matrix of channel vectors by a constant
// matrix from the left and its transpose from the right. Element (i, j),
// channel ch < c, is src[i*srcRow+j*srcCol+ch] and dst[i*dstRow+j*dstCol+ch].
// dst and src do not overlap.
type Transform func(dst []float32, dstRow, dstCol int, src []float32, srcRow, srcCol int, c int)

// A BiasTransform adds bias[ch] to every element of a Transform's result.
type BiasTransform func(dst []float32, dstRow, dstCol int, src []float32, srcRow, srcCol int, bias []float32)
