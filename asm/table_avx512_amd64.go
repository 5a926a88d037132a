//go:build !purego

package asm

// newAVX512Kernels returns the table of AVX-512: vectors of 16 floats, and AVX2 for
// what is left over. The reductions are AVX2's: sixteen lanes are one chain of sums,
// which wider vectors do not shorten.
func newAVX512Kernels(avx2 *Kernels) *Kernels {
	sums := colSums(rowKernel{16, colSumsAVX512}, rowKernel{8, colSumsAVX2})
	depthwiseKernels := []depthwiseKernel{
		{16, depthwiseRunAVX512, depthwisePixelAVX512, depthwiseGradAVX512},
		{8, depthwiseRunAVX2, depthwisePixelAVX2, depthwiseGradAVX2},
	}
	return &Kernels{
		ISA: AVX512,

		MR: 14, NR: 32, Blocks: blocksHere(14, 32),
		Gemm:     tile(14, 32, gemm14x32AVX512),
		Edges:    []Tile{{4, tile(4, 32, gemm4x32AVX512)}, {8, tile(8, 32, gemm8x32AVX512)}},
		GemmRows: gemmRows(16, gemmRowsAVX512, avx2.GemmRows),
		CopyRows: copyRows(16, copyRowsAVX512, avx2.CopyRows),

		Add:      binaryOp("Add", 16, addAVX512, avx2.Add),
		Axpy:     scalarOp("Axpy", 16, axpyAVX512, avx2.Axpy),
		Scale:    scalarOp("Scale", 16, scaleAVX512, avx2.Scale),
		Max:      binaryOp("Max", 16, maxAVX512, avx2.Max),
		ReLU:     unaryOp("ReLU", 16, reluAVX512, avx2.ReLU),
		Exp:      unaryOp("Exp", 16, expAVX512, avx2.Exp),
		Exp64:    exp64(8, exp64AVX512),
		ReLUGrad: binaryOp("ReLUGrad", 16, reluGradAVX512, avx2.ReLUGrad),
		SGD:      sgdOp(16, sgdAVX512, avx2.SGD),

		Sum:    sum(sumLanesAVX2),
		Dot:    dot(dotLanesAVX2),
		SqDist: sqDist(sqDistLanesAVX2),

		AddRow:            addRow(rowKernel{16, addRowAVX512}, rowKernel{8, addRowAVX2}),
		ColSums:           sums,
		ColMoments:        colMoments(sums, rowKernel{16, colSquaresAVX512}, rowKernel{8, colSquaresAVX2}),
		ScaleShift:        scaleShift(rowKernel{16, scaleShiftAVX512}, rowKernel{8, scaleShiftAVX2}),
		ScaleShiftReLU:    scaleShiftReLU(rowKernel{16, scaleShiftReLUAVX512}, rowKernel{8, scaleShiftReLUAVX2}),
		ScaleShiftAddReLU: scaleShiftAddReLU(rowKernel{16, scaleShiftAddReLUAVX512}, rowKernel{8, scaleShiftAddReLUAVX2}),
		NormGradSums:      normGradSums(rowKernel{16, normGradSumsAVX512}, rowKernel{8, normGradSumsAVX2}),
		NormReLUGradSums:  normReLUGradSums(rowKernel{16, normReLUGradSumsAVX512}, rowKernel{8, normReLUGradSumsAVX2}),
		NormGrad:          normGrad(rowKernel{16, normGradAVX512}, rowKernel{8, normGradAVX2}),
		NormReLUGrad:      normReLUGrad(rowKernel{16, normReLUGradAVX512}, rowKernel{8, normReLUGradAVX2}),

		Depthwise:     depthwise(depthwiseKernels...),
		DepthwiseGrad: depthwiseGrad(depthwiseKernels...),

		MaxPool2x2:     maxPool2x2(rowKernel{16, maxPool2x2AVX512}, rowKernel{8, maxPool2x2AVX2}),
		MaxPool2x2Grad: maxPool2x2Grad(rowKernel{16, maxPool2x2GradAVX512}, rowKernel{8, maxPool2x2GradAVX2}),

		Winograd2: winograd(16, avx2.Winograd2, winograd2InputAVX512, winograd2FilterAVX512,
			winograd2OutputAVX512, winograd2OutputGradAVX512, winograd2FilterGradAVX512,
			filterProduct(4, winograd2FilterProductAVX512, avx2.Winograd2.FilterProduct)),
		Winograd4: winograd(16, avx2.Winograd4, winograd4InputAVX512, winograd4FilterAVX512,
			winograd4OutputAVX512, winograd4OutputGradAVX512, winograd4FilterGradAVX512,
			filterProduct(6, winograd4FilterProductAVX512, avx2.Winograd4.FilterProduct)),
	}
}

//go:noescape
func gemm14x32AVX512(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)

//go:noescape
func gemm8x32AVX512(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)

//go:noescape
func gemm4x32AVX512(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)

//go:noescape
func gemmRowsAVX512(count, kc, n int, a *float32, nextA int, b *float32, nextB, ldb int, c *float32, nextC int, accumulate bool)

//go:noescape
func copyRowsAVX512(dst *float32, ldd int, src *float32, lds, rows, n int)

//go:noescape
func addAVX512(dst, x, y *float32, n int)

//go:noescape
func axpyAVX512(dst *float32, a float32, x *float32, n int)

//go:noescape
func scaleAVX512(dst *float32, a float32, x *float32, n int)

//go:noescape
func maxAVX512(dst, x, y *float32, n int)

//go:noescape
func reluAVX512(dst, x *float32, n int)

//go:noescape
func exp64AVX512(dst, x *float64, n int) int

//go:noescape
func expAVX512(dst, x *float32, n int)

//go:noescape
func reluGradAVX512(dx, dy, y *float32, n int)

//go:noescape
func sgdAVX512(w, v, dw *float32, rate, momentum, decay float32, n int)

//go:noescape
func addRowAVX512(a *rowArgs)

//go:noescape
func colSumsAVX512(a *rowArgs)

//go:noescape
func colSquaresAVX512(a *rowArgs)

//go:noescape
func scaleShiftAVX512(a *rowArgs)

//go:noescape
func scaleShiftReLUAVX512(a *rowArgs)

//go:noescape
func scaleShiftAddReLUAVX512(a *rowArgs)

//go:noescape
func normGradSumsAVX512(a *rowArgs)

//go:noescape
func normReLUGradSumsAVX512(a *rowArgs)

//go:noescape
func normGradAVX512(a *rowArgs)

//go:noescape
func normReLUGradAVX512(a *rowArgs)

//go:noescape
func depthwiseRunAVX512(a *depthwiseArgs)

//go:noescape
func depthwisePixelAVX512(a *depthwiseArgs)

//go:noescape
func depthwiseGradAVX512(a *depthwiseArgs)

//go:noescape
func maxPool2x2AVX512(a *rowArgs)

//go:noescape
func maxPool2x2GradAVX512(a *rowArgs)

//go:noescape
func winograd2InputAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd2FilterAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd2OutputAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)

//go:noescape
func winograd2OutputGradAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd2FilterGradAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4InputAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4FilterAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4OutputAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)

//go:noescape
func winograd4OutputGradAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4FilterGradAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func peakAVX512(rounds int)

//go:noescape
func winograd2FilterProductAVX512(m *float32, mPoint int, v *float32, vPoint int, w *float32, tap, next, kc, ahead int, accumulate bool)

//go:noescape
func winograd4FilterProductAVX512(m *float32, mPoint int, v *float32, vPoint int, w *float32, tap, next, kc, ahead int, accumulate bool)
