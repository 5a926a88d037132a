package autograd_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sdrm/asm"
	"sdrm/autograd"
	"sdrm/internal/fill"
	"sdrm/internal/parallel"
	"sdrm/internal/warm"
	"sdrm/tensor"
)

type (
	tape = autograd.Tape
	node = autograd.Var
)

// opCase is one row of the table that every op is tested from. An op without a
// row fails TestEveryOpHasCases.
type opCase struct {
	name      string         // the op's file, then the variant
	inputs    []tensor.Shape // small: every element is moved for the gradient check
	large     []tensor.Shape // several chunks of every kind: determinism and allocations
	apply     func(t *tape, in []*node) *node
	reference func(in []array) array
	tolerance float64 // relative to the largest element; 0 stands for 2e-6
}

func shapes(s ...tensor.Shape) []tensor.Shape { return s }

func row(n int) tensor.Shape { return tensor.Shape{1, 1, 1, n} }

var testMean, testDeviation = []float32{0.5, 0.25, -1}, []float32{0.25, 0.5, 2}

var opCases = []opCase{
	convCase("3x3", tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Shape{2, 4, 5, 3}, 2, true, 0),
	convCase("winograd", tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Shape{2, 4, 4, 16}, 16, true, 3e-5),
	convCase("no bias", tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Shape{2, 3, 3, 2}, 3, false, 0),
	convCase("1x1", tensor.ConvGeometry{Kernel: 1, Stride: 1}, tensor.Shape{2, 3, 2, 4}, 5, true, 0),
	convCase("stride 2", tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}, tensor.Shape{2, 5, 6, 2}, 3, true, 0),
	convCase("depthwise", tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1, Groups: 5}, tensor.Shape{2, 5, 4, 5}, 5, true, 0),
	convCase("two groups", tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: 2}, tensor.Shape{2, 3, 4, 4}, 6, true, 0),
	convCase("5x5, no padding", tensor.ConvGeometry{Kernel: 5, Stride: 1}, tensor.Shape{1, 6, 5, 2}, 2, true, 0),

	{
		name:   "linear",
		inputs: shapes(tensor.Shape{3, 1, 1, 7}, tensor.Shape{7, 1, 1, 4}, row(4)),
		large:  shapes(tensor.Shape{300, 1, 1, 130}, tensor.Shape{130, 1, 1, 35}, row(35)),
		apply:  func(t *tape, in []*node) *node { return autograd.Linear(t, in[0], in[1], in[2]) },
		reference: func(in []array) array {
			return referenceLinear(in[0], in[1], in[2].data)
		},
	},
	{
		name:      "linear/flattened, no bias",
		inputs:    shapes(tensor.Shape{2, 2, 3, 2}, tensor.Shape{12, 1, 1, 3}),
		large:     shapes(tensor.Shape{40, 4, 4, 20}, tensor.Shape{320, 1, 1, 10}),
		apply:     func(t *tape, in []*node) *node { return autograd.Linear(t, in[0], in[1], nil) },
		reference: func(in []array) array { return referenceLinear(in[0], in[1], nil) },
	},

	batchNormCase("plain", tensor.NormOnly, tensor.Shape{3, 2, 3, 5}, tensor.Shape{5, 13, 11, 37}),
	batchNormCase("with ReLU", tensor.NormReLU, tensor.Shape{3, 2, 3, 5}, tensor.Shape{5, 13, 11, 37}),
	batchNormCase("several chunks", tensor.NormReLU, tensor.Shape{3, 16, 11, 2}, tensor.Shape{5, 13, 11, 37}),
	batchNormCase("pooled", tensor.NormReLUPool, tensor.Shape{2, 2, 4, 5}, tensor.Shape{5, 16, 16, 37}),
	batchNormCase("pooled, odd sides", tensor.NormReLUPool, tensor.Shape{2, 3, 5, 5}, tensor.Shape{5, 13, 11, 37}),
	fixedNormCase("fixed", tensor.NormOnly),
	fixedNormCase("fixed, with ReLU", tensor.NormReLU),

	convNormCase("plain", tensor.NormOnly),
	convNormCase("with ReLU", tensor.NormReLU),
	convNormCase("pooled", tensor.NormReLUPool),
	followed(convNormCase("with ReLU, then a convolution", tensor.NormReLUConv)),
	chainCase(),
	followed(batchNormCase("with ReLU, then a convolution", tensor.NormReLUConv, tensor.Shape{2, 3, 4, 5}, tensor.Shape{5, 14, 11, 37})),
	sumConvNormCase(),
	fixedConvNormCase("fixed", tensor.NormOnly),
	fixedConvNormCase("fixed, with ReLU", tensor.NormReLU),

	unaryCase("relu", tensor.Shape{2, 3, 3, 4}, tensor.Shape{5, 31, 30, 9}, autograd.ReLU, referenceReLU),
	unaryCase("normalise", tensor.Shape{2, 3, 2, 3}, tensor.Shape{5, 61, 30, 3},
		func(t *tape, x *node) *node {
			return autograd.Normalise(t, x, testMean, testDeviation)
		},
		func(x array) array {
			y := newArray(x.shape)
			for i, v := range x.data {
				c := i % 3
				y.data[i] = (v - float64(testMean[c])) / float64(testDeviation[c])
			}
			return y
		}),
	unaryCase("relu6", tensor.Shape{2, 3, 3, 4}, tensor.Shape{5, 31, 30, 9},
		func(t *tape, x *node) *node { return autograd.ReLU6(t, multiple(t, x, 16)) },
		func(x array) array {
			y := newArray(x.shape)
			for i, v := range x.data {
				y.data[i] = min(max(16*v, 0), 6)
			}
			return y
		}),

	maxPoolCase("2x2", tensor.PoolGeometry{Kernel: 2, Stride: 2}, tensor.Shape{2, 4, 6, 3}),
	maxPoolCase("2x2, odd sides", tensor.PoolGeometry{Kernel: 2, Stride: 2}, tensor.Shape{2, 5, 7, 3}),
	maxPoolCase("overlapping", tensor.PoolGeometry{Kernel: 3, Stride: 2}, tensor.Shape{2, 7, 5, 3}),
	maxPoolCase("gaps", tensor.PoolGeometry{Kernel: 2, Stride: 3}, tensor.Shape{2, 6, 6, 2}),

	avgPoolCase("2x2", tensor.PoolGeometry{Kernel: 2, Stride: 2}, tensor.Shape{2, 4, 5, 3}),
	avgPoolCase("overlapping", tensor.PoolGeometry{Kernel: 3, Stride: 1}, tensor.Shape{2, 5, 4, 3}),

	unaryCase("globalavgpool", tensor.Shape{3, 2, 3, 4}, tensor.Shape{9, 7, 7, 33}, autograd.GlobalAvgPool, referenceGlobalAvgPool),
	{
		name:      "add",
		inputs:    shapes(tensor.Shape{2, 2, 3, 4}, tensor.Shape{2, 2, 3, 4}),
		large:     shapes(tensor.Shape{5, 31, 30, 9}, tensor.Shape{5, 31, 30, 9}),
		apply:     func(t *tape, in []*node) *node { return autograd.Add(t, in[0], in[1]) },
		reference: func(in []array) array { return referenceAdd(in[0], in[1]) },
	},
	unaryCase("add/to itself", tensor.Shape{2, 2, 3, 4}, tensor.Shape{5, 31, 30, 9},
		func(t *tape, x *node) *node { return autograd.Add(t, x, x) }, func(x array) array { return referenceAdd(x, x) }),
	unaryCase("dropout", tensor.Shape{2, 3, 4, 5}, tensor.Shape{5, 31, 30, 9},
		func(t *tape, x *node) *node { return autograd.Dropout(t, x, 0.25, 11, 3) }, func(x array) array { return referenceDropout(x, 0.25, 11, 0, 3) }),
	{
		name:      "concatchannels",
		inputs:    shapes(tensor.Shape{2, 3, 2, 4}, tensor.Shape{2, 3, 2, 3}),
		large:     shapes(tensor.Shape{5, 31, 30, 9}, tensor.Shape{5, 31, 30, 7}),
		apply:     func(t *tape, in []*node) *node { return autograd.ConcatChannels(t, in[0], in[1]) },
		reference: func(in []array) array { return referenceConcat(in[0], in[1]) },
	},
	roomCase(),
	denseCase("1×1", tensor.ConvGeometry{Kernel: 1, Stride: 1}),
	denseCase("3×3", tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}),
	{
		name:   "softmaxcrossentropy",
		inputs: shapes(tensor.Shape{5, 1, 1, 4}),
		large:  shapes(tensor.Shape{400, 1, 1, 101}),
		apply: func(t *tape, in []*node) *node {
			s := in[0].Value.Shape
			return autograd.SoftmaxCrossEntropy(t, in[0], someLabels[s.C()][:s.N()])
		},
		reference: func(in []array) array {
			return referenceCrossEntropy(in[0], someLabels[in[0].shape.C()][:in[0].shape.N()])
		},
	},
	{
		name:   "scalechannels",
		inputs: shapes(tensor.Shape{2, 3, 2, 4}, tensor.Shape{2, 1, 1, 4}),
		large:  shapes(tensor.Shape{5, 31, 30, 9}, tensor.Shape{5, 1, 1, 9}),
		apply:  func(t *tape, in []*node) *node { return autograd.ScaleChannels(t, in[0], in[1]) },
		reference: func(in []array) array {
			y := newArray(in[0].shape)
			each(y.shape, func(n, i, j, c int) { *y.at(n, i, j, c) = *in[0].at(n, i, j, c) * *in[1].at(n, 0, 0, c) })
			return y
		},
	},
	unaryCase("sigmoid", tensor.Shape{2, 3, 3, 4}, tensor.Shape{5, 31, 30, 9}, autograd.Sigmoid, referenceSigmoid),
	{
		name:      "stamp",
		inputs:    shapes(tensor.Shape{3, 2, 5, 3}, tensor.Shape{1, 2, 5, 1}, tensor.Shape{1, 2, 5, 3}),
		large:     shapes(tensor.Shape{5, 13, 11, 3}, tensor.Shape{1, 13, 11, 1}, tensor.Shape{1, 13, 11, 3}),
		apply:     func(t *tape, in []*node) *node { return autograd.Stamp(t, in[0], in[1], in[2]) },
		reference: func(in []array) array { return referenceStamp(in[0], in[1], in[2]) },
	},
	unaryCase("sum", tensor.Shape{2, 3, 3, 4}, tensor.Shape{5, 31, 30, 9}, autograd.Sum, referenceSum),
	{
		name:   "weightedsum",
		inputs: shapes(row(1), row(1), row(1)),
		large:  shapes(row(1), row(1), row(1)),
		apply: func(t *tape, in []*node) *node {
			return autograd.WeightedSum(t, []float32{1, 0.5, -3}, in)
		},
		reference: func(in []array) array {
			return scalar(in[0].data[0] + 0.5*in[1].data[0] - 3*in[2].data[0])
		},
	},
}

