package conform

import (
	"slices"
	"unsafe"

	"sdrm/asm"
)

var (
	lengthsUpTo257 = func() (s []Shape) {
		for n := range 258 {
			s = append(s, Shape{N: n})
		}
		return append(s, Shape{N: 1000}, Shape{N: 1023}, Shape{N: 1024}, Shape{N: 1025})
	}()
	rowsAndChannels = func() (s []Shape) {
		for c := 1; c <= 70; c++ {
			for _, n := range []int{0, 1, 2, 7} {
				s = append(s, Shape{n, c})
			}
		}
		return append(s, Shape{3, 128}, Shape{257, 16})
	}()
	rowsToCopy = func() (s []Shape) {
		for _, c := range []int{1, 3, 4, 8, 12, 16, 20, 32, 48} {
			for _, n := range []int{0, 1, c - 1, c, c + 1, 2*c - 1, 2 * c, 5*c + 3, 257} {
				s = append(s, Shape{n, c})
			}
		}
		return s
	}()
	// tiles have the channels in c; n pads the strides.
	tiles = func() (s []Shape) {
		for c := range 71 {
			s = append(s, Shape{c % 3, c})
		}
		return append(s, Shape{0, 128}, Shape{5, 128})
	}()
	// filterProducts have the channels of the filters' input in n, those of their output
	// in c.
	filterProducts = func() (s []Shape) {
		for _, c := range []int{0, 1, 7, 8, 9, 16, 17, 33} {
			for _, n := range []int{0, 1, 2, 31, 32, 33} {
				s = append(s, Shape{n, c})
			}
		}
		return append(s, Shape{65, 16}, Shape{70, 17}, Shape{3, 64})
	}()
)

// repeated returns the lengths of slices of one length.
func repeated(count int) func(Shape) []int {
	return func(s Shape) []int { return slices.Repeat([]int{s.N}, count) }
}

// rowsAnd returns the lengths of kinds: 'x' for rows of channels, 'c' for one
// number a channel, 'i' for a row of pixels to be pooled, with an odd last one when
// the number of channels is odd.
func rowsAnd(kinds string) func(Shape) []int {
	return func(s Shape) (lengths []int) {
		for _, kind := range kinds {
			lengths = append(lengths, map[rune]int{'x': s.N * s.C, 'c': s.C, 'i': (2*s.N + s.C%2) * s.C}[kind])
		}
		return lengths
	}
}

// Elementwise are the kernels on plain slices.
var Elementwise = []Case{
	{"Add", lengthsUpTo257, repeated(3), func(k *asm.Kernels, s Shape, a [][]float32) { k.Add(a[0], a[1], a[2]) }, [][2]int{{0, 1}, {0, 2}}},
	{"Axpy", lengthsUpTo257, repeated(2), func(k *asm.Kernels, s Shape, a [][]float32) { k.Axpy(a[0], 0.37, a[1]) }, [][2]int{{0, 1}}},
	{"Scale", lengthsUpTo257, repeated(2), func(k *asm.Kernels, s Shape, a [][]float32) { k.Scale(a[0], -1.7, a[1]) }, [][2]int{{0, 1}}},
	{"Max", lengthsUpTo257, repeated(3), func(k *asm.Kernels, s Shape, a [][]float32) { k.Max(a[0], a[1], a[2]) }, [][2]int{{0, 1}, {0, 2}}},
	{"ReLU", lengthsUpTo257, repeated(2), func(k *asm.Kernels, s Shape, a [][]float32) { k.ReLU(a[0], a[1]) }, [][2]int{{0, 1}}},
	{"Exp", lengthsUpTo257, repeated(2), func(k *asm.Kernels, s Shape, a [][]float32) { k.Exp(a[0], a[1]) }, [][2]int{{0, 1}}},
	{"Exp64", lengthsUpTo257, func(s Shape) []int { return []int{2 * s.N, 2 * s.N} }, func(k *asm.Kernels, s Shape, a [][]float32) { k.Exp64(doubles(a[0]), doubles(a[1])) }, [][2]int{{0, 1}}},
	{"ReLUGrad", lengthsUpTo257, repeated(3), func(k *asm.Kernels, s Shape, a [][]float32) { k.ReLUGrad(a[0], a[1], a[2]) }, [][2]int{{0, 1}}},
	{"SGD", lengthsUpTo257, repeated(3), func(k *asm.Kernels, s Shape, a [][]float32) { k.SGD(a[0], a[1], a[2], 0.1, 0.9, 5e-4) }, nil},
}

