package verify

import (
	"context"
	"slices"

	"sdrm/autograd"
	"sdrm/internal/rng"
	"sdrm/mmd"
	"sdrm/tensor"
	"sdrm/train"
)

// opShape is the shape of most ops' inputs. Sizes are odd, so that every kernel has
// rests to work on.
var opShape = tensor.Shape{5, 9, 7, 19}

// An opCase is an op, what it is given, and how the network around it makes it.
type opCase struct {
	name string
	x    tensor.Shape
	make func(n *opNet) layer
}

// opComputations has a computation for every op of the tape, and one for every algorithm of
// the convolution: the op between a parameter and a linear classifier, trained
// for three steps.
func opComputations() []computation {
	var list []computation
	for _, o := range slices.Concat(opCases(), regulariserCases()) {
		list = append(list, computation{name: "op " + o.name, run: func(_ context.Context, d *digest) error {
			trainOp(d, o.x, o.make)
			return nil
		}})
	}
	return list
}

func opCases() []opCase {
	type (
		tape = autograd.Tape
		v    = autograd.Var
	)
	return []opCase{
		{"add", opShape, plain(func(t *tape, x *v) *v { return autograd.Add(t, x, x) })},
		{"avgpool2d", opShape, plain(func(t *tape, x *v) *v { return autograd.AvgPool2D(t, x, pooling(3, 2)) })},
		{"batchnorm2d", opShape, norm(tensor.NormOnly)},
		{"batchnorm2d relu", opShape, norm(tensor.NormReLU)},
		{"batchnormfixed2d", opShape, fixedNorm(tensor.NormOnly)},
		{"batchnormfixed2d relu", opShape, fixedNorm(tensor.NormReLU)},
		{"batchnormpool2d", tensor.Shape{5, 8, 8, 19}, norm(tensor.NormReLUPool)},
		{"concatchannels", opShape, func(n *opNet) layer {
			more := n.param(tensor.Shape{opShape.N(), opShape.H(), opShape.W(), 6})
			return func(t *tape, x *v) *v { return autograd.ConcatChannels(t, more, x) }
		}},
		{"conv2d dense", tensor.Shape{64, 4, 4, 5}, conv(tensor.Shape{64, 4, 4, 5}, 21, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1})},
		{"conv2d depthwise", opShape, conv(opShape, opShape.C(), tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: opShape.C()})},
		{"conv2d grouped", tensor.Shape{3, 9, 7, 34}, conv(tensor.Shape{3, 9, 7, 34}, 38, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: 2})},
		{"conv2d im2col", tensor.Shape{3, 11, 9, 5}, conv(tensor.Shape{3, 11, 9, 5}, 21, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1})},
		{"conv2d im2col 5x5 stride 2", opShape, conv(opShape, 33, tensor.ConvGeometry{Kernel: 5, Stride: 2, Pad: 2})},
		{"conv2d pointwise", opShape, conv(opShape, 35, tensor.ConvGeometry{Kernel: 1, Stride: 1})},
		{"conv2d winograd2", tensor.Shape{9, 2, 2, 37}, conv(tensor.Shape{9, 2, 2, 37}, 45, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1})},
		{"conv2d winograd4", opShape, conv(opShape, 50, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1})},
		{"conv2d winograd4 one image", tensor.Shape{1, 4, 4, 37}, conv(tensor.Shape{1, 4, 4, 37}, 50, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1})},
		{"conv2d winograd2 one image", tensor.Shape{1, 2, 2, 37}, conv(tensor.Shape{1, 2, 2, 37}, 50, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1})},
		{"conv2dnorm", tensor.Shape{5, 8, 8, 19}, convNorm(tensor.NormOnly)},
		{"conv2dnorm relu", tensor.Shape{5, 8, 8, 19}, convNorm(tensor.NormReLU)},
		{"conv2dnorm add relu", opShape, func(n *opNet) layer {
			c := autograd.ConvParams{Weight: n.param(tensor.Shape{3, 3, 19, 19}), Geometry: tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}}
			p := n.norm(19)
			return func(t *tape, x *v) *v { return autograd.Conv2DNormAddReLU(t, x, c, p, x) }
		}},
		{"conv2dnorm chain, 1×1, depthwise, 1×1", tensor.Shape{8, 32, 32, 5}, func(n *opNet) layer {
			stage := func(in, out int, g tensor.ConvGeometry) func(t *tape, x *v, then tensor.AfterNorm) *v {
				c := autograd.ConvParams{Weight: n.param(tensor.Shape{g.Kernel, g.Kernel, g.GroupIn(in), out}), Geometry: g}
				p := n.norm(out)
				return func(t *tape, x *v, then tensor.AfterNorm) *v { return autograd.Conv2DNorm(t, x, c, p, then) }
			}
			widen := stage(5, 19, tensor.ConvGeometry{Kernel: 1, Stride: 1})
			depthwise := stage(19, 19, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: 19})
			narrow := stage(19, 7, tensor.ConvGeometry{Kernel: 1, Stride: 1})
			return func(t *tape, x *v) *v {
				x = depthwise(t, widen(t, x, tensor.NormReLUConv), tensor.NormReLUConv)
				return narrow(t, x, tensor.NormOnly)
			}
		}},
		{"dropout", opShape, plain(func(t *tape, x *v) *v { return autograd.Dropout(t, x, 0.3, seed, 2) })},
		{"globalavgpool", opShape, plain(autograd.GlobalAvgPool)},
		{"linear", opShape, func(n *opNet) layer {
			w, b := n.param(tensor.Shape{opShape.SampleLen(), 1, 1, 83}), n.param(tensor.Shape{1, 1, 1, 83})
			return func(t *tape, x *v) *v { return autograd.Linear(t, x, w, b) }
		}},
		{"maxpool2d", opShape, plain(func(t *tape, x *v) *v { return autograd.MaxPool2D(t, x, pooling(2, 2)) })},
		{"maxpool2d 3x3 stride 2", opShape, plain(func(t *tape, x *v) *v { return autograd.MaxPool2D(t, x, pooling(3, 2)) })},
		{"normalise", opShape, func(*opNet) layer {
			mean, deviation := make([]float32, opShape.C()), make([]float32, opShape.C())
			for c := range mean {
				mean[c], deviation[c] = float32(c)/10, float32(c+3)/7
			}
			return func(t *tape, x *v) *v { return autograd.Normalise(t, x, mean, deviation) }
		}},
		{"relu", opShape, plain(autograd.ReLU)},
		{"relu6", opShape, func(n *opNet) layer {
			tensor.Scale(n.params[0].Value, 16, n.params[0].Value) // to values beyond 6
			return autograd.ReLU6
		}},
		{"scalechannels", opShape, func(n *opNet) layer {
			s := n.param(tensor.Shape{opShape.N(), 1, 1, opShape.C()})
			return func(t *tape, x *v) *v { return autograd.ScaleChannels(t, x, s) }
		}},
		{"sigmoid", opShape, plain(autograd.Sigmoid)},
		{"stamp", opShape, func(n *opNet) layer {
			mask := n.param(tensor.Shape{1, opShape.H(), opShape.W(), 1})
			pattern := n.param(tensor.Shape{1, opShape.H(), opShape.W(), opShape.C()})
			return func(t *tape, x *v) *v { return autograd.Stamp(t, x, mask, pattern) }
		}},
		{"sum", tensor.Shape{37, 31, 1, 29}, func(n *opNet) layer {
			return func(t *tape, x *v) *v {
				n.loss = autograd.Sum(t, x)
				return x
			}
		}},
		{"withroom", opShape, func(n *opNet) layer {
			more := n.param(tensor.Shape{opShape.N(), opShape.H(), opShape.W(), 6})
			before, after := n.norm(19), n.norm(25)
			return func(t *tape, x *v) *v {
				x = autograd.WithRoom(t, x, 6)
				narrow := autograd.BatchNorm2D(t, x, before, tensor.NormReLU)
				x = autograd.ConcatChannels(t, more, x)
				return autograd.ConcatChannels(t, narrow, autograd.BatchNorm2D(t, x, after, tensor.NormReLU))
			}
		}},
		{"softmaxcrossentropy weightedsum", tensor.Shape{33, 1, 1, 17}, plain(func(_ *tape, x *v) *v { return x })},
	}
}

