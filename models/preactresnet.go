package models

import (
	"sdrm/layers"
)

// Residual networks whose blocks normalise and activate before they convolve, so
// that the sum of a block goes on as it is. The form with pytorch-cifar's names,
// which benchmarks of backdoors use for 32×32 images: in front a 3×3 convolution
// alone, behind the last block neither normalisation nor ReLU.
func init() {
	register(Definition{
		Name:   "preactresnet18",
		Title:  "PreAct-ResNet-18",
		Paper:  "He, Zhang, Ren and Sun, ECCV 2016",
		Levels: "the last ReLUs of the last three stages, before the last convolutions of their blocks",
		build:  buildPreActResNet,
	})
}

func buildPreActResNet(m *Model, b *layers.Builder) {
	const in = 64
	m.body.add(named("conv1", conv3x3(b, m.Channels, in, 1, layers.PyTorchDefault)))
	out := m.addStages(b, in, func(b *layers.Builder, in, out, stride int) layers.Module {
		return newPreActBlock(b, in, out, stride)
	}, 2, 2, 2, 2)
	m.body.add(layers.GlobalAvgPool{})
	m.head.add(named("linear", layers.NewLinear(b, out, m.Classes, layers.PyTorchDefault)))
}

// newPreActBlock returns a block with two 3×3 convolutions, of in channels into
// out channels, that begins with normalisation and ReLU (He et al., ECCV 2016, figure
// 4e). Its activation is the ReLU in the body.
func newPreActBlock(b *layers.Builder, in, out, stride int) branches {
	block := branches{
		activate: layers.Sequential{named("bn1", layers.NewBatchNorm2D(b, in)), layers.ReLU{}},
		body: layers.Sequential{
			named("conv1", conv3x3(b, in, out, stride, layers.PyTorchDefault)), named("bn2", layers.NewBatchNorm2D(b, out)), layers.ReLU{},
			named("conv2", conv3x3(b, out, out, 1, layers.PyTorchDefault)),
		},
	}
	if in != out || stride != 1 {
		block.shortcut = layers.Sequential{conv1x1(b, in, out, stride, layers.PyTorchDefault)}
	}
	return block
}
