package autograd

import "sdrm/tensor"

// GlobalAvgPool is the mean over all pixels of a sample, {N,1,1,C}:
//
//	y[n,c] = 1/(H·W) Σ_{i,j} x[n,i,j,c],  dx[n,i,j,c] = dy[n,c]/(H·W)
func GlobalAvgPool(t *Tape, x *Var) *Var {
	s := x.Value.Shape
	return reduction(t, x, tensor.Shape{s.N(), 1, 1, s.C()}, globalAvgPool{})
}

type globalAvgPool struct{}

func (globalAvgPool) forward(y, x *tensor.Tensor) { tensor.GlobalAvgPool(y, x) }

func (globalAvgPool) backward(dx, dy, _, _ *tensor.Tensor) { tensor.GlobalAvgPoolGrad(dx, dy) }

func (globalAvgPool) reads() reading { return reading{} }
