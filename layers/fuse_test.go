package layers

import (
	"slices"
	"testing"

	"sdrm/autograd"
	"sdrm/tensor"
)

// TestRuns tells which modules are one op, by the number of modules in each.
func TestRuns(t *testing.T) {
	b := NewBuilder(1)
	conv, norm := NewConv2D(b, 3, 4, tensor.ConvGeometry{Kernel: 1, Stride: 1}, false, PyTorchDefault), NewBatchNorm2D(b, 4)
	pool := MaxPool2D{tensor.PoolGeometry{Kernel: 2, Stride: 2}}
	whole := Sequential{conv, Named{"bn", norm}, ReLU{}, pool}
	for _, c := range []struct {
		what     string
		modules  Sequential
		mode     autograd.Mode
		observed []int
		want     []int
	}{
		{"training", whole, autograd.Training, nil, []int{4}},
		{"inference", whole, autograd.Inference, nil, []int{4}},
		{"fixed", whole, autograd.Fixed, nil, []int{3, 1}},
		{"pooling observed", whole, autograd.Training, []int{3}, []int{4}},
		{"ReLU observed", whole, autograd.Training, []int{2}, []int{3, 1}},
		{"normalisation observed", whole, autograd.Training, []int{1}, []int{2, 1, 1}},
		{"convolution observed", whole, autograd.Training, []int{0}, []int{1, 3}},
		{"no convolution", whole[1:], autograd.Training, nil, []int{3}},
		{"twice", slices.Concat(whole[:3], whole), autograd.Training, nil, []int{3, 4}},
		{"convolution alone", Sequential{conv, ReLU{}, pool}, autograd.Training, nil, []int{1, 1, 1}},
		{"overlapping pooling", Sequential{norm, ReLU{}, MaxPool2D{tensor.PoolGeometry{Kernel: 3, Stride: 2}}}, autograd.Training, nil, []int{2, 1}},
		{"no ReLU", Sequential{conv, norm, pool}, autograd.Training, nil, []int{2, 1}},
	} {
		var got []int
		for i := 0; i < len(c.modules); {
			f, ok := c.modules.fuse(c.mode, i, func(i int) bool { return slices.Contains(c.observed, i) })
			if !ok {
				f.length = 1
			}
			got = append(got, f.length)
			i += f.length
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: runs of %v modules, want %v", c.what, got, c.want)
		}
	}
}

// A result is not stored where a convolution follows, in training, and nobody observes
// it.
func TestWhatAConvolutionFollowsIsNotStored(t *testing.T) {
	b := NewBuilder(1)
	conv, norm := NewConv2D(b, 3, 4, tensor.ConvGeometry{Kernel: 1, Stride: 1}, false, PyTorchDefault), NewBatchNorm2D(b, 4)
	between := Sequential{norm, ReLU{}, Named{"conv", conv}}
	for _, c := range []struct {
		what     string
		modules  Sequential
		mode     autograd.Mode
		observed int
		want     tensor.AfterNorm
	}{
		{"training", between, autograd.Training, -1, tensor.NormReLUConv},
		{"inference", between, autograd.Inference, -1, tensor.NormReLU},
		{"fixed", between, autograd.Fixed, -1, tensor.NormReLU},
		{"ReLU observed", between, autograd.Training, 1, tensor.NormReLU},
		{"normalisation observed", between, autograd.Training, 0, tensor.NormOnly},
		{"no ReLU", Sequential{norm, conv}, autograd.Training, -1, tensor.NormOnly},
		{"nothing behind", between[:2], autograd.Training, -1, tensor.NormReLU},
	} {
		f, ok := c.modules.fuse(c.mode, 0, func(i int) bool { return i == c.observed })
		if !ok || f.then != c.want {
			t.Errorf("%s: %v, want %v", c.what, f.then, c.want)
		}
	}
}
