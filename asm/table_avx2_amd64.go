//go:build !purego

package asm

// newAVX2Kernels returns the table of AVX2 and FMA3: vectors of 8 floats.
func newAVX2Kernels(generic *Kernels) *Kernels {
	sums := colSums(rowKernel{8, colSumsAVX2})
	depthwiseKernels := []depthwiseKernel{
		{8, depthwiseRunAVX2, depthwisePixelAVX2, depthwiseGradAVX2},
	}
	return &Kernels{
		ISA: AVX2,

		MR: 6, NR: 16, Blocks: blocksHere(6, 16),
		Gemm:     tile(6, 16, gemm6x16AVX2),
		Edges:    []Tile{{4, tile(4, 16, gemm4x16AVX2)}},
		GemmRows: gemmRows(8, gemmRowsAVX2, generic.GemmRows),
		CopyRows: copyRows(8, copyRowsAVX2, copyRowsGeneric),

		Add:      binaryOp("Add", 8, addAVX2, generic.Add),
		Axpy:     scalarOp("Axpy", 8, axpyAVX2, generic.Axpy),
		Scale:    scalarOp("Scale", 8, scaleAVX2, generic.Scale),
		Max:      binaryOp("Max", 8, maxAVX2, generic.Max),
		ReLU:     unaryOp("ReLU", 8, reluAVX2, generic.ReLU),
		Exp:      unaryOp("Exp", 8, expAVX2, generic.Exp),
		Exp64:    exp64(4, exp64AVX2),
		ReLUGrad: binaryOp("ReLUGrad", 8, reluGradAVX2, generic.ReLUGrad),
		SGD:      sgdOp(8, sgdAVX2, generic.SGD),

		Sum:    sum(sumLanesAVX2),
		Dot:    dot(dotLanesAVX2),
		SqDist: sqDist(sqDistLanesAVX2),

		AddRow:            addRow(rowKernel{8, addRowAVX2}),
		ColSums:           sums,
		ColMoments:        colMoments(sums, rowKernel{8, colSquaresAVX2}),
		ScaleShift:        scaleShift(rowKernel{8, scaleShiftAVX2}),
		ScaleShiftReLU:    scaleShiftReLU(rowKernel{8, scaleShiftReLUAVX2}),
		ScaleShiftAddReLU: scaleShiftAddReLU(rowKernel{8, scaleShiftAddReLUAVX2}),
		NormGradSums:      normGradSums(rowKernel{8, normGradSumsAVX2}),
		NormReLUGradSums:  normReLUGradSums(rowKernel{8, normReLUGradSumsAVX2}),
		NormGrad:          normGrad(rowKernel{8, normGradAVX2}),
		NormReLUGrad:      normReLUGrad(rowKernel{8, normReLUGradAVX2}),

		Depthwise:     depthwise(depthwiseKernels...),
		DepthwiseGrad: depthwiseGrad(depthwiseKernels...),

		MaxPool2x2:     maxPool2x2(rowKernel{8, maxPool2x2AVX2}),
		MaxPool2x2Grad: maxPool2x2Grad(rowKernel{8, maxPool2x2GradAVX2}),

		Winograd2: winograd(8, generic.Winograd2, winograd2InputAVX2, winograd2FilterAVX2,
			winograd2OutputAVX2, winograd2OutputGradAVX2, winograd2FilterGradAVX2,
			filterProduct(4, winograd2FilterProductAVX2, generic.Winograd2.FilterProduct)),
		Winograd4: winograd(8, generic.Winograd4, winograd4InputAVX2, winograd4FilterAVX2,
			winograd4OutputAVX2, winograd4OutputGradAVX2, winograd4FilterGradAVX2,
			filterProduct(6, winograd4FilterProductAVX2, generic.Winograd4.FilterProduct)),
	}
}

//go:noescape
func gemm6x16AVX2(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)

//go:noescape
func gemm4x16AVX2(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)

//go:noescape
func gemmRowsAVX2(count, kc, n int, a *float32, nextA int, b *float32, nextB, ldb int, c *float32, nextC int, accumulate bool)

//go:noescape
func copyRowsAVX2(dst *float32, ldd int, src *float32, lds, rows, n int)

//go:noescape
func addAVX2(dst, x, y *float32, n int)

//go:noescape
func axpyAVX2(dst *float32, a float32, x *float32, n int)

//go:noescape
func scaleAVX2(dst *float32, a float32, x *float32, n int)

//go:noescape
func maxAVX2(dst, x, y *float32, n int)

//go:noescape
func reluAVX2(dst, x *float32, n int)

//go:noescape
func exp64AVX2(dst, x *float64, n int) int

//go:noescape
func expAVX2(dst, x *float32, n int)

//go:noescape
func reluGradAVX2(dx, dy, y *float32, n int)

//go:noescape
func sgdAVX2(w, v, dw *float32, rate, momentum, decay float32, n int)

//go:noescape
func sumLanesAVX2(l *lanes, x, y *float32, n int)

//go:noescape
func dotLanesAVX2(l *lanes, x, y *float32, n int)

//go:noescape
func sqDistLanesAVX2(l *lanes, x, y *float32, n int)

//go:noescape
func addRowAVX2(a *rowArgs)

//go:noescape
func colSumsAVX2(a *rowArgs)

//go:noescape
func colSquaresAVX2(a *rowArgs)

//go:noescape
func scaleShiftAVX2(a *rowArgs)

//go:noescape
func scaleShiftReLUAVX2(a *rowArgs)

//go:noescape
func scaleShiftAddReLUAVX2(a *rowArgs)

//go:noescape
func normGradSumsAVX2(a *rowArgs)

//go:noescape
func normReLUGradSumsAVX2(a *rowArgs)

//go:noescape
func normGradAVX2(a *rowArgs)

//go:noescape
func normReLUGradAVX2(a *rowArgs)

//go:noescape
func depthwiseRunAVX2(a *depthwiseArgs)

//go:noescape
func depthwisePixelAVX2(a *depthwiseArgs)

//go:noescape
func depthwiseGradAVX2(a *depthwiseArgs)

//go:noescape
func maxPool2x2AVX2(a *rowArgs)

//go:noescape
func maxPool2x2GradAVX2(a *rowArgs)

//go:noescape
func winograd2InputAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd2FilterAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd2OutputAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)

//go:noescape
func winograd2OutputGradAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd2FilterGradAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4InputAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4FilterAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4OutputAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)

//go:noescape
func winograd4OutputGradAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4FilterGradAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func peakAVX2(rounds int)

//go:noescape
func winograd2FilterProductAVX2(m *float32, mPoint int, v *float32, vPoint int, w *float32, tap, next, kc, ahead int, accumulate bool)

//go:noescape
func winograd4FilterProductAVX2(m *float32, mPoint int, v *float32, vPoint int, w *float32, tap, next, kc, ahead int, accumulate bool)