// regulariserCases has one for every regulariser, or two where the estimator matters.
// Those from before the list was made from the registry keep their names and places; a
// later one is called by its name.
func regulariserCases() []opCase {
	type computed struct {
		name, regulariser string
		estimator         mmd.Estimator
	}
	list := []computed{
		{"biased", "mmd", mmd.Biased},
		{"unbiased", "mmd", mmd.Unbiased},
		{"energy", "ed", mmd.Biased},
		{"energy unbiased", "ed", mmd.Unbiased},
		{"discriminator", "discriminator", mmd.Biased},
		{"sliced", "swd", mmd.Biased},
	}
	for _, r := range mmd.Regularisers() {
		if slices.ContainsFunc(list, func(c computed) bool { return c.regulariser == r.Name }) {
			continue
		}
		list = append(list, computed{r.Name, r.Name, mmd.Biased})
		if r.Averages {
			list = append(list, computed{r.Name + " unbiased", r.Name, mmd.Unbiased})
		}
	}
	var cases []opCase
	for _, c := range list {
		cases = append(cases, opCase{"mmd " + c.name, tensor.Shape{13, 3, 3, 17}, measured(c.regulariser, c.estimator)})
	}
	return cases
}

// seed names everything random in them.
const seed = 11

// layer records an op on its input.
type layer func(t *autograd.Tape, x *autograd.Var) *autograd.Var

// opNet is the network around an op.
type opNet struct {
	params []*autograd.Var
	loss   *autograd.Var // that the op adds to the loss; may be nil
}

// param makes the next parameter, of normally distributed numbers.
func (n *opNet) param(shape tensor.Shape) *autograd.Var {
	draw := rng.New(seed, rng.Init, 0, len(n.params))
	value := tensor.New(shape)
	for i := range value.Data {
		value.Data[i] = float32(0.25 * draw.Normal())
	}
	p := autograd.NewParam(value)
	n.params = append(n.params, p)
	return p
}

