package models

import (
	"strings"

	"sdrm/layers"
	"sdrm/tensor"
)

// pool stands for a 2×2 max pooling among the widths of a VGG's convolutions.
const pool = -1

// The configurations A, B, D and E of Simonyan and Zisserman, table 1, with batch
// normalisation and, in the place of the three fully connected layers, one: the
// form used for 32×32 images. vgg5 is a small one of ours for demonstrations.
func init() {
	vgg("vgg5", 32, pool, 64, pool, 128, pool, 128, pool)
	vgg("vgg11", 64, pool, 128, pool, 256, 256, pool, 512, 512, pool, 512, 512, pool)
	vgg("vgg13", 64, 64, pool, 128, 128, pool, 256, 256, pool, 512, 512, pool, 512, 512, pool)
	vgg("vgg16", 64, 64, pool, 128, 128, pool, 256, 256, 256, pool, 512, 512, 512, pool, 512, 512, 512, pool)
	vgg("vgg19", 64, 64, pool, 128, 128, pool, 256, 256, 256, 256, pool, 512, 512, 512, 512, pool, 512, 512, 512, 512, pool)
}

func vgg(name string, widths ...int) {
	register(Definition{
		Name:   name,
		Title:  "VGG-" + strings.TrimPrefix(name, "vgg") + " with batch normalisation",
		Paper:  "Simonyan and Zisserman, ICLR 2015",
		Levels: "the last ReLUs before the last three poolings",
		build:  func(m *Model, b *layers.Builder) { buildVGG(m, b, widths) },
	})
}

// buildVGG numbers the modules of features as PyTorch does: convolution, batch
// normalisation and ReLU each count, and so does a pooling. What is left after
// the last pooling is averaged: nothing to do for 32×32 images where there are
// five poolings.
func buildVGG(m *Model, b *layers.Builder, widths []int) {
	m.body.prefix = "features."
	in, poolings := m.Channels, 0
	for _, width := range widths {
		if width == pool {
			poolings++
		}
	}
	for _, width := range widths {
		if width == pool {
			if poolings <= levelCount {
				m.addLevel()
			}
			poolings--
			m.body.add(layers.MaxPool2D{Geometry: tensor.PoolGeometry{Kernel: 2, Stride: 2}})
			continue
		}
		m.body.add(
			layers.NewConv2D(b, in, width, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, true, layers.PyTorchDefault),
			layers.NewBatchNorm2D(b, width),
			layers.ReLU{})
		in = width
	}
	m.body.add(layers.GlobalAvgPool{})
	m.head.add(named("classifier", layers.NewLinear(b, in, m.Classes, layers.PyTorchDefault)))
}
