package tensor_test

import (
	"math"
	"slices"
	"testing"

	"sdrm/tensor"
)

func TestViewRowsSlicesAndStacks(t *testing.T) {
	v := tensor.Matrix([]float32{1, 2, 3, 4, 5, 6}, 3, 2)
	for _, c := range []struct {
		name      string
		got, want []float32
	}{
		{"row", v.Row(1), []float32{3, 4}},
		{"row of a transposed view", v.T().Row(1), []float32{2, 4, 6}},
		{"row of a slice", v.Slice(1, 2).Row(1), []float32{5, 6}},
		{"stack", tensor.Stack(v.Slice(2, 1), v.Slice(0, 1)).Data, []float32{5, 6, 1, 2}},
		{"stack of a transposed view", tensor.Stack(v.T()).Data, []float32{1, 3, 5, 2, 4, 6}},
		{"samples of a tensor", (&tensor.Tensor{Shape: tensor.Shape{3, 1, 1, 2}, Data: v.Data}).Slice(1, 2).Data, []float32{3, 4, 5, 6}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
	v.Row(0)[1] = 9
	if v.At(0, 1) != 9 {
		t.Error("a row of a row-major view is a copy, want its memory")
	}
	defer func() {
		if recover() == nil {
			t.Error("rows of different lengths were stacked")
		}
	}()
	tensor.Stack(v, v.T())
}

func TestArgMax(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		x    []float32
		want int
	}{
		{[]float32{3}, 0}, {[]float32{1, 2, 2}, 1}, {[]float32{-2, -1, -3}, 1}, {[]float32{0, inf, inf}, 1},
		{[]float32{-inf, -inf}, 0}, {[]float32{nan, 1}, -1}, {[]float32{1, nan}, -1}, {[]float32{inf, nan}, -1},
	} {
		if got := tensor.ArgMax(c.x); got != c.want {
			t.Errorf("ArgMax(%v) = %d, want %d", c.x, got, c.want)
		}
	}
}
