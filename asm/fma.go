package asm

import "math"

// fma32 returns x·y + z rounded once, as the fused instruction of every other
// instruction set does.
//
// The product of two float32 is exact in float64, so s below is off by one
// rounding to 53 bits. A second rounding, to float32, changes the result only if s
// is half-way between two float32, and there the low 28 bits of s are zero.
func fma32(x, y, z float32) float32 {
	p := float64(float64(x) * float64(y))
	s := p + float64(z)
	if math.Float64bits(s)<<36 != 0 {
		return float32(s)
	}
	return addOnBorder(p, s, z)
}

// FMA returns x·y + z rounded once, with the same bits on every machine: what
// the kernels' definitions mean by fma.
func FMA(x, y, z float32) float32 { return fma32(x, y, z) }

// addOnBorder returns p + z rounded once, where s is p + z rounded to float64.
// It rounds the sum to odd before it rounds to float32, which cannot go wrong
// with 53 ≥ 24+2 bits (Boldo and Melquiond, "Emulation of FMA and correctly
// rounded sums: proved algorithms using rounding to odd", 2008). The error of
// the sum is exact (Knuth's TwoSum); it is NaN if the sum is not finite, and
// the sum then stays as it is.
func addOnBorder(p, s float64, z float32) float32 {
	c := float64(z)
	b := s - p
	e := (p - (s - b)) + (c - b)
	bits := math.Float64bits(s)
	if bits&1 == 0 {
		switch away := s > 0; {
		case e > 0 && away, e < 0 && !away:
			bits++
		case e > 0, e < 0:
			bits--
		}
	}
	return float32(math.Float64frombits(bits))
}
