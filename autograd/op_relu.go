package autograd

import "sdrm/tensor"

// ReLU is y = max(x, 0); dx = dy where y > 0 or NaN, else 0.
func ReLU(t *Tape, x *Var) *Var { return elementwise(t, x, relu{}) }

type relu struct{}

func (relu) forward(y, x *tensor.Tensor) { tensor.ReLU(y, x) }

func (relu) backward(dx, dy, y, _ *tensor.Tensor) { tensor.ReLUGrad(dx, dy, y) }

func (relu) reads() reading { return reading{y: true} }
