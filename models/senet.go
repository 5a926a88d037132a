package models

import (
	"sdrm/autograd"
	"sdrm/layers"
	"sdrm/tensor"
)

// Squeeze-and-excitation networks in pytorch-cifar's form for 32×32 images, with
// its names: the blocks are those of PreAct-ResNet, each with a weight for every
// channel of what it adds; the first convolution is normalised and activated.
func init() {
	register(Definition{
		Name:   "senet18",
		Title:  "SENet-18",
		Paper:  "Hu, Shen and Sun, CVPR 2018",
		Levels: "the last ReLUs on the maps of the last three stages, before the last convolutions of their blocks",
		build:  buildSENet,
	})
}

func buildSENet(m *Model, b *layers.Builder) {
	const in = 64
	m.body.add(named("conv1", conv3x3(b, m.Channels, in, 1, layers.PyTorchDefault)), named("bn1", layers.NewBatchNorm2D(b, in)), layers.ReLU{})
	out := m.addStages(b, in, func(b *layers.Builder, in, out, stride int) layers.Module {
		block := newPreActBlock(b, in, out, stride)
		block.excite = newSqueezeExcite(b, out)
		return block
	}, 2, 2, 2, 2)
	m.body.add(layers.GlobalAvgPool{})
	m.head.add(named("linear", layers.NewLinear(b, out, m.Classes, layers.PyTorchDefault)))
}

// squeezeExcite is x·s with a factor for every channel of every sample, s =
// sigmoid(fc2(ReLU(fc1(the mean over the pixels of x)))) (Hu et al., CVPR 2018,
// section 3).
type squeezeExcite struct{ gates layers.Sequential }

// seReduction is how much smaller the layer between is: the paper's r.
const seReduction = 16

func newSqueezeExcite(b *layers.Builder, channels int) squeezeExcite {
	pixel := tensor.ConvGeometry{Kernel: 1, Stride: 1}
	return squeezeExcite{layers.Sequential{
		layers.GlobalAvgPool{},
		named("fc1", layers.NewConv2D(b, channels, channels/seReduction, pixel, true, layers.PyTorchDefault)), layers.ReLU{},
		named("fc2", layers.NewConv2D(b, channels/seReduction, channels, pixel, true, layers.PyTorchDefault)),
	}}
}

func (l squeezeExcite) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	gates := l.gates.Forward(t, x)
	s := autograd.Sigmoid(t, gates)
	t.Done(gates)
	y := autograd.ScaleChannels(t, x, s)
	t.Done(s)
	return y
}

func (l squeezeExcite) Visit(prefix string, visit func(layers.Entry)) { l.gates.Visit(prefix, visit) }
