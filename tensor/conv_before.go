package tensor

import (
	"fmt"

	"sdrm/asm"
)

// A batch normalisation with a ReLU before a convolution: the convolution normalises
// what it reads of the map where it reads it, so that the normalised map is neither
// stored nor read again. The bits are those of the ops one after the other.

// before tells whether there is one.
func (c *Conv) before() bool { return c.Before.Scale != nil }

// checkBefore panics unless the normalisation is one of a map of shape x.
func (c *Conv) checkBefore(fn string, x Shape) {
	if n := len(c.Before.Scale); c.before() && n != x.C() {
		panic(fmt.Sprintf("tensor: %s: stats have %d elements, want %d, one a channel", fn, n, x.C()))
	}
}

// load copies whole pixels of the input to dst, normalised.
func (s *NormStats) load(k *asm.Kernels, dst, x []float32) {
	if s.Scale == nil {
		copy(dst, x)
		return
	}
	k.ScaleShiftReLU(dst, x, s.Scale, s.Shift)
}

// readable returns x for an algorithm: as it is, or normalised in temporary memory
// to give back, if there is a normalisation before that the algorithm does not do.
// Then c is no longer one that has it.
func (c *Conv) readable(algorithm convAlgorithm, x *Tensor, out Shape) (read, scratch *Tensor) {
	if !c.before() || algorithm.normalises(x, out) {
		return x, nil
	}
	scratch = Scratch.Get(x.Shape)
	BatchNorm{Then: NormReLU, Stats: c.Before}.apply(scratch, x)
	c.Before = NormStats{}
	return scratch, scratch
}
