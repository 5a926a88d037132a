package autograd

import "sdrm/tensor"

// Normalise is y = (x - mean[c]) / deviation[c] for each channel c, of constants;
// dx = dy / deviation[c].
func Normalise(t *Tape, x *Var, mean, deviation []float32) *Var {
	return elementwise(t, x, normalise{mean, deviation})
}

type normalise struct{ mean, deviation []float32 }

func (n normalise) forward(y, x *tensor.Tensor) { tensor.Normalise(y, x, n.mean, n.deviation) }

func (n normalise) backward(dx, dy, _, _ *tensor.Tensor) {
	tensor.NormaliseGrad(dx, dy, n.deviation)
}

func (normalise) reads() reading { return reading{} }