// someLabels holds labels by the number of classes.
var someLabels = map[int][]int{4: {3, 0, 1, 3, 2}, 101: cyclicLabels(400, 101)}

func cyclicLabels(n, classes int) []int {
	labels := make([]int, n)
	for i := range labels {
		labels[i] = i * 7 % classes
	}
	return labels
}

func convCase(variant string, g tensor.ConvGeometry, x tensor.Shape, out int, bias bool, tolerance float64) opCase {
	weights := func(x tensor.Shape, out int) []tensor.Shape {
		s := shapes(x, tensor.Shape{g.Kernel, g.Kernel, g.GroupIn(x.C()), out})
		if bias {
			s = append(s, row(out))
		}
		return s
	}
	large, largeOut := tensor.Shape{5, 2 * x.H(), 2*x.W() + 1, 17}, 18
	if g.Groups > 1 {
		large[3], largeOut = x.C(), out
	}
	return opCase{
		name:   "conv2d/" + variant,
		inputs: weights(x, out),
		large:  weights(large, largeOut),
		apply: func(t *tape, in []*node) *node {
			c := autograd.ConvParams{Weight: in[1], Geometry: g}
			if bias {
				c.Bias = in[2]
			}
			return autograd.Conv2D(t, in[0], c)
		},
		reference: func(in []array) array {
			if !bias {
				return referenceConv2D(in[0], in[1], nil, g)
			}
			return referenceConv2D(in[0], in[1], in[2].data, g)
		},
		tolerance: tolerance,
	}
}

