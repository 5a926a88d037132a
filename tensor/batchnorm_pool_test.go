package tensor_test

import (
	"math"
	"testing"

	"sdrm/asm/conform"
	"sdrm/tensor"
)

// The maps are cut into chunks of whole windows, but for the last three.
func TestPooledBatchNormHasTheBitsOfItsParts(t *testing.T) {
	halve := tensor.PoolGeometry{Kernel: 2, Stride: 2}
	for _, shape := range []tensor.Shape{
		{3, 32, 32, 17}, {5, 16, 16, 64}, {3, 6, 8, 3}, {9, 2, 2, 33}, {3, 24, 24, 18}, {2, 17, 16, 5}, {7, 9, 5, 3},
	} {
		t.Run(shape.String(), func(t *testing.T) {
			c := shape.C()
			channels := tensor.Shape{1, 1, 1, c}
			x, gamma, beta := random(1, shape), random(2, channels), random(3, channels)
			dy := random(4, halve.Out(shape))
			eachSetup(t, func(t *testing.T) {
				one, d := newNorm(gamma, beta, tensor.NormReLUPool), grads(tensor.New(shape), c)
				y := tensor.New(dy.Shape)
				tensor.BatchNormTraining(y, x, one)
				tensor.BatchNormGrad(d, dy, y, x, one)

				parts, want := newNorm(gamma, beta, tensor.NormReLU), grads(tensor.New(shape), c)
				z, wantY, dz := tensor.New(shape), tensor.New(dy.Shape), tensor.New(shape)
				tensor.BatchNormTraining(z, x, parts)
				tensor.MaxPool(wantY, z, halve)
				tensor.MaxPoolGrad(dz, dy, wantY, z, halve)
				tensor.BatchNormGrad(want, dz, nil, x, parts)

				equal(t, "result", y, wantY)
				equal(t, "input gradient", d.X, want.X)
				equal(t, "gamma's gradient", d.Gamma, want.Gamma)
				equal(t, "beta's gradient", d.Beta, want.Beta)
				equal(t, "running variance", one.Running.Var, parts.Running.Var)

				tensor.Copy(d.X, x)
				tensor.BatchNormGrad(d, dy, wantY, d.X, one)
				equal(t, "input gradient over the input", d.X, want.X)

				tensor.BatchNormInference(y, x, one)
				tensor.BatchNormInference(z, x, parts)
				tensor.MaxPool(wantY, z, halve)
				equal(t, "inference", y, wantY)
			})
		})
	}
}

// NaNs in some channels go through every epilogue that pools as through its parts.
// The maps of the first two are cut into chunks of whole windows.
func TestPooledBatchNormHandsNaNOn(t *testing.T) {
	halve := tensor.PoolGeometry{Kernel: 2, Stride: 2}
	for _, shape := range []tensor.Shape{{3, 8, 8, 20}, {5, 16, 16, 3}, {2, 6, 6, 31}, {1, 7, 5, 8}} {
		t.Run(shape.String(), func(t *testing.T) {
			c := shape.C()
			channels, out := tensor.Shape{1, 1, 1, c}, halve.Out(shape)
			x, gamma, beta, dy := random(1, shape), random(2, channels), random(3, channels), random(4, out)
			for i := 0; i < len(x.Data); i += 7 {
				if i%c%3 != 1 {
					x.Data[i] = float32(math.NaN())
				}
			}
			weights := random(5, tensor.Shape{1, 1, c, c})
			conv := tensor.Conv{Weights: weights, Geometry: tensor.ConvGeometry{Kernel: 1, Stride: 1}}
			eachSetup(t, func(t *testing.T) {
				one, parts := newNorm(gamma, beta, tensor.NormReLUPool), newNorm(gamma, beta, tensor.NormReLU)
				y, z, wantY := tensor.New(out), tensor.New(shape), tensor.New(out)
				tensor.BatchNormInference(y, x, one)
				tensor.BatchNormInference(z, x, parts)
				tensor.MaxPool(wantY, z, halve)
				handedOn(t, "inference", y, wantY)

				unnormalised := tensor.New(shape)
				tensor.Conv2D(unnormalised, x, conv)
				tensor.BatchNormInference(z, unnormalised, parts)
				tensor.MaxPool(wantY, z, halve)
				tensor.Conv2DNormInference(y, x, conv, one)
				handedOn(t, "inference of a convolution", y, wantY)

				d, want, dz := grads(tensor.New(shape), c), grads(tensor.New(shape), c), tensor.New(shape)
				tensor.BatchNormTraining(y, x, one)
				tensor.BatchNormGrad(d, dy, y, x, one)
				tensor.BatchNormTraining(z, x, parts)
				tensor.MaxPool(wantY, z, halve)
				tensor.MaxPoolGrad(dz, dy, wantY, z, halve)
				tensor.BatchNormGrad(want, dz, nil, x, parts)
				handedOn(t, "training", y, wantY)
				handedOn(t, "input gradient", d.X, want.X)
				handedOn(t, "gamma's gradient", d.Gamma, want.Gamma)
			})
		})
	}
}

// handedOn wants the bits of want, some of them NaN.
func handedOn(t *testing.T, what string, got, want *tensor.Tensor) {
	t.Helper()
	equal(t, what, got, want)
	nans := 0
	for _, v := range want.Data {
		if v != v {
			nans++
		}
	}
	if nans == 0 {
		t.Errorf("%s: no element of %d is NaN", what, len(want.Data))
	}
}

// equal wants the shape of want and its bits; all NaNs are one.
func equal(t *testing.T, what string, got, want *tensor.Tensor) {
	t.Helper()
	if got.Shape != want.Shape {
		t.Fatalf("%s: shape %v, want %v", what, got.Shape, want.Shape)
	}
	if i := conform.FirstDifference(got.Data, want.Data); i >= 0 {
		t.Fatalf("%s: element %d is %v, want %v", what, i, got.Data[i], want.Data[i])
	}
}
