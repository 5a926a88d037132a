package tensor_test

import (
	"fmt"
	"testing"

	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// Both gradients of a convolution with a normalisation behind it, in one loop, have the
// bits of the ops one after the other.
func TestGradientsInOneLoopHaveTheBitsOfTheirParts(t *testing.T) {
	for _, c := range []convCase{
		{9, 16, 16, 24, 40, tensor.ConvGeometry{Kernel: 1, Stride: 1}, tensor.Pointwise},
		{3, 32, 32, 3, 17, tensor.ConvGeometry{Kernel: 1, Stride: 1}, tensor.Pointwise},
		{9, 16, 16, 21, 21, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: 21}, tensor.Depthwise},
		{9, 32, 32, 9, 9, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1, Groups: 9}, tensor.Depthwise},
		{3, 32, 32, 5, 5, tensor.ConvGeometry{Kernel: 5, Stride: 1, Pad: 2, Groups: 5}, tensor.Depthwise},
		{41, 16, 16, 4, 4, tensor.ConvGeometry{Kernel: 3, Stride: 3, Groups: 4}, tensor.Depthwise},
		{5, 32, 16, 8, 8, tensor.ConvGeometry{Kernel: 2, Stride: 1, Pad: 1, Groups: 8}, tensor.Depthwise},
	} {
		t.Run(c.String(), func(t *testing.T) {
			x, p, _ := c.tensors()
			p.Bias = nil
			z := tensor.New(c.g.Out(x.Shape, c.cout))
			tensor.Conv2D(z, x, p)
			in, out := tensor.Shape{1, 1, 1, c.cin}, tensor.Shape{1, 1, 1, c.cout}
			before := newNorm(random(5, in), random(6, in), tensor.NormReLUConv)
			tensor.BatchNormTraining(nil, x, before)
			wide := random(12, tensor.Shape{c.n, c.h, c.w, c.cin + 3})
			tensor.PutChannels(wide, x, 2)
			part := wide.Channels(2, c.cin)
			fused := 0
			for _, of := range []struct {
				then   tensor.AfterNorm
				before bool
				x      *tensor.Tensor
			}{{tensor.NormOnly, false, x}, {tensor.NormReLU, true, x}, {tensor.NormReLUConv, true, &part}} {
				if of.x != x && c.want != tensor.Pointwise {
					of.x = x
				}
				b := newNorm(random(7, out), random(8, out), of.then)
				y, dy := tensor.New(z.Shape), random(9, z.Shape)
				tensor.BatchNormTraining(y, z, b)
				d := like(unbiased(p))
				if of.before {
					d.Before = before.Stats
				}
				dz := grads(tensor.New(z.Shape), c.cout)
				tensor.BatchNormGrad(dz, dy, nil, z, b)
				tensor.Conv2DGradWeights(d, x, dz.X)
				dx, sums := tensor.New(x.Shape), tensor.New(tensor.NormSumsShape(x.Shape))
				tensor.Conv2DGradInputSums(dx, dz.X, p, tensor.NormSums{X: x, Stats: before.Stats, Sums: sums})
				eachSetup(t, func(t *testing.T) {
					if !tensor.FusesNormGrad(x.Shape, p, of.then) {
						if parallel.Workers() == 1 {
							t.Error("the gradients are not computed in one loop")
						}
						return
					}
					fused++
					got := tensor.ConvNormGrads{X: random(10, x.Shape), Norm: grads(nil, c.cout)}
					got.Conv = like(unbiased(p))
					got.Conv.Before = d.Before
					if of.before {
						got.Sums = tensor.NormSums{X: of.x, Stats: before.Stats, Sums: random(11, sums.Shape)}
					}
					tensor.Conv2DNormGrad(got, dy, z, of.x, p, b)
					what := fmt.Sprintf("then %d, before %v: ", of.then, of.before)
					equal(t, what+"input gradient", got.X, dx)
					equal(t, what+"weight gradient", got.Conv.Weights, d.Weights)
					equal(t, what+"gradient of gamma", got.Norm.Gamma, dz.Gamma)
					equal(t, what+"gradient of beta", got.Norm.Beta, dz.Beta)
					if of.before {
						equal(t, what+"sums", got.Sums.Sums, sums)
					}
				})
			}
			if fused == 0 {
				t.Error("never in one loop")
			}
		})
	}
}
