package conform

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sdrm/asm"
)

// Shape is a size to run a kernel at: n elements, or n rows or pixels of c
// channels.
type Shape struct{ N, C int }

// Case says how to call a kernel, on slices of what lengths, and which of them
// may be the same one.
type Case struct {
	Name    string // the field of asm.Kernels
	Shapes  []Shape
	Lengths func(s Shape) []int
	Run     func(k *asm.Kernels, s Shape, a [][]float32)
	Alias   [][2]int
}

// Fill returns a slice of each of the case's lengths, of numbers that fill
// returns.
func (kc *Case) Fill(s Shape, fill func() float32) [][]float32 {
	lengths := kc.Lengths(s)
	values := make([][]float32, len(lengths))
	for i, n := range lengths {
		values[i] = draw(n, fill)
	}
	return values
}

func draw(n int, fill func() float32) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = fill()
	}
	return v
}

// Check runs the case on k, on numbers that fill returns, with every aliasing
// that is allowed. The error says where a slice differs from what the generic
// kernel leaves there.
func (kc *Case) Check(m *Memory, k *asm.Kernels, s Shape, fill func() float32) error {
	values := kc.Fill(s, fill)
	for _, same := range append([][2]int{{}}, kc.Alias...) {
		if err := kc.checkValues(m, k, s, values, same); err != nil {
			return err
		}
	}
	return nil
}

// checkValues makes slice same[0] the same one as same[1].
func (kc *Case) checkValues(m *Memory, k *asm.Kernels, s Shape, values [][]float32, same [2]int) error {
	want := make([][]float32, len(values))
	for i, v := range values {
		want[i] = append([]float32(nil), v...)
	}
	want[same[0]] = want[same[1]]
	kc.Run(asm.Available()[0], s, want)
	for _, back := range []bool{false, true} {
		got := m.place(values, back)
		got[same[0]] = got[same[1]]
		kc.Run(k, s, got)
		for i := range got {
			if j := FirstDifference(got[i], want[i]); j >= 0 {
				return fmt.Errorf("%v %s n=%d c=%d, slice %d of %d, same=%v back=%v: element %d is %x, want %x",
					k.ISA, kc.Name, s.N, s.C, i, len(got), same, back, j, got[i][j], want[i][j])
			}
		}
	}
	return nil
}

// FirstDifference returns the index of the first pair of different bits, -1 if
// there is none. All NaNs are one.
func FirstDifference(x, y []float32) int {
	for i, v := range x {
		if math.Float32bits(v) != math.Float32bits(y[i]) && (v == v || y[i] == y[i]) {
			return i
		}
	}
	return -1
}

// ordinary returns numbers of a few exponents, some of them equal to others.
func ordinary(r *rand.Rand) func() float32 {
	return func() float32 {
		if r.IntN(4) == 0 {
			return float32(r.IntN(5) - 2)
		}
		return float32(r.NormFloat64())
	}
}

// Hostile returns what is at the edges of float32.
func Hostile(r *rand.Rand) func() float32 {
	edges := []float32{
		0, float32(math.Copysign(0, -1)), 1, -1, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
		math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32,
		0x1p-126, 0x1.fffffcp-127, -0x1p-127, 0x1.000002p0, 0x1.fffffep-1, 0x1p24, 0x1p-24,
		88.5, 89, -87, -103.5, -104,
	}
	return func() float32 {
		if r.IntN(8) == 0 {
			return math.Float32frombits(r.Uint32())
		}
		return edges[r.IntN(len(edges))]
	}
}
