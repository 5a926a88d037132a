package tensor_test

import (
	"testing"

	"sdrm/tensor"
)

// A convolution that normalises what it reads, and a gradient that gathers sums, have
// the bits of the ops one after the other.
func TestConvolutionsAfterANormalisationHaveTheBitsOfTheirParts(t *testing.T) {
	for _, c := range []convCase{ // of every algorithm, and of chunks of rows in every way
		{1, 32, 32, 16, 17, same, tensor.Winograd4},
		{7, 8, 8, 20, 16, same, tensor.Winograd4},
		{3, 5, 7, 16, 16, same, tensor.Winograd4},
		{150, 2, 2, 18, 16, same, tensor.Winograd2},
		{64, 1, 1, 16, 16, same, tensor.Dense},
		{5, 15, 16, 5, 18, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}, tensor.Im2col},
		{2, 24, 24, 3, 18, same, tensor.Im2col},
		{2, 16, 16, 16, 33, tensor.ConvGeometry{Kernel: 1, Stride: 1}, tensor.Pointwise},
		{2, 3, 5, 7, 33, tensor.ConvGeometry{Kernel: 1, Stride: 1}, tensor.Pointwise},
		{3, 16, 16, 20, 20, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: 20}, tensor.Depthwise},
		{3, 9, 7, 20, 20, tensor.ConvGeometry{Kernel: 5, Stride: 2, Pad: 2, Groups: 20}, tensor.Depthwise},
		{2, 6, 5, 12, 18, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1, Groups: 3}, tensor.Grouped},
	} {
		x, p, dy := c.tensors()
		t.Run(c.String(), func(t *testing.T) {
			if got := c.g.Algorithm(tensor.ConvForward, x.Shape, c.cout); got != c.want {
				t.Fatalf("algorithm %v, want %v", got, c.want)
			}
			channels := tensor.Shape{1, 1, 1, c.cin}
			norm := newNorm(random(5, channels), random(6, channels), tensor.NormReLUConv)
			tensor.BatchNormTraining(nil, x, norm)
			read := random(7, x.Shape)
			tensor.BatchNormAgain(read, x, norm)
			direct := newNorm(norm.Gamma, norm.Beta, tensor.NormReLU)
			normalised := random(8, x.Shape)
			tensor.BatchNormTraining(normalised, x, direct)
			equal(t, "normalised again", read, normalised)

			y := tensor.New(dy.Shape)
			tensor.Conv2D(y, read, p)
			d, dx := like(p), tensor.New(x.Shape)
			tensor.Conv2DGradWeights(d, read, dy)
			tensor.Conv2DGradInput(dx, dy, p)
			want := grads(tensor.New(x.Shape), c.cin)
			tensor.BatchNormGrad(want, dx, nil, x, norm)

			eachSetup(t, func(t *testing.T) {
				after := p
				after.Before = norm.Stats
				got := random(9, y.Shape)
				tensor.Conv2D(got, x, after)
				equal(t, "convolution", got, y)
				of := like(p)
				of.Before = norm.Stats
				tensor.Conv2DGradWeights(of, x, dy)
				equal(t, "weight gradient", of.Weights, d.Weights)
				equal(t, "bias gradient", of.Bias, d.Bias)

				sums := tensor.NormSums{X: x, Stats: norm.Stats, Sums: random(10, tensor.NormSumsShape(x.Shape))}
				back := random(11, x.Shape)
				tensor.Conv2DGradInputSums(back, dy, p, sums)
				equal(t, "input gradient", back, dx)
				gathered := norm
				gathered.Sums = sums.Sums
				all := grads(random(12, x.Shape), c.cin)
				tensor.BatchNormGrad(all, back, nil, x, gathered)
				equal(t, "gradient of the normalisation's input", all.X, want.X)
				equal(t, "gradient of gamma", all.Gamma, want.Gamma)
				equal(t, "gradient of beta", all.Beta, want.Beta)
			})
		})
	}
}
