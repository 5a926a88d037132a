package autograd

import "sdrm/tensor"

// Sigmoid is y = 1/(1 + e^−x); dx = dy·y·(1−y).
func Sigmoid(t *Tape, x *Var) *Var { return elementwise(t, x, sigmoid{}) }

type sigmoid struct{}

func (sigmoid) forward(y, x *tensor.Tensor) { tensor.Sigmoid(y, x) }

func (sigmoid) backward(dx, dy, y, _ *tensor.Tensor) { tensor.SigmoidGrad(dx, dy, y) }

func (sigmoid) reads() reading { return reading{y: true} }
