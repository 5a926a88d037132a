package fmath

import (
	"math"
	"math/bits"
)

// Sin returns the sine of x radians, for any finite x; it is NaN for ±Inf and
// NaN.
func Sin(x float64) float64 {
	if x == 0 {
		return x // keeps the sign of zero
	}
	return turnedSin(x, 0)
}

// Cos returns the cosine of x radians, for any finite x; it is NaN for ±Inf and
// NaN.
func Cos(x float64) float64 { return turnedSin(x, 1) }

// turnedSin returns the sine of x and some quarter turns.
func turnedSin(x float64, quarters int) float64 {
	quadrant, r, c, ok := reduce(x)
	if !ok {
		return math.NaN()
	}
	switch (quadrant + quarters) % 4 {
	case 0:
		return sin(r, c)
	case 1:
		return cos(r, c)
	case 2:
		return -sin(r, c)
	}
	return -cos(r, c)
}

// sin returns the sine of r+c, |r| ≤ π/4, where c is below an ULP of r:
// the Taylor series to r^17, whose next term is below 0.001 ULP.
func sin(r, c float64) float64 {
	z := float64(r * r)
	p := 1.0 / 355687428096000 // 1/17!
	p = float64(p*z) - 1.0/1307674368000
	p = float64(p*z) + 1.0/6227020800
	p = float64(p*z) - 1.0/39916800
	p = float64(p*z) + 1.0/362880
	p = float64(p*z) - 1.0/5040
	p = float64(p*z) + 1.0/120
	p = float64(p*z) - 1.0/6
	return r + (float64(float64(r*z)*p) + float64(c*(1-float64(0.5*z))))
}

// cos returns the cosine of r+c, |r| ≤ π/4, where c is below an ULP of r:
// the Taylor series to r^16, whose next term is below 0.03 ULP.
func cos(r, c float64) float64 {
	z := float64(r * r)
	p := 1.0 / 20922789888000 // 1/16!
	p = float64(p*z) - 1.0/87178291200
	p = float64(p*z) + 1.0/479001600
	p = float64(p*z) - 1.0/3628800
	p = float64(p*z) + 1.0/40320
	p = float64(p*z) - 1.0/720
	p = float64(p*z) + 1.0/24
	half := float64(0.5 * z)
	w := 1 - half
	return w + (((1 - w) - half) + (float64(float64(z*z)*p) - float64(r*c)))
}

// reduce returns x as quadrant·π/2 + r + c modulo 2π, with |r| ≤ π/4 and c what
// rounding r lost; ok is false if x is not finite.
//
// It is the reduction of Payne and Hanek (SIGNUM Newsletter 18, 1983) in
// integers: of the product of x and 2/π only the bits that matter modulo 4 are
// formed, so a huge x is as good as a small one.
func reduce(x float64) (quadrant int, r, c float64, ok bool) {
	if math.Abs(x) <= math.Pi/4 {
		return 0, x, 0, true
	}
	b := math.Float64bits(x)
	exponent := int(b >> 52 & 0x7ff)
	if exponent == 0x7ff {
		return 0, 0, 0, false
	}
	// |x| = m·2^(exponent-1075). The window of 192 bits of 2/π starts where a
	// bit times the last bit of m is worth 2; in twoOverPi 64 zeros stand before
	// the point, because for |x| < 2^54 that place is before it.
	m := b&(1<<52-1) | 1<<52
	start := exponent - 1075 + 62
	word, shift := start/64, uint(start%64)
	w2 := window(word, shift)
	w1 := window(word+1, shift)
	w0 := window(word+2, shift)

	// p2:p1:p0 = m·window modulo 2^192 is x·2/π modulo 4 in units of 2^-190.
	h0, p0 := bits.Mul64(m, w0)
	h1, l1 := bits.Mul64(m, w1)
	p1, carry := bits.Add64(l1, h0, 0)
	p2 := m*w2 + h1 + carry

	// The two top bits are the quadrant, what is left is its fraction in
	// units of 2^-192. A fraction above ½ belongs to the next quadrant.
	quadrant = int(p2 >> 62)
	p2, p1, p0 = p2<<2|p1>>62, p1<<2|p0>>62, p0<<2
	negative := p2>>63 != 0
	if negative {
		quadrant++
		_, borrow := bits.Sub64(0, p0, 0)
		p1, borrow = bits.Sub64(0, p1, borrow)
		p2, _ = bits.Sub64(0, p2, borrow)
	}
	// No float64 is so near a multiple of π/2 that all of p2 cancels.
	lead := bits.LeadingZeros64(p2)
	f := p2<<lead | p1>>(64-lead)

	// r = f·π/2 to 63 bits, split into 53 and the rest.
	const halfPi = 0xc90fdaa22168c234 // π/2 in units of 2^-63
	product, _ := bits.Mul64(f, halfPi)
	const low = 1<<11 - 1
	unit := power(-63 - lead)
	r = float64(float64(product&^low) * unit)
	c = float64(float64(product&low) * unit)
	if negative {
		r, c = -r, -c
	}
	if b>>63 != 0 {
		quadrant, r, c = -quadrant, -r, -c
	}
	return quadrant & 3, r, c, true
}

// window returns 64 bits of twoOverPi, from the given bit of the given word.
func window(word int, shift uint) uint64 {
	return twoOverPi[word]<<shift | twoOverPi[word+1]>>(64-shift)
}

// twoOverPi is 64 zero bits and then the binary digits of 2/π after the point,
// enough for the largest float64.
var twoOverPi = [...]uint64{
	0,
	0xa2f9836e4e441529,
	0xfc2757d1f534ddc0,
	0xdb6295993c439041,
	0xfe5163abdebbc561,
	0xb7246e3a424dd2e0,
	0x06492eea09d1921c,
	0xfe1deb1cb129a73e,
	0xe88235f52ebb4484,
	0xe99c7026b45f7e41,
	0x3991d639835339f4,
	0x9c845f8bbdf9283b,
	0x1ff897ffde05980f,
	0xef2f118b5a0a6d1f,
	0x6d367ecf27cb09b7,
	0x4f463f669e5fea2d,
	0x7527bac7ebe5f17b,
	0x3d0739f78a5292ea,
	0x6bfb5fb11f8d5d08,
	0x56033046fc7b6bab,
}