func batchNormCase(variant string, then tensor.AfterNorm, x, large tensor.Shape) opCase {
	return opCase{
		name:   "batchnorm2d/" + variant,
		inputs: shapes(x, row(x.C()), row(x.C())),
		large:  shapes(large, row(large.C()), row(large.C())),
		apply: func(t *tape, in []*node) *node {
			return autograd.BatchNorm2D(t, in[0], someNorm(in[1], in[2]), then)
		},
		reference: func(in []array) array {
			return referenceAfterNorm(referenceBatchNorm(in[0], in[1].data, in[2].data), then)
		},
		tolerance: 1e-5,
	}
}

// roomCase joins channels to a map with room for them, and normalises it before and
// after each time.
func roomCase() opCase {
	params := func(pixels tensor.Shape, x, a, b int) []tensor.Shape {
		wide := func(c int) tensor.Shape { pixels[3] = c; return pixels }
		return shapes(wide(x), wide(a), wide(b), row(x), row(x), row(x+a), row(x+a), row(x+a+b), row(x+a+b))
	}
	return opCase{
		name:   "withroom",
		inputs: params(tensor.Shape{2, 3, 2}, 3, 2, 2),
		large:  params(tensor.Shape{5, 14, 11}, 5, 32, 17),
		apply: func(t *tape, in []*node) *node {
			norm := func(x *node, i int) *node {
				return autograd.BatchNorm2D(t, x, someNorm(in[i], in[i+1]), tensor.NormReLU)
			}
			x := autograd.WithRoom(t, in[0], in[1].Value.Shape.C()+in[2].Value.Shape.C())
			one := norm(x, 3)
			x = autograd.ConcatChannels(t, in[1], x)
			two := norm(x, 5)
			x = autograd.ConcatChannels(t, in[2], x)
			return autograd.ConcatChannels(t, one, autograd.ConcatChannels(t, two, norm(x, 7)))
		},
		reference: func(in []array) array {
			norm := func(x array, i int) array {
				return referenceReLU(referenceBatchNorm(x, in[i].data, in[i+1].data))
			}
			x := referenceConcat(in[1], in[0])
			return referenceConcat(norm(in[0], 3), referenceConcat(norm(x, 5), norm(referenceConcat(in[2], x), 7)))
		},
		tolerance: 1e-5,
	}
}

