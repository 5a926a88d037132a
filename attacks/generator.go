package attacks

import (
	"sync"

	"sdrm/autograd"
	"sdrm/internal/rng"
	"sdrm/layers"
	"sdrm/tensor"
)

// generatorWidth is the number of channels between the convolutions of a
// generator, ours.
const generatorWidth = 16

// newGenerator returns three convolutions of 3×3 with ReLUs between, from in to out
// channels, with initial weights from the stream.
func newGenerator(draw rng.Stream, in, out int) layers.Sequential {
	b, g := layers.NewBuilder(draw.Uint64()), tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}
	return layers.Sequential{
		layers.NewConv2D(b, in, generatorWidth, g, true, layers.KaimingNormal), layers.ReLU{},
		layers.NewConv2D(b, generatorWidth, generatorWidth, g, true, layers.KaimingNormal), layers.ReLU{},
		layers.NewConv2D(b, generatorWidth, out, g, true, layers.KaimingNormal),
	}
}

// generatorPass is the memory that a generator's pass of one image takes.
type generatorPass struct {
	tape  autograd.Tape
	image tensor.Tensor
}

// generatorPasses keeps the memory of passes that are over for those to come.
type generatorPasses struct{ idle sync.Pool }

func (p *generatorPasses) get() *generatorPass {
	if pass, ok := p.idle.Get().(*generatorPass); ok {
		return pass
	}
	return new(generatorPass)
}

func (p *generatorPasses) put(pass *generatorPass) { p.idle.Put(pass) }

// begin starts a pass of an image, as shares of 255.
func (p *generatorPass) begin(pixels []uint8, m Image) *autograd.Var {
	x := &p.image
	x.Shape, x.Data = tensor.Shape{1, m.H, m.W, m.C}, x.Data[:0]
	for _, v := range pixels {
		x.Data = append(x.Data, float32(v)/255)
	}
	p.tape.Reset(autograd.Inference)
	return p.tape.Input(x)
}
