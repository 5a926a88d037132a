package models

import (
	"fmt"

	"sdrm/autograd"
	"sdrm/layers"
	"sdrm/tensor"
)

// Densely connected networks in pytorch-cifar's form for 32×32 images, with its
// names: in front a 3×3 convolution alone, bottlenecks in the blocks, and
// transitions that halve the channels and the size.
func init() {
	register(Definition{
		Name:   "densenet121",
		Title:  "DenseNet-121",
		Paper:  "Huang, Liu, van der Maaten and Weinberger, CVPR 2017",
		Levels: "the ReLUs behind the last three blocks, of all the features of each",
		build:  func(m *Model, b *layers.Builder) { buildDenseNet(m, b, 32, 6, 12, 24, 16) },
	})
}

// buildDenseNet makes a block of counts[i] layers for each i, every one of which
// adds growth channels to those that came in (the paper's DenseNet-BC, section 3,
// with a compression of a half).
func buildDenseNet(m *Model, b *layers.Builder, growth int, counts ...int) {
	channels := 2 * growth
	m.body.add(named("conv1", conv3x3(b, m.Channels, channels, 1, layers.PyTorchDefault)))
	for i, count := range counts {
		for j := range count {
			layer := newDenseLayer(b, channels, growth)
			if j == 0 {
				layer.room = count * growth
			}
			m.body.add(named(fmt.Sprintf("dense%d.%d", i+1, j), layer))
			channels += growth
		}
		transition, last := fmt.Sprintf("trans%d.", i+1), i == len(counts)-1
		if last {
			transition = ""
		}
		m.body.add(named(transition+"bn", layers.NewBatchNorm2D(b, channels)), layers.ReLU{})
		if i >= len(counts)-levelCount {
			m.addLevel()
		}
		if !last {
			m.body.add(named(transition+"conv", conv1x1(b, channels, channels/2, 1, layers.PyTorchDefault)),
				layers.AvgPool2D{Geometry: tensor.PoolGeometry{Kernel: 2, Stride: 2}})
			channels /= 2
		}
	}
	m.body.add(layers.GlobalAvgPool{})
	m.head.add(named("linear", layers.NewLinear(b, channels, m.Classes, layers.PyTorchDefault)))
}

// denseLayer is the channels of body(x) and behind them those of x (Huang et al.,
// CVPR 2017, equation 2). Its activation is the last ReLU of the body.
type denseLayer struct {
	body layers.Sequential
	room int // channels that the layers of the block make, in the first of them
}

// newDenseLayer returns a layer with a 1×1 convolution of in channels into four
// times as many as grow out of it, and a 3×3 convolution of those.
func newDenseLayer(b *layers.Builder, in, growth int) denseLayer {
	narrow := 4 * growth
	return denseLayer{body: layers.Sequential{
		named("bn1", layers.NewBatchNorm2D(b, in)), layers.ReLU{},
		named("conv1", conv1x1(b, in, narrow, 1, layers.PyTorchDefault)), named("bn2", layers.NewBatchNorm2D(b, narrow)), layers.ReLU{},
		named("conv2", conv3x3(b, narrow, growth, 1, layers.PyTorchDefault)),
	}}
}

func (l denseLayer) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	x = l.enter(t, x)
	return concat(t, l.body.Forward(t, x), x)
}

func (l denseLayer) ForwardObserved(t *autograd.Tape, x *autograd.Var, number int, observe func(number int, y *autograd.Var)) *autograd.Var {
	x = l.enter(t, x)
	return concat(t, l.body.ObserveLast(t, x, number, observe), x)
}

// enter is x, in the first layer with room for what all of them make.
func (l denseLayer) enter(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	if l.room == 0 {
		return x
	}
	return autograd.WithRoom(t, x, l.room)
}

// concat is the channels of made and behind them those of x.
func concat(t *autograd.Tape, made, x *autograd.Var) *autograd.Var {
	y := autograd.ConcatChannels(t, made, x)
	t.Done(made)
	return y
}

func (l denseLayer) Visit(prefix string, visit func(layers.Entry)) { l.body.Visit(prefix, visit) }