// denseCase is two layers of a dense block and the normalisation behind it: the
// convolutions read channels of one map, which they normalise where they read them. It is
// large enough for both gradients of 1×1 convolutions to be computed in one pass.
func denseCase(variant string, g tensor.ConvGeometry) opCase {
	params := func(pixels tensor.Shape, x, a, b int) []tensor.Shape {
		filters := func(in, out int) tensor.Shape { return tensor.Shape{g.Kernel, g.Kernel, in, out} }
		pixels[3] = x
		all := shapes(pixels, row(x), row(x), filters(x, a), row(a), row(a))
		all = append(all, row(x+a), row(x+a), filters(x+a, b), row(b), row(b))
		return append(all, row(x+a+b), row(x+a+b))
	}
	return opCase{
		name:   "withroom/" + variant,
		inputs: params(tensor.Shape{1, 32, 16}, 2, 3, 2),
		large:  params(tensor.Shape{9, 16, 16}, 5, 32, 17),
		apply: func(t *tape, in []*node) *node {
			layer := func(x *node, i int) *node {
				y := autograd.BatchNorm2D(t, x, someNorm(in[i], in[i+1]), tensor.NormReLUConv)
				y = autograd.Conv2DNorm(t, y, autograd.ConvParams{Weight: in[i+2], Geometry: g}, someNorm(in[i+3], in[i+4]), tensor.NormReLU)
				return autograd.ConcatChannels(t, y, x)
			}
			x := autograd.WithRoom(t, in[0], in[4].Value.Shape.C()+in[9].Value.Shape.C())
			return autograd.BatchNorm2D(t, layer(layer(x, 1), 6), someNorm(in[11], in[12]), tensor.NormReLU)
		},
		reference: func(in []array) array {
			layer := func(x array, i int) array {
				y := referenceReLU(referenceBatchNorm(x, in[i].data, in[i+1].data))
				y = referenceBatchNorm(referenceConv2D(y, in[i+2], nil, g), in[i+3].data, in[i+4].data)
				return referenceConcat(referenceReLU(y), x)
			}
			return referenceReLU(referenceBatchNorm(layer(layer(in[0], 1), 6), in[11].data, in[12].data))
		},
		tolerance: 1e-4,
	}
}

var normGeometry = tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}

func convNormCase(variant string, then tensor.AfterNorm) opCase {
	g := normGeometry
	params := func(x tensor.Shape, out int) []tensor.Shape {
		return shapes(x, tensor.Shape{3, 3, x.C(), out}, row(out), row(out)) // a bias would have the gradient 0
	}
	return opCase{
		name:   "conv2dnorm/" + variant,
		inputs: params(tensor.Shape{2, 4, 7, 3}, 5),
		large:  params(tensor.Shape{5, 27, 22, 4}, 37),
		apply: func(t *tape, in []*node) *node {
			return autograd.Conv2DNorm(t, in[0], autograd.ConvParams{Weight: in[1], Geometry: g}, someNorm(in[2], in[3]), then)
		},
		reference: func(in []array) array {
			z := referenceConv2D(in[0], in[1], nil, g)
			return referenceAfterNorm(referenceBatchNorm(z, in[2].data, in[3].data), then)
		},
		tolerance: 1e-5,
	}
}

// followed is a case whose result is a map of 5 channels, or in its large form of 37,
// with a convolution behind it, which reads what is not stored.
func followed(c opCase) opCase {
	g := tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}
	plain, reference, last := c.apply, c.reference, len(c.inputs)
	c.inputs, c.large = append(c.inputs, tensor.Shape{3, 3, 5, 2}), append(c.large, tensor.Shape{3, 3, 37, 19})
	c.apply = func(t *tape, in []*node) *node {
		return autograd.Conv2D(t, plain(t, in), autograd.ConvParams{Weight: in[last], Geometry: g})
	}
	c.reference = func(in []array) array { return referenceConv2D(reference(in), in[last], nil, g) }
	return c
}

