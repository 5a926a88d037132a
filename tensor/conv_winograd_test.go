package tensor_test

import (
	"math"
	"testing"

	"sdrm/tensor"
)

// wide is a convolution with filters that are transformed a few output channels
// at a time, unless there are so many images that a few of those are.
func wide(n int) convCase { return convCase{n, 4, 4, 256, 240, same, tensor.Winograd4} }

// images returns images [lo, hi) of t.
func images(t *tensor.Tensor, lo, hi int) *tensor.Tensor {
	s := t.Shape
	s[0] = hi - lo
	return &tensor.Tensor{Shape: s, Data: t.Data[lo*s.SampleLen() : hi*s.SampleLen()]}
}

func TestWinogradBlocksDoNotChangeBits(t *testing.T) {
	const few = 3
	for _, n := range []int{130, 600} {
		x, w, bias, dy := wide(n).tensors()
		y, dx := tensor.New(dy.Shape), tensor.New(x.Shape)
		tensor.Conv2D(y, x, w, bias, same)
		tensor.Conv2DGradInput(dx, dy, w, same)
		for _, lo := range []int{0, n - few} {
			part := images(x, lo, lo+few)
			wantY, wantDx := tensor.New(images(y, 0, few).Shape), tensor.New(part.Shape)
			tensor.Conv2D(wantY, part, w, bias, same)
			tensor.Conv2DGradInput(wantDx, images(dy, lo, lo+few), w, same)
			equal(t, "result", images(y, lo, lo+few), wantY)
			equal(t, "input gradient", images(dx, lo, lo+few), wantDx)
		}
	}
}

// TestWinogradWeightGradientOfManyImages compares the gradients of many images
// with the sum of those of halves, and the bias's with the sum of dy.
func TestWinogradWeightGradientOfManyImages(t *testing.T) {
	const n = 130
	x, w, bias, dy := wide(n).tensors()
	dw, dbias := tensor.New(w.Shape), tensor.New(bias.Shape)
	tensor.Conv2DGradWeights(dw, dbias, x, dy, same)
	a, b := tensor.New(w.Shape), tensor.New(w.Shape)
	tensor.Conv2DGradWeights(a, nil, images(x, 0, n/2), images(dy, 0, n/2), same)
	tensor.Conv2DGradWeights(b, nil, images(x, n/2, n), images(dy, n/2, n), same)
	largest, worst := 0.0, 0.0
	for i, v := range dw.Data {
		want := float64(a.Data[i]) + float64(b.Data[i])
		largest, worst = max(largest, math.Abs(want)), max(worst, math.Abs(float64(v)-want))
	}
	if worst > 1e-5*largest {
		t.Errorf("weight gradient: differs by %v where the largest is %v", worst, largest)
	}
	sums := make([]float64, len(dbias.Data))
	for i, v := range dy.Data {
		sums[i%len(sums)] += float64(v)
	}
	for c, v := range dbias.Data {
		if math.Abs(float64(v)-sums[c]) > 1e-3 {
			t.Errorf("bias gradient of channel %d is %v, want %v", c, v, sums[c])
		}
	}
}
