package tensor_test

import (
	"testing"

	"sdrm/tensor"
)

// fewCases are convolutions of so many images that each of them alone is computed
// in another way: with few tiles, or few rows.
var fewCases = []convCase{
	{70, 4, 4, 40, 150, same, tensor.Winograd4},
	{70, 2, 2, 37, 35, same, tensor.Winograd2},
	{20, 7, 10, 16, 40, same, tensor.Winograd4},
	{9, 16, 16, 16, 24, same, tensor.Winograd4},
	{40, 7, 7, 24, 35, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}, tensor.Im2col},
	{40, 4, 4, 24, 150, tensor.ConvGeometry{Kernel: 1, Stride: 1}, tensor.Pointwise},
	{64, 8, 8, 24, 35, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}, tensor.Dense},
}

// TestFewImagesHaveTheBitsOfMany compares a few images of a batch, alone, with the
// same ones among all.
func TestFewImagesHaveTheBitsOfMany(t *testing.T) {
	for _, c := range fewCases {
		t.Run(c.String(), func(t *testing.T) {
			x, p, dy := c.tensors()
			if got := p.Geometry.Algorithm(tensor.ConvForward, x.Shape, c.cout); got != c.want {
				t.Fatalf("computed by %v, want %v", got, c.want)
			}
			for _, p := range []tensor.Conv{p, unbiased(p)} {
				y, dx := tensor.New(dy.Shape), tensor.New(x.Shape)
				tensor.Conv2D(y, x, p)
				tensor.Conv2DGradInput(dx, dy, p)
				for _, few := range []int{1, 2, 5, 8} {
					part, last := images(x, c.n-few, c.n), images(dy, c.n-few, c.n)
					gotY, gotDx := tensor.New(last.Shape), tensor.New(part.Shape)
					tensor.Conv2D(gotY, part, p)
					tensor.Conv2DGradInput(gotDx, last, p)
					equal(t, "result", gotY, images(y, c.n-few, c.n))
					equal(t, "input gradient", gotDx, images(dx, c.n-few, c.n))
				}
			}
		})
	}
}

// TestFiltersAreReadAtEveryCall changes filters in place between two calls.
func TestFiltersAreReadAtEveryCall(t *testing.T) {
	for _, c := range fewCases {
		c.n = 1
		x, p, dy := c.tensors()
		y, want := tensor.New(dy.Shape), tensor.New(dy.Shape)
		tensor.Conv2D(y, x, p)
		for i := range p.Weights.Data {
			p.Weights.Data[i] *= -2
		}
		tensor.Conv2D(y, x, p)
		fresh := p
		fresh.Weights = &tensor.Tensor{Shape: p.Weights.Shape, Data: append([]float32(nil), p.Weights.Data...)}
		tensor.Conv2D(want, x, fresh)
		equal(t, c.String(), y, want)
	}
}
