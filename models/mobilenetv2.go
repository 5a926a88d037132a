package models

import (
	"fmt"

	"sdrm/layers"
	"sdrm/tensor"
)

// MobileNetV2 in pytorch-cifar's form for 32×32 images, with its names: the first
// convolution and the blocks of 24 channels have stride 1, every activation is a
// ReLU where the paper has ReLU6, and a block that keeps the size but not the
// channels adds a 1×1 convolution of its input.
func init() {
	register(Definition{
		Name:   "mobilenetv2",
		Title:  "MobileNetV2",
		Paper:  "Sandler, Howard, Zhu, Zhmoginov and Chen, CVPR 2018",
		Levels: "the last ReLUs of the last blocks of 32 and of 96 channels, and the ReLU before the pooling",
		build:  buildMobileNetV2,
	})
}

// mobileNetV2Blocks are the groups of blocks of the paper's table 2.
var mobileNetV2Blocks = []struct {
	expansion, out, count, stride int
	level                         bool // whether the last block has one
}{
	{1, 16, 1, 1, false},
	{6, 24, 2, 1, false},
	{6, 32, 3, 2, true},
	{6, 64, 4, 2, false},
	{6, 96, 3, 1, true},
	{6, 160, 3, 2, false},
	{6, 320, 1, 1, false},
}

func buildMobileNetV2(m *Model, b *layers.Builder) {
	const last = 1280
	in, n := 32, 0
	m.body.add(named("conv1", conv3x3(b, m.Channels, in, 1, layers.PyTorchDefault)), named("bn1", layers.NewBatchNorm2D(b, in)), layers.ReLU{})
	for _, g := range mobileNetV2Blocks {
		stride := g.stride
		for range g.count {
			m.body.add(named(fmt.Sprintf("layers.%d", n), newInvertedResidual(b, in, g.out, g.expansion, stride)))
			in, stride, n = g.out, 1, n+1
		}
		if g.level {
			m.addLevel()
		}
	}
	m.body.add(named("conv2", conv1x1(b, in, last, 1, layers.PyTorchDefault)), named("bn2", layers.NewBatchNorm2D(b, last)), layers.ReLU{})
	m.addLevel()
	m.body.add(layers.GlobalAvgPool{})
	m.head.add(named("linear", layers.NewLinear(b, last, m.Classes, layers.PyTorchDefault)))
}

// newInvertedResidual returns body(x), or body(x) + shortcut(x) with stride 1
// (Sandler et al., CVPR 2018, section 3.3). The body widens x, convolves every
// channel for itself, and narrows the result with no ReLU behind: its activation is
// that of the channels' convolution.
func newInvertedResidual(b *layers.Builder, in, out, expansion, stride int) branches {
	wide := in * expansion
	depthwise := tensor.ConvGeometry{Kernel: 3, Stride: stride, Pad: 1, Groups: wide}
	block := branches{
		body: layers.Sequential{
			named("conv1", conv1x1(b, in, wide, 1, layers.PyTorchDefault)), named("bn1", layers.NewBatchNorm2D(b, wide)), layers.ReLU{},
			named("conv2", layers.NewConv2D(b, wide, wide, depthwise, false, layers.PyTorchDefault)), named("bn2", layers.NewBatchNorm2D(b, wide)), layers.ReLU{},
			named("conv3", conv1x1(b, wide, out, 1, layers.PyTorchDefault)), named("bn3", layers.NewBatchNorm2D(b, out)),
		},
		bodyAlone: stride != 1,
	}
	if stride == 1 && in != out {
		block.shortcut = layers.Sequential{conv1x1(b, in, out, 1, layers.PyTorchDefault), layers.NewBatchNorm2D(b, out)}
	}
	return block
}
