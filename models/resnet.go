package models

import (
	"sdrm/layers"
)

// Residual networks of basic blocks with torchvision's names and the stem used
// for 32×32 images: a 3×3 convolution of stride 1 and no pooling.
func init() {
	resnet("resnet18", "ResNet-18", 2, 2, 2, 2)
	resnet("resnet34", "ResNet-34", 3, 4, 6, 3)
}

func resnet(name, title string, blocks ...int) {
	register(Definition{
		Name:   name,
		Title:  title,
		Paper:  "He, Zhang, Ren and Sun, CVPR 2016",
		Levels: "the last ReLUs of the last three stages",
		build:  func(m *Model, b *layers.Builder) { buildResNet(m, b, blocks) },
	})
}

func buildResNet(m *Model, b *layers.Builder, blocks []int) {
	const in = 64
	m.body.add(named("conv1", conv3x3(b, m.Channels, in, 1, layers.KaimingNormal)), named("bn1", layers.NewBatchNorm2D(b, in)), layers.ReLU{})
	out := m.addStages(b, in, basicBlock, blocks...)
	m.body.add(layers.GlobalAvgPool{})
	m.head.add(named("fc", layers.NewLinear(b, out, m.Classes, layers.PyTorchDefault)))
}

// basicBlock is two 3×3 convolutions beside the identity, or beside a 1×1
// convolution where the shape changes.
func basicBlock(b *layers.Builder, in, out, stride int) layers.Module {
	block := layers.Residual{Body: layers.Sequential{
		named("conv1", conv3x3(b, in, out, stride, layers.KaimingNormal)), named("bn1", layers.NewBatchNorm2D(b, out)), layers.ReLU{},
		named("conv2", conv3x3(b, out, out, 1, layers.KaimingNormal)), named("bn2", layers.NewBatchNorm2D(b, out)),
	}}
	if in != out || stride != 1 {
		block.Shortcut = layers.Sequential{conv1x1(b, in, out, stride, layers.KaimingNormal), layers.NewBatchNorm2D(b, out)}
	}
	return block
}