// doubles are the numbers that pairs of float32 hold.
func doubles(x []float32) []float64 {
	return unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(x))), len(x)/2)
}

// Reductions are the kernels that return one number.
var Reductions = []Case{
	{"Sum", lengthsUpTo257, resultAnd(1), func(k *asm.Kernels, s Shape, a [][]float32) { a[0][0] = k.Sum(a[1]) }, nil},
	{"Dot", lengthsUpTo257, resultAnd(2), func(k *asm.Kernels, s Shape, a [][]float32) { a[0][0] = k.Dot(a[1], a[2]) }, [][2]int{{1, 2}}},
	{"SqDist", lengthsUpTo257, resultAnd(2), func(k *asm.Kernels, s Shape, a [][]float32) { a[0][0] = k.SqDist(a[1], a[2]) }, [][2]int{{1, 2}}},
}

// resultAnd returns the lengths of a slice for the result and count inputs.
func resultAnd(count int) func(Shape) []int {
	return func(s Shape) []int { return append([]int{1}, repeated(count)(s)...) }
}

// Rows are the kernels on rows of channels.
var Rows = []Case{
	{"AddRow", rowsAndChannels, rowsAnd("xxc"), func(k *asm.Kernels, s Shape, a [][]float32) { k.AddRow(a[0], a[1], a[2]) }, [][2]int{{0, 1}}},
	{"ColSums", rowsAndChannels, rowsAnd("cx"), func(k *asm.Kernels, s Shape, a [][]float32) { k.ColSums(a[0], a[1]) }, nil},
	{"ColMoments", rowsAndChannels, rowsAnd("ccx"), func(k *asm.Kernels, s Shape, a [][]float32) { k.ColMoments(a[0], a[1], a[2]) }, nil},
	{"ScaleShift", rowsAndChannels, rowsAnd("xxcc"), func(k *asm.Kernels, s Shape, a [][]float32) { k.ScaleShift(a[0], a[1], a[2], a[3]) }, [][2]int{{0, 1}}},
	{"ScaleShiftReLU", rowsAndChannels, rowsAnd("xxcc"), func(k *asm.Kernels, s Shape, a [][]float32) { k.ScaleShiftReLU(a[0], a[1], a[2], a[3]) }, [][2]int{{0, 1}}},
	{"ScaleShiftAddReLU", rowsAndChannels, rowsAnd("xxxcc"), func(k *asm.Kernels, s Shape, a [][]float32) {
		k.ScaleShiftAddReLU(a[0], a[1], a[2], a[3], a[4])
	}, [][2]int{{0, 1}, {0, 2}}},
	{"NormGradSums", rowsAndChannels, rowsAnd("ccxxc"), func(k *asm.Kernels, s Shape, a [][]float32) { k.NormGradSums(a[0], a[1], a[2], a[3], a[4]) }, [][2]int{{2, 3}}},
	{"NormReLUGradSums", rowsAndChannels, rowsAnd("ccxxccc"), func(k *asm.Kernels, s Shape, a [][]float32) {
		k.NormReLUGradSums(a[0], a[1], a[2], a[3], a[4], a[5], a[6])
	}, [][2]int{{2, 3}}},
	{"NormGrad", rowsAndChannels, rowsAnd("xxxccc"), func(k *asm.Kernels, s Shape, a [][]float32) { k.NormGrad(a[0], a[1], a[2], a[3], a[4], a[5]) }, [][2]int{{0, 1}, {0, 2}}},
	{"NormReLUGrad", rowsAndChannels, rowsAnd("xxxccccc"), func(k *asm.Kernels, s Shape, a [][]float32) {
		k.NormReLUGrad(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
	}, [][2]int{{0, 1}, {0, 2}}},
}

// Packing are the kernels that lay operands of products out; n is the floats of a row
// and c the number of rows.
var Packing = []Case{
	{"CopyRows", rowsToCopy, func(s Shape) []int { return []int{rowsApart(s, s.N+1), rowsApart(s, copied(s))} }, func(k *asm.Kernels, s Shape, a [][]float32) {
		k.CopyRows(s.C, s.N, a[0], s.N+1, a[1], copied(s))
	}, nil},
}

// copied is how far apart the rows lie that are copied; of some lengths one is repeated.
func copied(s Shape) int {
	if s.N%5 == 0 {
		return 0
	}
	return s.N + 1
}

// rowsApart is the length of s.C rows of s.N floats that lie so far apart.
func rowsApart(s Shape, distance int) int { return (s.C-1)*distance + s.N }

// Products are the products of one row; n is the depth and c the columns.
var Products = []Case{
	{"GemmRows", rowsAndChannels, productLengths, func(k *asm.Kernels, s Shape, a [][]float32) {
		count := productCount(s)
		k.GemmRows(count, s.N, s.C, a[1], s.N+1, a[2], s.N*(s.C+3), s.C+2, a[0], s.C+1, s.C%2 == 0)
	}, nil},
}

func productCount(s Shape) int { return (s.N + s.C) % 4 }

// productLengths are not one float more than a kernel may touch.
func productLengths(s Shape) []int {
	count := productCount(s)
	if count == 0 {
		return []int{0, 0, 0}
	}
	c := (count-1)*(s.C+1) + s.C
	if s.N == 0 {
		return []int{c, 0, 0}
	}
	return []int{c, (count-1)*(s.N+1) + s.N, (count-1)*s.N*(s.C+3) + (s.N-1)*(s.C+2) + s.C}
}

// Depthwise are the kernels of depthwise convolutions; n is the pixels.
var Depthwise = []Case{
	{"Depthwise", rowsAndChannels, depthwiseLengths, func(k *asm.Kernels, s Shape, a [][]float32) {
		k.Depthwise(a[0], a[1], depthwiseNext(s), depthwiseTaps(s), a[2], a[3])
	}, nil},
	{"DepthwiseGrad", rowsAndChannels, func(s Shape) []int { return []int{s.C, s.N * s.C, max(0, (s.N-1)*depthwiseNext(s)+min(s.N, 1)*s.C)} },
		func(k *asm.Kernels, s Shape, a [][]float32) { k.DepthwiseGrad(a[0], a[1], a[2], depthwiseNext(s)) }, nil},
}

// depthwiseNext is as with strides of 1 and 2, or such that pixels overlap.
func depthwiseNext(s Shape) int { return s.C * ((s.C + 1) % 3) }

// depthwiseTaps are none to ten taps. They overlap, as rows of few channels do.
func depthwiseTaps(s Shape) []asm.Tap { return tenTaps[:(s.N+s.C)%11] }

var tenTaps = func() (taps [10]asm.Tap) {
	for t := range taps {
		taps[t] = asm.Tap{X: 5 * t, W: 3 * t}
	}
	return taps
}()

// depthwiseLengths are not one float more than a kernel may touch.
func depthwiseLengths(s Shape) []int {
	lengths := []int{s.N * s.C, 0, 0, s.C}
	if taps := depthwiseTaps(s); s.N > 0 && len(taps) > 0 {
		last := taps[len(taps)-1]
		lengths[1], lengths[2] = last.X+(s.N-1)*depthwiseNext(s)+s.C, last.W+s.C
	}
	return lengths
}

// Pool are the kernels of 2×2 max pooling.
var Pool = []Case{
	{"MaxPool2x2", rowsAndChannels, rowsAnd("xii"), func(k *asm.Kernels, s Shape, a [][]float32) { k.MaxPool2x2(a[0], a[1], a[2], s.C) }, [][2]int{{1, 2}}},
	{"MaxPool2x2Grad", rowsAndChannels, rowsAnd("iixxii"), func(k *asm.Kernels, s Shape, a [][]float32) {
		k.MaxPool2x2(a[3], a[4], a[5], s.C)
		k.MaxPool2x2Grad(a[0], a[1], a[2], a[3], a[4], a[5], s.C)
	}, nil},
}

// Winograd are the transforms of both Winograd algorithms.
var Winograd = append(
	winogradCasesOf("Winograd2", 2, func(k *asm.Kernels) *asm.Winograd { return &k.Winograd2 }),
	winogradCasesOf("Winograd4", 4, func(k *asm.Kernels) *asm.Winograd { return &k.Winograd4 })...)

func winogradCasesOf(name string, m int, of func(*asm.Kernels) *asm.Winograd) []Case {
	r := m + 2
	transform := func(field string, in, out int, pick func(w *asm.Winograd) asm.Transform) Case {
		return Case{name + "." + field, tiles, func(s Shape) []int { return []int{tileLength(out, s), tileLength(in, s)} },
			func(k *asm.Kernels, s Shape, a [][]float32) {
				col := s.C + s.N
				pick(of(k))(a[0], out*col, col, a[1], in*col, col, s.C)
			}, nil}
	}
	return []Case{
		transform("Input", r, r, func(w *asm.Winograd) asm.Transform { return w.Input }),
		transform("Filter", 3, r, func(w *asm.Winograd) asm.Transform { return w.Filter }),
		transform("OutputGrad", m, r, func(w *asm.Winograd) asm.Transform { return w.OutputGrad }),
		transform("FilterGrad", r, 3, func(w *asm.Winograd) asm.Transform { return w.FilterGrad }),
		{name + ".Output", tiles, func(s Shape) []int { return []int{tileLength(m, s), tileLength(r, s), s.C} },
			func(k *asm.Kernels, s Shape, a [][]float32) {
				col := s.C + s.N
				of(k).Output(a[0], m*col, col, a[1], r*col, col, a[2])
			}, nil},
		{name + ".FilterProduct", filterProducts, func(s Shape) []int { return filterProductLengths(r*r, s) },
			func(k *asm.Kernels, s Shape, a [][]float32) {
				of(k).FilterProduct(a[0], s.C+1, a[1], s.N+2, a[2], s.N*(s.C+1)+3, s.C+1, s.N, s.C, s.C%2 == 0)
			}, nil},
	}
}

// filterProductLengths are those of M, V and the filters: not one more than a kernel
// may touch.
func filterProductLengths(points int, s Shape) []int {
	lengths := []int{(points-1)*(s.C+1) + s.C, 0, 0}
	if s.C == 0 {
		lengths[0] = 0
	} else if s.N > 0 {
		lengths[1], lengths[2] = (points-1)*(s.N+2)+s.N, 8*(s.N*(s.C+1)+3)+(s.N-1)*(s.C+1)+s.C
	}
	return lengths
}

// tileLength is how many floats side×side elements of c channels take, n apart:
// not one more than a kernel may touch.
func tileLength(side int, s Shape) int {
	if s.C == 0 {
		return 0
	}
	return (side*side-1)*(s.C+s.N) + s.C
}

// Families are all of them, under the names that reports give them: with
// Gemm, which CheckGemm checks, every kernel of a table.
var Families = []Family{
	{"packing", Packing}, {"products", Products}, {"elementwise", Elementwise}, {"reductions", Reductions}, {"rows", Rows}, {"depthwise", Depthwise}, {"pool", Pool}, {"winograd", Winograd},
}

// Family is a set of kernels that are called alike.
type Family struct {
	Name  string
	Cases []Case
}
