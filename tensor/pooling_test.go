package tensor_test

import (
	"math"
	"slices"
	"testing"

	"sdrm/tensor"
)

func TestMaxPoolTies(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name       string
		g          tensor.PoolGeometry
		h, w       int
		x, y, grad []float32 // grad is of dy = 1, 2, …
	}{
		{"first of equals", tensor.PoolGeometry{Kernel: 2, Stride: 2}, 2, 4,
			[]float32{5, 5, 1, 2, 5, 5, 7, 7}, []float32{5, 7}, []float32{1, 0, 0, 0, 0, 0, 2, 0}},
		{"rest of odd sides", tensor.PoolGeometry{Kernel: 2, Stride: 2}, 3, 3,
			[]float32{1, 2, 9, 3, 4, 9, 9, 9, 9}, []float32{4}, []float32{0, 0, 0, 0, 1, 0, 0, 0, 0}},
		{"overlap adds", tensor.PoolGeometry{Kernel: 2, Stride: 1}, 2, 3,
			[]float32{0, 8, 0, 0, 0, 0}, []float32{8, 8}, []float32{0, 3, 0, 0, 0, 0}},
		{"first of equals, general", tensor.PoolGeometry{Kernel: 3, Stride: 3}, 3, 3,
			[]float32{0, 4, 4, 4, 0, 0, 0, 0, 0}, []float32{4}, []float32{0, 1, 0, 0, 0, 0, 0, 0, 0}},
		{"the last NaN gets the gradient", tensor.PoolGeometry{Kernel: 2, Stride: 2}, 2, 4,
			[]float32{nan, 2, 1, nan, 3, 4, nan, 5}, []float32{nan, nan}, []float32{1, 0, 0, 0, 0, 0, 2, 0}},
		{"the last NaN, general", tensor.PoolGeometry{Kernel: 2, Stride: 1}, 2, 3,
			[]float32{9, nan, 0, nan, 1, 2}, []float32{nan, nan}, []float32{0, 2, 0, 1, 0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := &tensor.Tensor{Shape: tensor.Shape{1, c.h, c.w, 1}, Data: c.x}
			y := tensor.New(c.g.Out(x.Shape))
			tensor.MaxPool(y, x, c.g)
			same := func(a, b float32) bool { return a == b || a != a && b != b }
			if !slices.EqualFunc(y.Data, c.y, same) {
				t.Errorf("result %v, want %v", y.Data, c.y)
			}
			dy, dx := tensor.New(y.Shape), random(1, x.Shape)
			for i := range dy.Data {
				dy.Data[i] = float32(i + 1)
			}
			tensor.MaxPoolGrad(dx, dy, y, x, c.g)
			if !slices.Equal(dx.Data, c.grad) {
				t.Errorf("gradient %v, want %v", dx.Data, c.grad)
			}
		})
	}
}

// A pooling's gradient is its transpose: ⟨dy, pool(x)⟩ = ⟨grad(dy), x⟩, for max
// pooling at the x that the maxima were taken at.
func TestPoolingGradientsAreTransposes(t *testing.T) {
	for _, g := range []tensor.PoolGeometry{{Kernel: 2, Stride: 2}, {Kernel: 3, Stride: 2}, {Kernel: 2, Stride: 3}, {Kernel: 3, Stride: 1}} {
		x := random(1, tensor.Shape{3, 9, 8, 19})
		y, dx := tensor.New(g.Out(x.Shape)), tensor.New(x.Shape)
		dy := random(2, y.Shape)
		tensor.MaxPool(y, x, g)
		tensor.MaxPoolGrad(dx, dy, y, x, g)
		sameInner(t, "max", dy, y, dx, x)
		tensor.AvgPool(y, x, g)
		tensor.AvgPoolGrad(dx, dy, g)
		sameInner(t, "average", dy, y, dx, x)
	}
	x := random(1, tensor.Shape{3, 9, 8, 19})
	y, dx := tensor.New(tensor.Shape{3, 1, 1, 19}), tensor.New(x.Shape)
	dy := random(2, y.Shape)
	tensor.GlobalAvgPool(y, x)
	tensor.GlobalAvgPoolGrad(dx, dy)
	sameInner(t, "global average", dy, y, dx, x)
}

func sameInner(t *testing.T, what string, a, b, c, d *tensor.Tensor) {
	t.Helper()
	inner := func(x, y *tensor.Tensor) (sum float64) {
		for i, v := range x.Data {
			sum += float64(v) * float64(y.Data[i])
		}
		return sum
	}
	if left, right := inner(a, b), inner(c, d); !(math.Abs(left-right) <= 1e-5*math.Abs(left)+1e-5) {
		t.Errorf("%s: inner products %v and %v differ", what, left, right)
	}
}
