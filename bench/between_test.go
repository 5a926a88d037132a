package bench_test

import (
	"fmt"
	"testing"

	"sdrm/internal/fill"
	"sdrm/tensor"
)

// betweenOps makes each op between two convolutions on a batch of square maps; maps
// counts the maps of full size that it reads and writes at least, small ones as parts.
var betweenOps = []struct {
	name string
	maps float64
	make func(x, y, dy, dx *tensor.Tensor) func()
}{
	{"relu", 2, func(x, y, _, _ *tensor.Tensor) func() {
		return func() { tensor.ReLU(y, x) }
	}},
	// The statistics and the result take a reading of x each.
	{"batchnorm+relu", 3, func(x, y, _, _ *tensor.Tensor) func() {
		b, _ := newNorm(x, tensor.NormReLU)
		return func() { tensor.BatchNormTraining(y, x, b) }
	}},
	{"batchnorm+relu-grad", 5, func(x, y, dy, dx *tensor.Tensor) func() {
		b, d := newNorm(x, tensor.NormReLU)
		tensor.BatchNormTraining(y, x, b)
		d.X = dx
		return func() { tensor.BatchNormGrad(d, dy, y, x, b) }
	}},
	{"batchnorm+relu+maxpool", 2.25, func(x, _, _, _ *tensor.Tensor) func() {
		b, _ := newNorm(x, tensor.NormReLUPool)
		y := pooled(x)
		return func() { tensor.BatchNormTraining(y, x, b) }
	}},
	{"batchnorm+relu+maxpool-grad", 3.75, func(x, _, _, dx *tensor.Tensor) func() {
		b, d := newNorm(x, tensor.NormReLUPool)
		y := pooled(x)
		tensor.BatchNormTraining(y, x, b)
		d.X = dx
		return func() { tensor.BatchNormGrad(d, y, y, x, b) }
	}},
	{"maxpool", 1.25, func(x, _, _, _ *tensor.Tensor) func() {
		y := pooled(x)
		return func() { tensor.MaxPool(y, x, halving) }
	}},
	{"maxpool-grad", 2.5, func(x, _, _, dx *tensor.Tensor) func() {
		y := pooled(x)
		tensor.MaxPool(y, x, halving)
		return func() { tensor.MaxPoolGrad(dx, y, y, x, halving) }
	}},
}

var halving = tensor.PoolGeometry{Kernel: 2, Stride: 2}

func pooled(x *tensor.Tensor) *tensor.Tensor { return tensor.New(halving.Out(x.Shape)) }

// newNorm returns a batch normalisation of maps like x, and where its gradients
// go.
func newNorm(x *tensor.Tensor, then tensor.AfterNorm) (tensor.BatchNorm, tensor.BatchNormGrads) {
	c := x.Shape.C()
	row := func() *tensor.Tensor { return uniform(3, tensor.Shape{1, 1, 1, c}) }
	stats := tensor.NormStatsIn(tensor.New(tensor.NormStatsShape(c)))
	return tensor.BatchNorm{Gamma: row(), Beta: row(), Running: tensor.NewRunningStats(c), Stats: stats, Then: then},
		tensor.BatchNormGrads{Gamma: row(), Beta: row()}
}

func uniform(seed uint64, shape tensor.Shape) *tensor.Tensor {
	x := tensor.New(shape)
	fill.Uniform(x.Data, seed)
	return x
}

// What is between the convolutions, in bytes that it must read and write at
// least, as a share of the bandwidth of memory.
func BenchmarkBetween(b *testing.B) {
	ceiling := bandwidthGBs()
	for _, o := range betweenOps {
		for _, s := range []struct{ size, channels int }{{32, 64}, {16, 128}, {8, 256}} {
			b.Run(fmt.Sprintf("op=%s/size=%d/channels=%d", o.name, s.size, s.channels), func(b *testing.B) {
				shape := tensor.Shape{256, s.size, s.size, s.channels}
				run := o.make(uniform(0, shape), tensor.New(shape), uniform(1, shape), tensor.New(shape))
				run()
				for b.Loop() {
					run()
				}
				report(b, o.maps*4*float64(shape.Len()), "GB/s", ceiling)
			})
		}
	}
}
