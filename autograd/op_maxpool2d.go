package autograd

import "sdrm/tensor"

// MaxPool2D is the largest element of every window, NaN of a window that has one; its
// gradient goes to the first element of the window, row by row, that has that value, to
// the last that is NaN where that is the result.
func MaxPool2D(t *Tape, x *Var, g tensor.PoolGeometry) *Var {
	return reduction(t, x, g.Out(x.Value.Shape), maxPool2D{g})
}

type maxPool2D struct{ g tensor.PoolGeometry }

func (f maxPool2D) forward(y, x *tensor.Tensor) { tensor.MaxPool(y, x, f.g) }

func (f maxPool2D) backward(dx, dy, y, x *tensor.Tensor) { tensor.MaxPoolGrad(dx, dy, y, x, f.g) }

func (maxPool2D) reads() reading { return reading{y: true, x: true} }
