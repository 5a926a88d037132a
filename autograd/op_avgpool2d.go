package autograd

import "sdrm/tensor"

// AvgPool2D is the mean of every window; its gradient is spread evenly over the
// window.
func AvgPool2D(t *Tape, x *Var, g tensor.PoolGeometry) *Var {
	return reduction(t, x, g.Out(x.Value.Shape), avgPool2D{g})
}

type avgPool2D struct{ g tensor.PoolGeometry }

func (f avgPool2D) forward(y, x *tensor.Tensor) { tensor.AvgPool(y, x, f.g) }

func (f avgPool2D) backward(dx, dy, _, _ *tensor.Tensor) { tensor.AvgPoolGrad(dx, dy, f.g) }

func (avgPool2D) reads() reading { return reading{} }
