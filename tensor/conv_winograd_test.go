package tensor_test

import (
	"math"
	"testing"

	"sdrm/internal/parallel"
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
		x, p, dy := wide(n).tensors()
		y, dx := tensor.New(dy.Shape), tensor.New(x.Shape)
		tensor.Conv2D(y, x, p)
		tensor.Conv2DGradInput(dx, dy, p)
		for _, lo := range []int{0, n - few} {
			part := images(x, lo, lo+few)
			wantY, wantDx := tensor.New(images(y, 0, few).Shape), tensor.New(part.Shape)
			tensor.Conv2D(wantY, part, p)
			tensor.Conv2DGradInput(wantDx, images(dy, lo, lo+few), p)
			equal(t, "result", images(y, lo, lo+few), wantY)
			equal(t, "input gradient", images(dx, lo, lo+few), wantDx)
		}
	}
}

// TestWinogradWeightGradientOfManyImages compares the gradients of many images
// with the sum of those of halves, and the bias's with the sum of dy.
func TestWinogradWeightGradientOfManyImages(t *testing.T) {
	const n = 130
	x, p, dy := wide(n).tensors()
	d, a, b := like(p), unbiased(like(p)), unbiased(like(p))
	tensor.Conv2DGradWeights(d, x, dy)
	tensor.Conv2DGradWeights(a, images(x, 0, n/2), images(dy, 0, n/2))
	tensor.Conv2DGradWeights(b, images(x, n/2, n), images(dy, n/2, n))
	largest, worst := 0.0, 0.0
	for i, v := range d.Weights.Data {
		want := float64(a.Weights.Data[i]) + float64(b.Weights.Data[i])
		largest, worst = max(largest, math.Abs(want)), max(worst, math.Abs(float64(v)-want))
	}
	if worst > 1e-5*largest {
		t.Errorf("weight gradient: differs by %v where the largest is %v", worst, largest)
	}
	sums := make([]float64, len(d.Bias.Data))
	for i, v := range dy.Data {
		sums[i%len(sums)] += float64(v)
	}
	for c, v := range d.Bias.Data {
		if math.Abs(float64(v)-sums[c]) > 1e-3 {
			t.Errorf("bias gradient of channel %d is %v, want %v", c, v, sums[c])
		}
	}
}

// TestWinogradCutsDoNotChangeBits compares the tasks and the blocks of images that two
// hundred workers get with those of one.
func TestWinogradCutsDoNotChangeBits(t *testing.T) {
	defer parallel.SetWorkers(0)
	defer smallCaches()()
	x, p, dy := convCase{40, 16, 16, 64, 48, same, tensor.Winograd4}.tensors()
	var results [2][4]*tensor.Tensor
	for i, workers := range []int{1, 200} {
		parallel.SetWorkers(workers)
		y, dx, d := tensor.New(dy.Shape), tensor.New(x.Shape), like(p)
		tensor.Conv2D(y, x, p)
		tensor.Conv2DGradInput(dx, dy, p)
		tensor.Conv2DGradWeights(d, x, dy)
		results[i] = [4]*tensor.Tensor{y, dx, d.Weights, d.Bias}
	}
	for i, what := range []string{"result", "input gradient", "weight gradient", "bias gradient"} {
		equal(t, what, results[1][i], results[0][i])
	}
}
