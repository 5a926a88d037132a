package autograd

import (
	"sdrm/internal/rng"
	"sdrm/tensor"
)

// Dropout sets each element to 0 with probability p and multiplies the others
// by 1/(1−p), in training; else it is x itself. With a mask m of zeros
// and ones,
//
//	y = x·m/(1−p),  dx = dy·m/(1−p)
//
// The mask is drawn from (seed, rng.Dropout, t.Step, layer), so a step that is
// run again drops the same elements.
//
// It is for the fully connected layers of AlexNet and VGG as their papers have them, and
// for the blocks of Wide-ResNet (Zagoruyko and Komodakis, BMVC 2016). No registered model
// uses it: our VGG, the form for 32×32 images, has one such layer, without it.
func Dropout(t *Tape, x *Var, p float32, seed uint64, layer int) *Var {
	if t.Mode != Training {
		return x
	}
	draw := rng.New(seed, rng.Dropout, t.Step, layer)
	return elementwise(t, x, dropout{p, draw.Uint64()})
}

type dropout struct {
	p    float32
	seed uint64
}

func (f dropout) forward(y, x *tensor.Tensor) { tensor.Dropout(y, x, f.p, f.seed) }

func (f dropout) backward(dx, dy, _, _ *tensor.Tensor) { tensor.Dropout(dx, dy, f.p, f.seed) }

func (dropout) reads() reading { return reading{} }
