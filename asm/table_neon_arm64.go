//go:build !purego

package asm

// newNEONKernels returns the table of NEON: vectors of 4 floats.
func newNEONKernels(generic *Kernels) *Kernels {
	sums := colSums(rowKernel{4, colSumsNEON})
	depthwiseKernels := []depthwiseKernel{
		{4, depthwiseRunNEON, depthwisePixelNEON, depthwiseGradNEON},
	}
	return &Kernels{
		ISA: NEON,

		MR: 8, NR: 12, Blocks: blocksHere(8, 12),
		Gemm:     tile(8, 12, gemm8x12NEON),
		GemmRows: gemmRows(4, gemmRowsNEON, generic.GemmRows),
		CopyRows: copyRows(4, copyRowsNEON, copyRowsGeneric),

		Add:      binaryOp("Add", 4, addNEON, generic.Add),
		Axpy:     scalarOp("Axpy", 4, axpyNEON, generic.Axpy),
		Scale:    scalarOp("Scale", 4, scaleNEON, generic.Scale),
		Max:      binaryOp("Max", 4, maxNEON, generic.Max),
		ReLU:     unaryOp("ReLU", 4, reluNEON, generic.ReLU),
		Exp:      unaryOp("Exp", 4, expNEON, generic.Exp),
		Exp64:    exp64Generic,
		ReLUGrad: binaryOp("ReLUGrad", 4, reluGradNEON, generic.ReLUGrad),
		SGD:      sgdOp(4, sgdNEON, generic.SGD),

		Sum:    sum(sumLanesNEON),
		Dot:    dot(dotLanesNEON),
		SqDist: sqDist(sqDistLanesNEON),

		AddRow:            addRow(rowKernel{4, addRowNEON}),
		ColSums:           sums,
		ColMoments:        colMoments(sums, rowKernel{4, colSquaresNEON}),
		ScaleShift:        scaleShift(rowKernel{4, scaleShiftNEON}),
		ScaleShiftReLU:    scaleShiftReLU(rowKernel{4, scaleShiftReLUNEON}),
		ScaleShiftAddReLU: scaleShiftAddReLU(rowKernel{4, scaleShiftAddReLUNEON}),
		NormGradSums:      normGradSums(rowKernel{4, normGradSumsNEON}),
		NormReLUGradSums:  normReLUGradSums(rowKernel{4, normReLUGradSumsNEON}),
		NormGrad:          normGrad(rowKernel{4, normGradNEON}),
		NormReLUGrad:      normReLUGrad(rowKernel{4, normReLUGradNEON}),

		Depthwise:     depthwise(depthwiseKernels...),
		DepthwiseGrad: depthwiseGrad(depthwiseKernels...),

		MaxPool2x2:     maxPool2x2(rowKernel{4, maxPool2x2NEON}),
		MaxPool2x2Grad: maxPool2x2Grad(rowKernel{4, maxPool2x2GradNEON}),

		Winograd2: winograd(4, generic.Winograd2, winograd2InputNEON, winograd2FilterNEON,
			winograd2OutputNEON, winograd2OutputGradNEON, winograd2FilterGradNEON,
			twoStepProduct(4, winograd2FilterNEON, 4, generic.Winograd2, gemmRowsNEON)),
		Winograd4: winograd(4, generic.Winograd4, winograd4InputNEON, winograd4FilterNEON,
			winograd4OutputNEON, winograd4OutputGradNEON, winograd4FilterGradNEON,
			twoStepProduct(6, winograd4FilterNEON, 4, generic.Winograd4, gemmRowsNEON)),
	}
}

//go:noescape
func gemm8x12NEON(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)

//go:noescape
func gemmRowsNEON(count, kc, n int, a *float32, nextA int, b *float32, nextB, ldb int, c *float32, nextC int, accumulate bool)

//go:noescape
func copyRowsNEON(dst *float32, ldd int, src *float32, lds, rows, n int)

//go:noescape
func addNEON(dst, x, y *float32, n int)

//go:noescape
func axpyNEON(dst *float32, a float32, x *float32, n int)

//go:noescape
func scaleNEON(dst *float32, a float32, x *float32, n int)

//go:noescape
func maxNEON(dst, x, y *float32, n int)

//go:noescape
func reluNEON(dst, x *float32, n int)

//go:noescape
func expNEON(dst, x *float32, n int)

//go:noescape
func reluGradNEON(dx, dy, y *float32, n int)

//go:noescape
func sgdNEON(w, v, dw *float32, rate, momentum, decay float32, n int)

//go:noescape
func sumLanesNEON(l *lanes, x, y *float32, n int)

//go:noescape
func dotLanesNEON(l *lanes, x, y *float32, n int)

//go:noescape
func sqDistLanesNEON(l *lanes, x, y *float32, n int)

//go:noescape
func addRowNEON(a *rowArgs)

//go:noescape
func colSumsNEON(a *rowArgs)

//go:noescape
func colSquaresNEON(a *rowArgs)

//go:noescape
func scaleShiftNEON(a *rowArgs)

//go:noescape
func scaleShiftReLUNEON(a *rowArgs)

//go:noescape
func scaleShiftAddReLUNEON(a *rowArgs)

//go:noescape
func normGradSumsNEON(a *rowArgs)

//go:noescape
func normReLUGradSumsNEON(a *rowArgs)

//go:noescape
func normGradNEON(a *rowArgs)

//go:noescape
func normReLUGradNEON(a *rowArgs)

//go:noescape
func depthwiseRunNEON(a *depthwiseArgs)

//go:noescape
func depthwisePixelNEON(a *depthwiseArgs)

//go:noescape
func depthwiseGradNEON(a *depthwiseArgs)

//go:noescape
func maxPool2x2NEON(a *rowArgs)

//go:noescape
func maxPool2x2GradNEON(a *rowArgs)

//go:noescape
func winograd2InputNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd2FilterNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd2OutputNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)

//go:noescape
func winograd2OutputGradNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd2FilterGradNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4InputNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4FilterNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4OutputNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)

//go:noescape
func winograd4OutputGradNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func winograd4FilterGradNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)

//go:noescape
func peakNEON(rounds int)
