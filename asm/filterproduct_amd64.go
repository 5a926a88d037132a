//go:build !purego

package asm

// filterProductAsm is FilterProduct for a line of channels and kc from 1 to
// filterDepth; ahead is how far after w the taps begin that will be read next. It, tap
// and next are in bytes.
type filterProductAsm func(m *float32, mPoint int, v *float32, vPoint int, w *float32, tap, next, kc, ahead int, accumulate bool)

// filterDepth is how many input channels are taken at a time: the taps of a line of
// their output channels are copied next to one another and stay in the L1 cache. The
// kernels have room for so many: FP_BLOCK, and their frames.
const filterDepth = 32

//go:noinline
func filterProduct(r int, kernel filterProductAsm, rest FilterProduct) FilterProduct {
	return func(m []float32, mPoint int, v []float32, vPoint int, w []float32, tap, next, kc, c int, accumulate bool) {
		checkFilterProduct(r, m, mPoint, v, vPoint, w, tap, next, kc, c)
		whole := c &^ (cacheLine - 1)
		if kc == 0 {
			whole = 0
		}
		for k0 := 0; k0 < kc; k0 += filterDepth {
			for ch := 0; ch < whole; ch += cacheLine {
				ahead := cacheLine // the next line of taps, or the first of the next channels
				if ch+cacheLine == whole {
					ahead = filterDepth*next - ch
				}
				kernel(&m[ch], mPoint, &v[k0], vPoint, &w[k0*next+ch], 4*tap, 4*next, min(filterDepth, kc-k0), 4*ahead, accumulate || k0 > 0)
			}
		}
		if whole < c {
			rest(m[whole:], mPoint, v, vPoint, w[whole:], tap, next, kc, c-whole, accumulate)
		}
	}
}
