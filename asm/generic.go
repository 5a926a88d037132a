package asm

import "math"

// The definitions. A function here says what its kernel computes on every
// instruction set, to the bit.

func newGenericKernels() *Kernels {
	return &Kernels{
		ISA: Generic,

		MR: genericMR, NR: genericNR, Blocks: blocksHere(genericMR, genericNR),
		Gemm:     gemmGeneric,
		GemmRows: gemmRowsGeneric,
		CopyRows: copyRowsGeneric,

		Add:      addGeneric,
		Axpy:     axpyGeneric,
		Scale:    scaleGeneric,
		Max:      maxGeneric,
		ReLU:     reluGeneric,
		Exp:      expGeneric,
		Exp64:    exp64Generic,
		ReLUGrad: reluGradGeneric,
		SGD:      sgdGeneric,

		Sum:    sum(nil),
		Dot:    dot(nil),
		SqDist: sqDist(nil),

		AddRow:            addRow(),
		ColSums:           colSums(),
		ColMoments:        colMoments(colSums()),
		ScaleShift:        scaleShift(),
		ScaleShiftReLU:    scaleShiftReLU(),
		ScaleShiftAddReLU: scaleShiftAddReLU(),
		NormGradSums:      normGradSums(),
		NormReLUGradSums:  normReLUGradSums(),
		NormGrad:          normGrad(),
		NormReLUGrad:      normReLUGrad(),

		Depthwise:     depthwise(),
		DepthwiseGrad: depthwiseGrad(),

		MaxPool2x2:     maxPool2x2(),
		MaxPool2x2Grad: maxPool2x2Grad(),

		Winograd2: winograd2Generic,
		Winograd4: winograd4Generic,
	}
}

const genericMR, genericNR = 4, 16

func gemmGeneric(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool) {
	checkGemm(genericMR, genericNR, kc, a, rsA, csA, b, ldb, c, ldc)
	for i := range genericMR {
		ci := (*[genericNR]float32)(c[i*ldc:])
		if !accumulate {
			clear(ci[:])
		}
		for k := range kc {
			aik, bk := float64(a[i*rsA+k*csA]), (*[genericNR]float32)(b[k*ldb:])
			for j, bkj := range bk {
				// fma32, inlined by hand.
				p := float64(aik * float64(bkj))
				s := p + float64(ci[j])
				if math.Float64bits(s)<<36 != 0 {
					ci[j] = float32(s)
				} else {
					ci[j] = addOnBorder(p, s, ci[j])
				}
			}
		}
	}
}

func gemmRowsGeneric(count, kc, n int, a []float32, nextA int, b []float32, nextB, ldb int, c []float32, nextC int, accumulate bool) {
	checkGemmRows(count, kc, n, a, nextA, b, nextB, ldb, c, nextC)
	for p := range count {
		row := c[p*nextC:][:n]
		if !accumulate {
			clear(row)
		}
		for k := range kc {
			axpyGeneric(row, a[p*nextA+k], b[p*nextB+k*ldb:][:n])
		}
	}
}

func copyRowsGeneric(rows, n int, dst []float32, ldd int, src []float32, lds int) {
	checkCopyRows(rows, n, dst, ldd, src, lds)
	for i := range rows {
		copy(dst[i*ldd:][:n], src[i*lds:][:n])
	}
}

func addGeneric(dst, x, y []float32) {
	check3("Add", dst, x, y)
	for i, v := range x {
		dst[i] = v + y[i]
	}
}

func axpyGeneric(dst []float32, a float32, x []float32) {
	check2("Axpy", dst, x)
	for i, v := range x {
		dst[i] = fma32(a, v, dst[i])
	}
}

func scaleGeneric(dst []float32, a float32, x []float32) {
	check2("Scale", dst, x)
	for i, v := range x {
		dst[i] = a * v
	}
}

func maxGeneric(dst, x, y []float32) {
	check3("Max", dst, x, y)
	for i, v := range x {
		dst[i] = max32(v, y[i])
	}
}

// max32 is the larger of two, y of two zeros, and NaN if either is.
func max32(x, y float32) float32 {
	if x > y || isNaN(x) {
		return x
	}
	return y
}

func reluGeneric(dst, x []float32) {
	check2("ReLU", dst, x)
	for i, v := range x {
		dst[i] = max32(0, v)
	}
}

func reluGradGeneric(dx, dy, y []float32) {
	check3("ReLUGrad", dx, dy, y)
	for i, v := range y {
		dx[i] = where(!(v <= 0), dy[i])
	}
}

// where is x if the condition holds, else 0.
func where(condition bool, x float32) float32 {
	if condition {
		return x
	}
	return 0
}

func sgdGeneric(w, v, g []float32, rate, momentum, decay float32) {
	check3("SGD", w, v, g)
	for i, gi := range g {
		d := fma32(decay, w[i], gi)
		v[i] = fma32(momentum, v[i], d)
		w[i] = fma32(-rate, v[i], w[i])
	}
}
