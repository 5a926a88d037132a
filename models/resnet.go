package models

import (
	"fmt"

	"sdrm/layers"
	"sdrm/tensor"
)

// resnetLevels is the number of levels, our choice.
const resnetLevels = 3

// Residual networks of basic blocks with torchvision's names and the stem used
// for 32×32 images: a 3×3 convolution of stride 1 and no pooling.
func init() {
	resnet("resnet18", "ResNet-18", 2, 2, 2, 2)
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

// buildResNet makes a stage of blocks[i] blocks for each i, the first with 64
// channels, every other with twice the channels and half the size of the one
// before.
func buildResNet(m *Model, b *layers.Builder, blocks []int) {
	in := 64
	m.body.add(named("conv1", conv3x3(b, m.Channels, in, 1)), named("bn1", layers.NewBatchNorm2D(b, in)), layers.ReLU{})
	m.levelAfter = map[int]int{}
	for stage, count := range blocks {
		out, stride := 64<<stage, min(stage+1, 2)
		for i := range count {
			m.body.add(named(fmt.Sprintf("layer%d.%d", stage+1, i), basicBlock(b, in, out, stride)))
			in, stride = out, 1
		}
		if level := stage - (len(blocks) - resnetLevels); level >= 0 {
			m.levelAfter[len(m.body.Sequential)-1] = level
			m.Levels = append(m.Levels, fmt.Sprintf("s%d", level+1))
		}
	}
	m.body.add(layers.GlobalAvgPool{})
	m.head.add(named("fc", layers.NewLinear(b, in, m.Classes, layers.PyTorchDefault)))
}

// basicBlock is two 3×3 convolutions beside the identity, or beside a 1×1
// convolution where the shape changes.
func basicBlock(b *layers.Builder, in, out, stride int) layers.Module {
	block := layers.Residual{Body: layers.Sequential{
		named("conv1", conv3x3(b, in, out, stride)), named("bn1", layers.NewBatchNorm2D(b, out)), layers.ReLU{},
		named("conv2", conv3x3(b, out, out, 1)), named("bn2", layers.NewBatchNorm2D(b, out)),
	}}
	if in != out || stride != 1 {
		pointwise := tensor.ConvGeometry{Kernel: 1, Stride: stride}
		block.Shortcut = layers.Sequential{
			layers.NewConv2D(b, in, out, pointwise, false, layers.KaimingNormal), layers.NewBatchNorm2D(b, out),
		}
	}
	return block
}

func conv3x3(b *layers.Builder, in, out, stride int) layers.Module {
	g := tensor.ConvGeometry{Kernel: 3, Stride: stride, Pad: 1}
	return layers.NewConv2D(b, in, out, g, false, layers.KaimingNormal)
}

func named(name string, m layers.Module) layers.Module { return layers.Named{Name: name, Module: m} }
