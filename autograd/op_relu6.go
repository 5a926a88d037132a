package autograd

import "sdrm/tensor"

// ReLU6 is y = min(max(x, 0), 6); dx = dy where 0 < y < 6 or NaN, else 0 (Sandler et
// al., CVPR 2018, section 4: made for arithmetic of low precision). It is for
// MobileNetV2 as the paper and torchvision have it. No registered model uses it: ours is
// pytorch-cifar's, with ReLU.
func ReLU6(t *Tape, x *Var) *Var { return elementwise(t, x, relu6{}) }

type relu6 struct{}

func (relu6) forward(y, x *tensor.Tensor) { tensor.ReLU6(y, x) }

func (relu6) backward(dx, dy, y, _ *tensor.Tensor) { tensor.ReLU6Grad(dx, dy, y) }

func (relu6) reads() reading { return reading{y: true} }
