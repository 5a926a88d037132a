//go:build !purego

package asm

import "sdrm/internal/parallel"

// twoStepProduct makes FilterProduct of a table's Filter and GemmRows, where there is
// no kernel that does both at once.
func twoStepProduct(r int, filter transformAsm, width int, rest Winograd, rows gemmRowsAsm) FilterProduct {
	transform := transform(width, 3, r, filter, rest.Filter)
	multiply := gemmRows(width, rows, gemmRowsGeneric)
	var free parallel.Spare[[36 * transformedDepth * cacheLine]float32] // transformed filters
	return func(m []float32, mPoint int, v []float32, vPoint int, w []float32, tap, next, kc, c int, accumulate bool) {
		checkFilterProduct(r, m, mPoint, v, vPoint, w, tap, next, kc, c)
		if kc == 0 {
			rest.FilterProduct(m, mPoint, v, vPoint, w, tap, next, kc, c, accumulate)
			return
		}
		const point = transformedDepth * cacheLine
		u := free.Get()
		for k0 := 0; k0 < kc; k0 += transformedDepth {
			k := min(transformedDepth, kc-k0)
			for ch := 0; ch < c; ch += cacheLine {
				n := min(cacheLine, c-ch)
				for i := range k {
					transform(u[i*cacheLine:], r*point, point, w[(k0+i)*next+ch:], 3*tap, tap, n)
				}
				multiply(r*r, k, n, v[k0:], vPoint, u[:], point, cacheLine, m[ch:], mPoint, accumulate || k0 > 0)
			}
		}
		free.Put(u)
	}
}

// transformedDepth is how many input channels' filters are transformed at a time.
const transformedDepth = 16
