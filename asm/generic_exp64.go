package asm

import "sdrm/internal/fmath"

// exp64Generic is fmath.Exp.
func exp64Generic(dst, x []float64) {
	checkExp64(dst, x)
	for i, v := range x {
		dst[i] = fmath.Exp(v)
	}
}