// chainCase are 1×1, depthwise and 1×1 convolutions of a map that is large enough for
// both gradients of each to be computed in one pass.
func chainCase() opCase {
	one := tensor.ConvGeometry{Kernel: 1, Stride: 1}
	params := func(x tensor.Shape, wide, out int) (all []tensor.Shape) {
		all = shapes(x, tensor.Shape{1, 1, x.C(), wide}, row(wide), row(wide))
		all = append(all, tensor.Shape{3, 3, 1, wide}, row(wide), row(wide))
		return append(all, tensor.Shape{1, 1, wide, out}, row(out), row(out))
	}
	return opCase{
		name:   "conv2dnorm/1×1, depthwise, 1×1",
		inputs: params(tensor.Shape{1, 32, 16, 2}, 3, 2),
		large:  params(tensor.Shape{9, 16, 16, 5}, 37, 5),
		apply: func(t *tape, in []*node) *node {
			depthwise := tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: in[2].Value.Shape.C()}
			x := autograd.Conv2DNorm(t, in[0], autograd.ConvParams{Weight: in[1], Geometry: one}, someNorm(in[2], in[3]), tensor.NormReLUConv)
			x = autograd.Conv2DNorm(t, x, autograd.ConvParams{Weight: in[4], Geometry: depthwise}, someNorm(in[5], in[6]), tensor.NormReLUConv)
			return autograd.Conv2DNorm(t, x, autograd.ConvParams{Weight: in[7], Geometry: one}, someNorm(in[8], in[9]), tensor.NormOnly)
		},
		reference: func(in []array) array {
			depthwise := tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: in[2].shape.C()}
			x := referenceReLU(referenceBatchNorm(referenceConv2D(in[0], in[1], nil, one), in[2].data, in[3].data))
			x = referenceReLU(referenceBatchNorm(referenceConv2D(x, in[4], nil, depthwise), in[5].data, in[6].data))
			return referenceBatchNorm(referenceConv2D(x, in[7], nil, one), in[8].data, in[9].data)
		},
		tolerance: 1e-4,
	}
}

func sumConvNormCase() opCase {
	c := convNormCase("added to, with ReLU", tensor.NormOnly)
	plain := c.reference
	c.inputs, c.large = append(c.inputs, tensor.Shape{2, 2, 4, 5}), append(c.large, tensor.Shape{5, 14, 11, 37})
	c.apply = func(t *tape, in []*node) *node {
		return autograd.Conv2DNormAddReLU(t, in[0], autograd.ConvParams{Weight: in[1], Geometry: normGeometry}, someNorm(in[2], in[3]), in[4])
	}
	c.reference = func(in []array) array { return referenceReLU(referenceAdd(plain(in), in[4])) }
	return c
}

// fixedNorm returns a gamma, a beta and running statistics of seven channels.
func fixedNorm() (gamma, beta *tensor.Tensor, running tensor.RunningStats) {
	running = tensor.NewRunningStats(7)
	for i := range running.Mean.Data {
		running.Mean.Data[i], running.Var.Data[i] = 0.1*float32(i)-0.25, 0.5+0.25*float32(i)
	}
	return randomTensor(31, row(7)), randomTensor(32, row(7)), running
}

func fixedConvNormCase(variant string, then tensor.AfterNorm) opCase {
	gamma, beta, running := fixedNorm()
	w, bias := randomTensor(33, tensor.Shape{3, 3, 4, 7}), randomTensor(34, row(7))
	g := tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}
	return opCase{
		name:   "conv2dnorm/" + variant,
		inputs: shapes(tensor.Shape{3, 4, 5, 4}),
		large:  shapes(tensor.Shape{5, 27, 22, 4}),
		apply: func(t *tape, in []*node) *node {
			c := autograd.ConvParams{Weight: t.Input(w), Bias: t.Input(bias), Geometry: g}
			n := autograd.NormParams{Gamma: t.Input(gamma), Beta: t.Input(beta), Running: running, Fixed: true}
			return autograd.Conv2DNorm(t, in[0], c, n, then)
		},
		reference: func(in []array) array {
			z := referenceConv2D(in[0], arrayOf(w), arrayOf(bias).data, g)
			return referenceAfterNorm(referenceBatchNormFixed(z, gamma, beta, running), then)
		},
	}
}

