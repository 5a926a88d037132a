package layers

import (
	"sdrm/autograd"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

// Builder numbers the parameters of one model in the order in which they are
// made. The number names the stream that a parameter's initial values are drawn
// from, so they depend on the seed and the model alone.
type Builder struct {
	seed       uint64
	parameters int
	norms      []*BatchNorm2D
}

// NewBuilder returns a builder for a model initialised from seed.
func NewBuilder(seed uint64) *Builder { return &Builder{seed: seed} }

// BatchNorms returns the batch normalisations made so far, in order. The slice
// is the builder's.
func (b *Builder) BatchNorms() []*BatchNorm2D { return b.norms }

// parameter makes the next parameter and fills it.
func (b *Builder) parameter(shape tensor.Shape, fill filler) *autograd.Var {
	draw := rng.New(b.seed, rng.Init, 0, b.parameters)
	b.parameters++
	value := tensor.New(shape)
	fillLoop.Run((len(value.Data)+fillPart-1)/fillPart, fillArgs{fill, value.Data, draw})
	return autograd.NewParam(value)
}
