package bench

import (
	"fmt"

	"sdrm/tensor"
)

// Between is an op between two convolutions, on a batch of square maps.
type Between struct {
	run   func()
	maps  float64 // maps of full size that are read or written, small ones as parts
	bytes float64 // of a map of full size
}

// betweenOps makes each op; maps counts what it reads and writes at least.
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

// BetweenNames lists the ops.
func BetweenNames() []string {
	var names []string
	for _, o := range betweenOps {
		names = append(names, o.name)
	}
	return names
}

// NewBetween returns an op on random maps of size×size pixels.
func NewBetween(name string, batch, size, channels int) (*Between, error) {
	shape := tensor.Shape{batch, size, size, channels}
	if batch < 1 || size < 2 || size%2 != 0 || channels < 1 {
		return nil, fmt.Errorf("bench: between: %v: want images, an even size and channels", shape)
	}
	for _, o := range betweenOps {
		if o.name == name {
			run := o.make(uniform(0, shape), tensor.New(shape), uniform(1, shape), tensor.New(shape))
			return &Between{run, o.maps, 4 * float64(shape.Len())}, nil
		}
	}
	return nil, fmt.Errorf("bench: between: op is %q, want one of %v", name, BetweenNames())
}

// Run computes the op.
func (o *Between) Run() { o.run() }

// Bytes returns the bytes that a run reads and writes at least.
func (o *Between) Bytes() float64 { return o.maps * o.bytes }
