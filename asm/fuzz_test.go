package asm_test

import (
	"encoding/binary"
	"math"
	"testing"

	"sdrm/asm"
	"sdrm/asm/conform"
)

// Each target takes the numbers of a kernel's slices from bytes, so that any
// bit pattern can stand in any place. Its shapes go up to one that enters the loops of
// every instruction set: rows of four vectors of AVX-512 and one of AVX2, with some
// floats left over, where nothing else is said.

func FuzzElementwise(f *testing.F) { fuzz(f, conform.Elementwise, conform.Shape{N: 255}) }
func FuzzReductions(f *testing.F)  { fuzz(f, conform.Reductions, conform.Shape{N: 255}) }
func FuzzRows(f *testing.F)        { fuzz(f, conform.Rows, conform.Shape{N: 7, C: 79}) }
func FuzzPool(f *testing.F)        { fuzz(f, conform.Pool, conform.Shape{N: 7, C: 79}) }

// FuzzPacking has rows of up to fifteen vectors of AVX-512 and one that takes some floats again.
func FuzzPacking(f *testing.F) { fuzz(f, conform.Packing, conform.Shape{N: 255, C: 64}) }

// FuzzProducts takes eight vectors of AVX-512 at once, one more, one of AVX2 and a rest.
func FuzzProducts(f *testing.F) { fuzz(f, conform.Products, conform.Shape{N: 7, C: 159}) }

// FuzzDepthwise takes four vectors of AVX-512 at once, twice, one more, one of AVX2 and a rest.
func FuzzDepthwise(f *testing.F) { fuzz(f, conform.Depthwise, conform.Shape{N: 7, C: 159}) }

// FuzzWinograd has more input channels than a product takes at a time, two lines of
// output channels and a rest. Larger filters would not fit a conform.Memory.
func FuzzWinograd(f *testing.F) { fuzz(f, conform.Winograd, conform.Shape{N: 37, C: 47}) }

// seeds are bit patterns: ordinary numbers, signed zeros, NaN and infinities,
// numbers next to a rounding border, subnormal numbers, NaN beside numbers and zeros
// of both signs.
var seeds = [][]byte{
	{},
	{0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x80},
	{0, 0, 0xc0, 0x7f, 0, 0, 0x80, 0x7f, 0, 0, 0x80, 0xff, 1, 0, 0, 0},
	{1, 8, 0x80, 0x3f, 0, 8, 0x80, 0x3f, 0xff, 0xff, 0x7f, 0, 0, 0, 0x80, 0x0d},
	{0xff, 0xff, 0x7f, 0x7f, 0xff, 0xff, 0x7f, 0xff, 0, 0, 0xb2, 0x42, 0, 0, 0xd0, 0xc2},
	{0, 0, 0xc0, 0x7f, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x80, 0xff},
}

// numbers returns the float32 that the bytes hold, over and over; 0 if none.
func numbers(data []byte) func() float32 {
	i := 0
	return func() float32 {
		if len(data) < 4 {
			return 0
		}
		if i+4 > len(data) {
			i = 0
		}
		i += 4
		return math.Float32frombits(binary.LittleEndian.Uint32(data[i-4:]))
	}
}

// fuzz takes shapes up to the largest, at which every kernel begins with all seeds.
func fuzz(f *testing.F, cases []conform.Case, largest conform.Shape) {
	for kernel := range cases {
		for i, data := range seeds {
			f.Add(uint8(kernel), uint8(5*i+7*kernel), uint8(17*i+kernel), data)
			f.Add(uint8(kernel), uint8(largest.N), uint8(largest.C-1), data)
		}
	}
	f.Fuzz(func(t *testing.T, kernel, n, c uint8, data []byte) {
		kc := cases[int(kernel)%len(cases)]
		s := conform.Shape{N: int(n) % (largest.N + 1)}
		if largest.C > 0 {
			s.C = int(c)%largest.C + 1
		}
		m := newMemory(t)
		for _, k := range asm.Available()[1:] {
			if err := kc.Check(m, k, s, numbers(data)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func FuzzGemm(f *testing.F) {
	for i, data := range seeds {
		f.Add(uint8(5*i), uint8(i), i%2 == 0, i%3 == 0, data)
		f.Add(uint8(i), uint8(0x55*i), i%2 == 1, i%3 == 0, data)
	}
	f.Fuzz(func(t *testing.T, kc, pad uint8, packed, accumulate bool, data []byte) {
		m := newMemory(t)
		l := conform.Layout{
			KC: int(kc) % 64, PadA: int(pad) % 4, PadB: int(pad) / 4 % 4, PadC: int(pad) / 16 % 4, GapA: int(pad) / 64, Packed: packed,
		}
		for _, k := range asm.Available() {
			if err := conform.CheckGemm(m, k, l, accumulate, numbers(data)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzFMA compares the definition of fma with exact arithmetic.
func FuzzFMA(f *testing.F) {
	const x = 0x3f800800 // 1.001 in base 16: the square is on the border between two float32
	f.Add(uint32(x), uint32(x), uint32(0x0d800000))
	f.Add(uint32(x), uint32(x), uint32(0x8d800000))
	f.Add(uint32(x), uint32(x|1<<31), uint32(0))
	f.Add(uint32(0x1a000000), uint32(0x1a000000), uint32(1))
	f.Add(uint32(0x7f7fffff), uint32(0x40000000), uint32(0xff7fffff))
	f.Fuzz(func(t *testing.T, a, b, c uint32) {
		x, y, z := math.Float32frombits(a), math.Float32frombits(b), math.Float32frombits(c)
		if s := float64(x)*float64(y) + float64(z); math.IsInf(s, 0) || math.IsNaN(s) {
			return // big.Float has no such numbers
		}
		want := bigFMA(x, y, z)
		if got := asm.FMA(x, y, z); got != want { // of zeros the sign is not compared, math/big has its own
			t.Errorf("FMA(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
	})
}
