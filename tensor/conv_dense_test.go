package tensor_test

import (
	"testing"

	"sdrm/tensor"
)

// TestDenseHasTheBitsOfPatches compares many images, a dense product for every
// pixel, with the first of them alone, a product of patches.
func TestDenseHasTheBitsOfPatches(t *testing.T) {
	const few = 3
	for _, c := range convCases {
		if c.want != tensor.Dense {
			continue
		}
		t.Run(c.String(), func(t *testing.T) {
			x, p, dy := c.tensors()
			part := x.Shape
			part[0] = few
			if got := c.g.Algorithm(tensor.ConvForward, part, c.cout); got != tensor.Im2col {
				t.Fatalf("%d images go by %v, want im2col", few, got)
			}
			first := &tensor.Tensor{Shape: part, Data: x.Data[:part.Len()]}
			eachSetup(t, func(t *testing.T) {
				y := tensor.New(dy.Shape)
				want := tensor.New(c.g.Out(part, c.cout))
				for _, p := range []tensor.Conv{p, unbiased(p)} {
					tensor.Conv2D(y, x, p)
					tensor.Conv2D(want, first, p)
					equal(t, "result", &tensor.Tensor{Shape: want.Shape, Data: y.Data[:want.Shape.Len()]}, want)
				}
			})
		})
	}
}