// fixedNormCase tests with a gamma, a beta and running statistics that are
// constants.
func fixedNormCase(variant string, then tensor.AfterNorm) opCase {
	gamma, beta, running := fixedNorm()
	return opCase{
		name:   "batchnorm2d/" + variant,
		inputs: shapes(tensor.Shape{3, 2, 3, 7}),
		large:  shapes(tensor.Shape{5, 13, 11, 7}),
		apply: func(t *tape, in []*node) *node {
			n := autograd.NormParams{Gamma: t.Input(gamma), Beta: t.Input(beta), Running: running, Fixed: true}
			return autograd.BatchNorm2D(t, in[0], n, then)
		},
		reference: func(in []array) array {
			return referenceAfterNorm(referenceBatchNormFixed(in[0], gamma, beta, running), then)
		},
	}
}

// someNorm adds running statistics, one by the number of channels.
func someNorm(gamma, beta *node) autograd.NormParams {
	return autograd.NormParams{Gamma: gamma, Beta: beta, Running: someStats[gamma.Value.Shape.C()]}
}

var someStats = map[int]tensor.RunningStats{
	2: tensor.NewRunningStats(2), 3: tensor.NewRunningStats(3), 5: tensor.NewRunningStats(5), 7: tensor.NewRunningStats(7),
	17: tensor.NewRunningStats(17), 32: tensor.NewRunningStats(32), 37: tensor.NewRunningStats(37), 54: tensor.NewRunningStats(54),
}

// unaryCase is the row of an op of one input.
func unaryCase(name string, x, large tensor.Shape, op func(t *tape, x *node) *node, reference func(x array) array) opCase {
	return opCase{
		name: name, inputs: shapes(x), large: shapes(large),
		apply:     func(t *tape, in []*node) *node { return op(t, in[0]) },
		reference: func(in []array) array { return reference(in[0]) },
	}
}

func maxPoolCase(variant string, g tensor.PoolGeometry, x tensor.Shape) opCase {
	return unaryCase("maxpool2d/"+variant, x, tensor.Shape{6, x.H(), x.W(), 21},
		func(t *tape, x *node) *node { return autograd.MaxPool2D(t, x, g) },
		func(x array) array { return referencePool(x, g, largest) })
}

func avgPoolCase(variant string, g tensor.PoolGeometry, x tensor.Shape) opCase {
	return unaryCase("avgpool2d/"+variant, x, tensor.Shape{6, x.H(), x.W(), 21},
		func(t *tape, x *node) *node { return autograd.AvgPool2D(t, x, g) },
		func(x array) array { return referencePool(x, g, mean) })
}

// randomTensor fills a tensor with uniform numbers in [-1, 1).
func randomTensor(seed uint64, shape tensor.Shape) *tensor.Tensor {
	x := tensor.New(shape)
	fill.Uniform(x.Data, seed)
	return x
}

func randomParams(s []tensor.Shape) []*node {
	in := make([]*node, len(s))
	for i := range in {
		in[i] = autograd.NewParam(randomTensor(uint64(i)+1, s[i]))
	}
	return in
}

// project is Σ weights·x, which makes a single number of any op's result.
func project(t *tape, x *node, weights *tensor.Tensor) *node {
	op := autograd.Next[projection](t)
	op.x, op.weights = x, weights
	y := t.Output(&op.out, op, row(1), x)
	sum := 0.0
	for i, w := range weights.Data {
		sum += float64(float64(w) * float64(x.Value.Data[i]))
	}
	y.Value.Data[0] = float32(sum)
	return y
}

type projection struct {
	x       *node
	weights *tensor.Tensor
	out     node
}

func (op *projection) Backward(t *tape) {
	dx := t.Gradient(op.x)
	tensor.Scale(dx, op.out.Grad.Data[0], op.weights)
	t.Deliver(op.x, dx)
}

// run makes one pass of the case and returns the op's result, Kept.
func (c opCase) run(t *tape, in []*node, weights *tensor.Tensor) *node {
	t.Reset(autograd.Training)
	y := c.apply(t, in)
	y.Keep()
	t.Backward(project(t, y, weights))
	return y
}

// outputShape returns the shape of the case's result on inputs.
func (c opCase) outputShape(inputs []tensor.Shape) tensor.Shape {
	var t tape
	return c.apply(&t, randomParams(inputs)).Value.Shape
}

func (c opCase) check(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	tolerance := c.tolerance
	if tolerance == 0 {
		tolerance = 2e-6
	}
	scale := 0.0
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	if len(got) != len(want) {
		t.Fatalf("%s has %d elements, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		if diff := math.Abs(float64(got[i]) - w); !(diff <= tolerance*scale) {
			t.Fatalf("%s: element %d is %v, reference %v: %.2g of the largest, want at most %.2g",
				what, i, got[i], w, diff/scale, tolerance)
		}
	}
}

