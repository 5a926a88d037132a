package tensor_test

import (
	"math"
	"testing"

	"sdrm/tensor"
)

// The maps have whole chunks of rows, a part of one, and more than one.
func TestAddedBatchNormHasTheBitsOfItsParts(t *testing.T) {
	for _, shape := range []tensor.Shape{{3, 16, 16, 17}, {5, 8, 8, 64}, {7, 9, 5, 3}, {2, 1, 1, 33}} {
		t.Run(shape.String(), func(t *testing.T) {
			c := shape.C()
			channels := tensor.Shape{1, 1, 1, c}
			x, plus, gamma, beta, dy := random(1, shape), random(2, shape), random(3, channels), random(4, channels), random(5, shape)
			plus.Data[len(plus.Data)/2] = float32(math.NaN())
			eachSetup(t, func(t *testing.T) {
				one, parts := newNorm(gamma, beta, tensor.NormAddReLU), newNorm(gamma, beta, tensor.NormOnly)
				one.Plus = plus
				y, wantY := tensor.New(shape), tensor.New(shape)
				tensor.BatchNormTraining(y, x, one)
				tensor.BatchNormTraining(wantY, x, parts)
				tensor.Add(wantY, wantY, plus)
				tensor.ReLU(wantY, wantY)
				handedOn(t, "result", y, wantY)

				d, want, wantSum := grads(tensor.New(shape), c), grads(tensor.New(shape), c), tensor.New(shape)
				tensor.ReLUGrad(wantSum, dy, wantY)
				tensor.BatchNormGrad(want, wantSum, nil, x, parts)
				for what, sum := range map[string]*tensor.Tensor{"": tensor.New(shape), ", in place": copyOf(dy)} {
					given := dy
					if what != "" {
						given = sum
					}
					d.Sum, one.Plus = sum, nil
					tensor.BatchNormGrad(d, given, y, x, one)
					equal(t, "gradient of the sum"+what, d.Sum, wantSum)
					equal(t, "input gradient"+what, d.X, want.X)
					equal(t, "gamma's gradient"+what, d.Gamma, want.Gamma)
					equal(t, "beta's gradient"+what, d.Beta, want.Beta)
				}

				d.Sum, d.X = copyOf(dy), copyOf(x)
				tensor.BatchNormGrad(d, d.Sum, y, d.X, one)
				equal(t, "input gradient over the input", d.X, want.X)
			})
		})
	}
}

func copyOf(x *tensor.Tensor) *tensor.Tensor {
	y := tensor.New(x.Shape)
	tensor.Copy(y, x)
	return y
}
