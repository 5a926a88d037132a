package asm

// The checks of a kernel's arguments, made in Go on every instruction set: kernels
// in assembly take pointers without lengths.

func check2(kernel string, x, y []float32) {
	if len(x) != len(y) {
		panic("asm: " + kernel + ": slices of different lengths")
	}
}

func check3(kernel string, x, y, z []float32) {
	if len(x) != len(y) || len(x) != len(z) {
		panic("asm: " + kernel + ": slices of different lengths")
	}
}

func checkExp64(dst, x []float64) {
	if len(dst) != len(x) {
		panic("asm: Exp64: slices of different lengths")
	}
}

// checkRows checks that x, of n elements, is rows of as many channels as each
// of the per-channel slices has.
func checkRows(kernel string, n int, x []float32, channels ...[]float32) {
	c := len(channels[0])
	for _, s := range channels {
		if len(s) != c {
			panic("asm: " + kernel + ": slices of different numbers of channels")
		}
	}
	if len(x) != n {
		panic("asm: " + kernel + ": slices of different lengths")
	}
	if c == 0 || n%c != 0 {
		panic("asm: " + kernel + ": not a whole number of rows")
	}
}

// checkPool checks for out pooled elements of c channels that the rows of in0
// and in1 elements are at least twice as wide.
func checkPool(kernel string, c, out, in0, in1 int) {
	if c <= 0 || out%c != 0 {
		panic("asm: " + kernel + ": not a whole number of pixels")
	}
	if in0 < 2*out || in1 < 2*out {
		panic("asm: " + kernel + ": rows too short")
	}
}

func checkGemm(mr, nr, kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int) {
	if kc < 0 || rsA < 0 || csA < 0 || ldb < 0 || ldc < nr {
		panic("asm: Gemm: impossible size or stride")
	}
	if kc > 0 && ((mr-1)*rsA+(kc-1)*csA >= len(a) || (kc-1)*ldb+nr > len(b)) {
		panic("asm: Gemm: A or B too short")
	}
	if (mr-1)*ldc+nr > len(c) {
		panic("asm: Gemm: C too short")
	}
}

func checkGemmRows(count, kc, n int, a []float32, nextA int, b []float32, nextB, ldb int, c []float32, nextC int) {
	if count < 0 || kc < 0 || n < 0 || nextA < 0 || nextB < 0 || ldb < 0 || nextC < n {
		panic("asm: GemmRows: impossible size or stride")
	}
	if count == 0 || n == 0 {
		return
	}
	if kc > 0 && ((count-1)*nextA+kc > len(a) || (count-1)*nextB+(kc-1)*ldb+n > len(b)) {
		panic("asm: GemmRows: A or B too short")
	}
	if (count-1)*nextC+n > len(c) {
		panic("asm: GemmRows: C too short")
	}
}

func checkCopyRows(rows, n int, dst []float32, ldd int, src []float32, lds int) {
	if rows < 0 || n < 0 || ldd < n || lds < 0 {
		panic("asm: CopyRows: impossible size or stride")
	}
	if rows > 0 && n > 0 && ((rows-1)*ldd+n > len(dst) || (rows-1)*lds+n > len(src)) {
		panic("asm: CopyRows: slice too short")
	}
}

// checkTransform checks that n×n elements of c channels with the given strides
// lie within s.
func checkTransform(s []float32, n, row, col, c int) {
	if c < 0 || row < 0 || col < 0 {
		panic("asm: Winograd: impossible size or stride")
	}
	if c > 0 && (n-1)*(row+col)+c > len(s) {
		panic("asm: Winograd: slice too short")
	}
}

func checkFilterProduct(r int, m []float32, mPoint int, v []float32, vPoint int, w []float32, tap, next, kc, c int) {
	if mPoint < c || vPoint < 0 || tap < 0 || next < 0 || kc < 0 || c < 0 {
		panic("asm: FilterProduct: impossible size or stride")
	}
	if c == 0 {
		return
	}
	last := r*r - 1
	if last*mPoint+c > len(m) {
		panic("asm: FilterProduct: M too short")
	}
	if kc > 0 && (last*vPoint+kc > len(v) || 8*tap+(kc-1)*next+c > len(w)) {
		panic("asm: FilterProduct: V or filters too short")
	}
}
