package layers

import (
	"math"

	"sdrm/internal/parallel"
	"sdrm/internal/rng"
)

// Init is a way to draw a layer's initial weights.
type Init int

// The initialisations.
const (
	// PyTorchDefault is what PyTorch's Conv2d and Linear do by themselves:
	// weights and biases uniform in ±1/√fan_in. For the weights this is the
	// uniform initialisation of He et al. (ICCV 2015) with slope a = √5.
	PyTorchDefault Init = iota
	// KaimingNormal draws weights from a normal distribution of variance
	// 2/fan_out (He et al., eq. 14, for a ReLU) and sets biases to 0.
	KaimingNormal
)

// filler fills a parameter, or a part of it, with draws numbers of a stream an element.
type filler struct {
	draws int
	fill  func(dst []float32, draw *rng.Stream)
}

// fillPart is how many elements one task of fillLoop fills.
const fillPart = 1 << 14

type fillArgs struct {
	filler
	dst  []float32
	draw rng.Stream
}

// fillLoop fills a part of a parameter, from where the parts before leave the stream.
var fillLoop = parallel.NewLoop(func(a *fillArgs, task int) {
	draw, lo := a.draw, task*fillPart
	draw.Skip(lo * a.draws)
	a.fill(a.dst[lo:min(lo+fillPart, len(a.dst))], &draw)
})

func (i Init) weights(fanIn, fanOut int) filler {
	if i == KaimingNormal {
		return normal(math.Sqrt(2 / float64(fanOut)))
	}
	return uniform(1 / math.Sqrt(float64(fanIn)))
}

func (i Init) bias(fanIn int) filler {
	if i == KaimingNormal {
		return constant(0)
	}
	return uniform(1 / math.Sqrt(float64(fanIn)))
}

func uniform(bound float64) filler {
	return filler{1, func(dst []float32, draw *rng.Stream) {
		for i := range dst {
			dst[i] = float32(draw.Uniform(-bound, bound))
		}
	}}
}

func normal(deviation float64) filler {
	return filler{2, func(dst []float32, draw *rng.Stream) {
		for i := range dst {
			dst[i] = float32(deviation * draw.Normal())
		}
	}}
}

func constant(value float32) filler {
	return filler{0, func(dst []float32, _ *rng.Stream) {
		for i := range dst {
			dst[i] = value
		}
	}}
}
