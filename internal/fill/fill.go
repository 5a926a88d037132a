// Package fill fills arrays with numbers for tests.
package fill

import "sdrm/internal/rng"

// Uniform fills dst with uniform numbers in [-1, 1) drawn from seed.
func Uniform(dst []float32, seed uint64) {
	draw := rng.New(seed, rng.Init, 0, 0)
	for i := range dst {
		dst[i] = 2*draw.Float32() - 1
	}
}

// Hashed fills dst with numbers in [0, 1), as hashed of the testdata/*.py that
// PyTorch's results come from does.
func Hashed(dst []float32, seed uint32) {
	for i := range dst {
		x := uint32(i) + seed<<20
		x ^= x >> 16
		x *= 0x7feb352d
		x ^= x >> 15
		x *= 0x846ca68b
		x ^= x >> 16
		dst[i] = float32(x>>8) * 0x1p-24
	}
}
