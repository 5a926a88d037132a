package mmd

import "math/bits"

// total is a sum of numbers in fixed point: 128 bits, the lowest worth 2⁻⁵².
// Integers add up to the same in any order.
type total struct{ hi, lo uint64 }

// add adds x, which must lie in [0, 1024).
func (t *total) add(x float64) { t.merge(total{lo: uint64(float64(x * 0x1p52))}) }

func (t *total) merge(o total) {
	var carry uint64
	t.lo, carry = bits.Add64(t.lo, o.lo, 0)
	t.hi, _ = bits.Add64(t.hi, o.hi, carry)
}

// float returns the sum.
func (t total) float() float64 {
	return float64((float64(float64(t.hi)*0x1p64) + float64(t.lo)) * 0x1p-52)
}

// totals holds sums over pairs of different samples, each pair counted once:
// within the first set, within the second, and across.
type totals struct{ first, second, across total }

func (t *totals) merge(o totals) {
	t.first.merge(o.first)
	t.second.merge(o.second)
	t.across.merge(o.across)
}