// norm makes a batch normalisation with the next two parameters.
func (n *opNet) norm(channels int) autograd.NormParams {
	row := tensor.Shape{1, 1, 1, channels}
	return autograd.NormParams{Gamma: n.param(row), Beta: n.param(row), Running: tensor.NewRunningStats(channels)}
}

// fixed returns p with constants.
func fixed(t *autograd.Tape, p autograd.NormParams) autograd.NormParams {
	return autograd.NormParams{Gamma: t.Input(p.Gamma.Value), Beta: t.Input(p.Beta.Value), Running: p.Running, Fixed: true}
}

// plain makes a layer without parameters.
func plain(l layer) func(*opNet) layer { return func(*opNet) layer { return l } }

func pooling(kernel, stride int) tensor.PoolGeometry {
	return tensor.PoolGeometry{Kernel: kernel, Stride: stride}
}

func conv(x tensor.Shape, cout int, g tensor.ConvGeometry) func(n *opNet) layer {
	return func(n *opNet) layer {
		c := autograd.ConvParams{Weight: n.param(tensor.Shape{g.Kernel, g.Kernel, g.GroupIn(x.C()), cout}),
			Bias: n.param(tensor.Shape{1, 1, 1, cout}), Geometry: g}
		return func(t *autograd.Tape, x *autograd.Var) *autograd.Var { return autograd.Conv2D(t, x, c) }
	}
}

func norm(then tensor.AfterNorm) func(n *opNet) layer {
	return func(n *opNet) layer {
		p := n.norm(19)
		return func(t *autograd.Tape, x *autograd.Var) *autograd.Var { return autograd.BatchNorm2D(t, x, p, then) }
	}
}

// fixedNorm normalises with the statistics of a batch that training has seen.
func fixedNorm(then tensor.AfterNorm) func(n *opNet) layer {
	constants, t := &opNet{}, &autograd.Tape{}
	p := constants.norm(19)
	autograd.BatchNorm2D(t, constants.param(opShape), p, tensor.NormOnly)
	return plain(func(t *autograd.Tape, x *autograd.Var) *autograd.Var {
		return autograd.BatchNorm2D(t, x, fixed(t, p), then)
	})
}

// convNorm convolves and normalises with constants.
func convNorm(then tensor.AfterNorm) func(n *opNet) layer {
	constants := &opNet{}
	w, b := constants.param(tensor.Shape{3, 3, 19, 50}), constants.param(tensor.Shape{1, 1, 1, 50})
	p, g := constants.norm(50), tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}
	return plain(func(t *autograd.Tape, x *autograd.Var) *autograd.Var {
		c := autograd.ConvParams{Weight: t.Input(w.Value), Bias: t.Input(b.Value), Geometry: g}
		return autograd.Conv2DNorm(t, x, c, fixed(t, p), then)
	})
}

// measured makes a layer that passes its input on and adds the distance between
// some of its samples, a regulariser's, to the loss.
func measured(regulariser string, e mmd.Estimator) func(n *opNet) layer {
	r, err := mmd.FindRegulariser(regulariser)
	if err != nil {
		panic("verify: " + err.Error())
	}
	return func(n *opNet) layer {
		var term mmd.Term
		if r.Learned != nil {
			learned := r.Learned(seed, 0, n.params[0].Value.Shape.C())
			term = learned.Term
			for _, p := range learned.Parameters {
				n.params = append(n.params, p.Var)
			}
		} else {
			term = r.Term(e, seed)
		}
		return func(t *autograd.Tape, x *autograd.Var) *autograd.Var {
			n.loss = term(t, x, []int{0, 2, 3, 7, 11}, []int{1, 4, 5, 12})
			return x
		}
	}
}

// trainOp trains the op's input, its parameters and the classifier, and hashes
// losses, gradients and parameters of every step.
func trainOp(d *digest, shape tensor.Shape, make func(n *opNet) layer) {
	const classes, steps = 10, 3
	n := &opNet{}
	x := n.param(shape)
	op := make(n)
	t := &autograd.Tape{}
	t.Reset(autograd.Inference)
	features := op(t, x).Value.Shape.SampleLen()
	w, b := n.param(tensor.Shape{features, 1, 1, classes}), n.param(tensor.Shape{1, 1, 1, classes})
	labels := []int{}
	for i := range shape.N() {
		labels = append(labels, 7*i%classes)
	}
	sgd := train.NewSGD(n.params, 0.9, 5e-4)
	for step := range steps {
		t.Reset(autograd.Training)
		t.Step = step
		losses, weights := []*autograd.Var{autograd.SoftmaxCrossEntropy(t, autograd.Linear(t, op(t, x), w, b), labels)}, []float32{1}
		if n.loss != nil {
			losses, weights = append(losses, n.loss), append(weights, 0.5)
		}
		loss := autograd.WeightedSum(t, weights, losses)
		d.floats(loss.Value.Data...)
		t.Backward(loss)
		for _, p := range n.params {
			d.floats(p.Grad.Data...)
		}
		sgd.Step(0.05)
		for _, p := range n.params {
			d.floats(p.Value.Data...)
		}
	}
}