func widen(in []*node) []array {
	out := make([]array, len(in))
	for i, v := range in {
		out[i] = newArray(v.Value.Shape)
		for j, f := range v.Value.Data {
			out[i].data[j] = float64(f)
		}
	}
	return out
}

// TestGradients compares every op's result with the float64 reference and its
// gradients with the reference's central differences.
func TestGradients(t *testing.T) {
	const step = 1e-6
	for _, c := range opCases {
		t.Run(c.name, func(t *testing.T) {
			var tape tape
			in := randomParams(c.inputs)
			weights := randomTensor(99, c.outputShape(c.inputs))
			y := c.run(&tape, in, weights)
			wide := widen(in)
			want := c.reference(wide)
			if y.Value.Shape != want.shape {
				t.Fatalf("result has shape %v, reference %v", y.Value.Shape, want.shape)
			}
			c.check(t, "result", y.Value.Data, want.data)
			loss := func() float64 {
				sum := 0.0
				for i, v := range c.reference(wide).data {
					sum += v * float64(weights.Data[i])
				}
				return sum
			}
			for k, a := range wide {
				slope := make([]float64, len(a.data))
				for i, v := range a.data {
					a.data[i] = v + step
					above := loss()
					a.data[i] = v - step
					below := loss()
					a.data[i] = v
					slope[i] = (above - below) / (2 * step)
				}
				c.check(t, fmt.Sprintf("gradient of input %d", k), in[k].Grad.Data, slope)
			}
		})
	}
}

// TestGradientRoutes feeds every op in other ways than from parameters and
// expects the very same gradients.
func TestGradientRoutes(t *testing.T) {
	for _, c := range opCases {
		t.Run(c.name, func(t *testing.T) {
			var tape tape
			params := randomParams(c.inputs)
			weights := randomTensor(99, c.outputShape(c.inputs))
			c.run(&tape, params, weights)
			want := make([]*tensor.Tensor, len(params))
			for i, p := range params {
				want[i] = tensor.New(p.Grad.Shape)
				tensor.Copy(want[i], p.Grad)
			}
			for i, p := range params {
				tape.Reset(autograd.Training)
				in := make([]*node, len(params))
				for j := range in {
					in[j] = tape.Input(params[j].Value)
				}
				in[i] = p
				tape.Backward(project(&tape, c.apply(&tape, in), weights))
				sameBits(t, fmt.Sprintf("input %d alone", i), p.Grad, want[i])
			}
			for _, keep := range []bool{false, true} {
				tape.Reset(autograd.Training)
				in := copies(&tape, params)
				y := c.apply(&tape, in)
				if keep {
					y.Keep()
				}
				tape.Backward(project(&tape, y, weights))
				for i, p := range params {
					sameBits(t, fmt.Sprintf("input %d of intermediate values, result kept: %v", i, keep), p.Grad, want[i])
				}
				if keep {
					sameBits(t, "gradient of the kept result", y.Grad, weights)
				}
			}
			// Nothing reads what goes in and comes out but the op's Backward.
			tape.Reset(autograd.Training)
			in := copies(&tape, params)
			for i, v := range in {
				in[i] = autograd.CopyAgain(&tape, v)
			}
			y := c.apply(&tape, in)
			channels := y.Value.Shape.C()
			same := autograd.Normalise(&tape, y, make([]float32, channels), slices.Repeat([]float32{1}, channels))
			for _, v := range append(in, y) {
				tape.Done(v)
			}
			for i, v := range in {
				if v.Value != nil {
					t.Errorf("input %d is Done and not given up", i)
				}
			}
			moved := runningOf(channels)
			tape.Backward(project(&tape, same, weights))
			for i, p := range params {
				sameBits(t, fmt.Sprintf("input %d that is Done", i), p.Grad, want[i])
			}
			if !slices.Equal(moved, runningOf(channels)) {
				t.Error("Backward moves the running statistics")
			}
			// The inputs feed a second op, recorded later, so that the op under
			// test finds a gradient already there.
			tape.Reset(autograd.Training)
			in = copies(&tape, params)
			losses := []*node{project(&tape, c.apply(&tape, in), weights)}
			factors := []float32{1}
			more := make([]*tensor.Tensor, len(in))
			for i, v := range in {
				more[i] = randomTensor(50, v.Value.Shape)
				losses, factors = append(losses, project(&tape, v, more[i])), append(factors, 1)
			}
			tape.Backward(autograd.WeightedSum(&tape, factors, losses))
			for i, p := range params {
				tensor.Add(want[i], more[i], want[i])
				if c.name == "add/to itself" { // added one after the other
					tensor.Add(want[i], more[i], weights)
					tensor.Add(want[i], want[i], weights)
				}
				sameBits(t, fmt.Sprintf("input %d with another use", i), p.Grad, want[i])
			}
		})
	}
}

