package autograd

import "sdrm/tensor"

// Sum is Σ x over all elements, a single number; dx = dy everywhere.
func Sum(t *Tape, x *Var) *Var { return reduction(t, x, tensor.Shape{1, 1, 1, 1}, sum{}) }

type sum struct{}

func (sum) forward(y, x *tensor.Tensor) { y.Data[0] = tensor.Sum(x) }

func (sum) backward(dx, dy, _, _ *tensor.Tensor) {
	for i := range dx.Data {
		dx.Data[i] = dy.Data[0]
	}
}

func (sum) reads() reading { return reading{} }
