package models

import (
	"fmt"

	"sdrm/layers"
	"sdrm/tensor"
)

// What several families are made of.

// addStages adds layer1, layer2 and so on to the body: a stage of blocks[i]
// blocks for each i, the first with as many channels as come in, every other with
// twice the channels and half the size of the one before. The last blocks of the
// last three stages have the levels. It returns the number of channels that come
// out.
func (m *Model) addStages(b *layers.Builder, in int, block func(b *layers.Builder, in, out, stride int) layers.Module, blocks ...int) (out int) {
	first := in
	for stage, count := range blocks {
		stride := min(stage+1, 2)
		out = first << stage
		for i := range count {
			m.body.add(named(fmt.Sprintf("layer%d.%d", stage+1, i), block(b, in, out, stride)))
			in, stride = out, 1
		}
		if stage >= len(blocks)-levelCount {
			m.addLevel()
		}
	}
	return out
}

// conv3x3 returns a convolution without bias that keeps the size but for the
// stride.
func conv3x3(b *layers.Builder, in, out, stride int, init layers.Init) layers.Module {
	return layers.NewConv2D(b, in, out, tensor.ConvGeometry{Kernel: 3, Stride: stride, Pad: 1}, false, init)
}

// conv1x1 returns a convolution of single pixels without bias.
func conv1x1(b *layers.Builder, in, out, stride int, init layers.Init) layers.Module {
	return layers.NewConv2D(b, in, out, tensor.ConvGeometry{Kernel: 1, Stride: stride}, false, init)
}

func named(name string, m layers.Module) layers.Module { return layers.Named{Name: name, Module: m} }