// runningOf returns the running statistics that someNorm has for so many channels.
func runningOf(channels int) []float32 {
	stats, ok := someStats[channels]
	if !ok {
		return nil
	}
	return slices.Concat(stats.Mean.Data, stats.Var.Data)
}

// copies passes the params through an op, so that what an op under test gets is
// an intermediate value.
func copies(t *tape, params []*node) []*node {
	in := make([]*node, len(params))
	for i, p := range params {
		in[i] = duplicate(t, p)
	}
	return in
}

func duplicate(t *tape, x *node) *node { return multiple(t, x, 1) }

// multiple is factor·x.
func multiple(t *tape, x *node, factor float32) *node {
	op := autograd.Next[multiplication](t)
	op.x, op.factor = x, factor
	y := t.Output(&op.out, op, x.Value.Shape, x)
	tensor.Scale(y.Value, factor, x.Value)
	return y
}

type multiplication struct {
	x      *node
	factor float32
	out    node
}

func (op *multiplication) Backward(t *tape) {
	dx := t.Gradient(op.x)
	tensor.Scale(dx, op.factor, op.out.Grad)
	t.Deliver(op.x, dx)
}

func sameBits(t *testing.T, what string, got, want *tensor.Tensor) {
	t.Helper()
	if got.Shape != want.Shape {
		t.Fatalf("%s: shape %v, want %v", what, got.Shape, want.Shape)
	}
	for i, v := range got.Data {
		if math.Float32bits(v) != math.Float32bits(want.Data[i]) {
			t.Fatalf("%s: element %d is %v, want exactly %v", what, i, v, want.Data[i])
		}
	}
}

// TestBitsAreTheSameEverywhere runs every op on every instruction set of this
// machine and on several numbers of workers.
func TestBitsAreTheSameEverywhere(t *testing.T) {
	defer parallel.SetWorkers(0)
	for _, c := range opCases {
		t.Run(c.name, func(t *testing.T) {
			weights := randomTensor(99, c.outputShape(c.large))
			var want []*tensor.Tensor // the result and the gradients of the first setup
			for _, kernels := range asm.Available() {
				for _, workers := range []int{1, 2, 7} {
					restore := asm.Use(kernels)
					parallel.SetWorkers(workers)
					var tape tape
					params := randomParams(c.large)
					got := []*tensor.Tensor{c.run(&tape, params, weights).Value}
					restore()
					for _, p := range params {
						got = append(got, p.Grad)
					}
					if want == nil {
						want = got
					}
					for i, w := range want {
						sameBits(t, fmt.Sprintf("%v with %d workers, tensor %d", kernels.ISA, workers, i), got[i], w)
					}
				}
			}
		})
	}
}

func TestWarmPassesAllocateNothing(t *testing.T) {
	defer parallel.SetWorkers(0)
	for _, workers := range []int{1, 2} {
		parallel.SetWorkers(workers)
		for _, c := range opCases {
			var tape tape
			in := randomParams(c.large)
			weights := randomTensor(99, c.outputShape(c.large))
			pass := func() { c.run(&tape, in, weights) }
			for range 3 {
				pass()
			}
			if n := warm.Allocations(pass); n != 0 {
				t.Errorf("%s with %d workers: %v allocations a pass, want 0", c.name, workers, n)
			}
		}
	}
}

// Gradients that are computed in one pass leave no more behind than those that are not,
// which needs more workers than there are tasks.
func TestGradientsInOnePassGiveUpWhatTheyRead(t *testing.T) {
	defer parallel.SetWorkers(0)
	c := chainCase()
	var left [2]int
	for i, workers := range []int{1, 7} {
		parallel.SetWorkers(workers)
		var tape tape
		c.run(&tape, randomParams(c.large), randomTensor(99, c.outputShape(c.large)))
		left[i] = tape.Memory().Now
	}
	if left[0] != left[1] {
		t.Errorf("%d bytes are in use after Backward, %d where nothing is computed in one pass", left[0], left[1])
	}
}

func TestEveryOpHasCases(t *testing.T) {
	files, err := filepath.Glob("op_*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no op files: %v", err)
	}
	rows := map[string]int{}
	for _, c := range opCases {
		op, _, _ := strings.Cut(c.name, "/")
		rows["op_"+op+".go"]++
	}
	for _, f := range files {
		if rows[f] == 0 {
			t.Errorf("%s has no row in opCases", f)
		}
		delete(rows, f)
	}
	for f := range rows {
		t.Errorf("opCases has rows for %s, which is not there", f)
	}
}
