package mmd

import (
	"fmt"
	"math"

	"sdrm/autograd"
	"sdrm/internal/fmath"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

// discriminatorWidths are the units of the hidden layers, those of the Adversarial
// Robustness Toolbox's AdversarialEmbedding for the same paper.
var discriminatorWidths = []int{256, 128}

func init() {
	register(Regulariser{
		Name: "discriminator", Title: "Adversarial discriminator", Paper: "Tan and Shokri, arXiv:1905.13409",
		Defaults: "layers of 256 and 128 units on the mean over the pixels",
		Learned: func(seed uint64, level, channels int) Learned {
			return newDiscriminator(seed, level, channels).learned()
		},
	})
}

// discriminator is a network that tells the malicious samples of a level from the
// benign ones by the means of their channels: two hidden layers with ReLUs, and one
// unit s, whose σ(s) is the probability of malicious. The weights of the last layer
// begin at 0, so that it knows nothing at first, the others uniform in ±1/√fan_in.
type discriminator struct{ parameters []Parameter }

func newDiscriminator(seed uint64, level, channels int) *discriminator {
	d, in := &discriminator{}, channels
	for i := range len(discriminatorWidths) + 1 {
		out, bound := 1, 0.0
		if i < len(discriminatorWidths) {
			out, bound = discriminatorWidths[i], 1/math.Sqrt(float64(in))
		}
		draw := rng.New(seed, rng.Regularise, level, i)
		for _, p := range []Parameter{
			{fmt.Sprintf("%d.weight", i), autograd.NewParam(tensor.New(tensor.Shape{in, 1, 1, out}))},
			{fmt.Sprintf("%d.bias", i), autograd.NewParam(tensor.New(tensor.Shape{1, 1, 1, out}))},
		} {
			for k := range p.Var.Value.Data {
				p.Var.Value.Data[k] = float32(draw.Uniform(-bound, bound))
			}
			d.parameters = append(d.parameters, p)
		}
		in = out
	}
	return d
}

func (d *discriminator) learned() Learned { return Learned{d.term, d.parameters} }

// term records how far the discriminator tells the sets apart, a single number:
//
//	L = log 2 − ½·(mean over benign of log(1 + eˢ) + mean over malicious of log(1 + e⁻ˢ)),
//
// 0 if it knows nothing, log 2 if it is sure and right, below 0 if it is wrong. The
// level gets the gradient of L, the parameters of the discriminator its reverse: what
// makes L smaller for the one makes it larger for the other (Ganin et al., JMLR 2016,
// equations 13 to 15). If a set is empty L is 0 without a gradient.
func (d *discriminator) term(t *autograd.Tape, level *autograd.Var, benign, malicious []int) *autograd.Var {
	x := autograd.GlobalAvgPool(t, level)
	for i := 0; i < len(d.parameters); i += 2 {
		if i > 0 {
			x = autograd.ReLU(t, x)
		}
		x = autograd.Linear(t, x, reversed(t, d.parameters[i].Var), reversed(t, d.parameters[i+1].Var))
	}
	return toldApart(t, x, benign, malicious)
}

// reversed is x, to which the gradient comes back with the other sign.
func reversed(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	op := autograd.Next[reversal](t)
	op.x = x
	y := t.Output(&op.out, op, x.Value.Shape, x)
	tensor.Copy(y.Value, x.Value)
	return y
}

type reversal struct {
	x   *autograd.Var
	out autograd.Var
}

func (op *reversal) Backward(t *autograd.Tape) {
	d := t.Gradient(op.x)
	for i, v := range op.out.Grad.Data {
		d.Data[i] = -v
	}
	t.Deliver(op.x, d)
}

// toldApart is L of the discriminator's s of a batch.
func toldApart(t *autograd.Tape, s *autograd.Var, benign, malicious []int) *autograd.Var {
	op := autograd.Next[toldApartOp](t)
	op.s, op.benign, op.malicious = s, append(op.benign[:0], benign...), append(op.malicious[:0], malicious...)
	for _, set := range [...][]int{benign, malicious} {
		for _, i := range set {
			if i < 0 || i >= s.Value.Shape.N() {
				panic(fmt.Sprintf("mmd: there is no sample %d in a batch of %d", i, s.Value.Shape.N()))
			}
		}
	}
	if min(len(benign), len(malicious)) == 0 {
		y := t.Output(&op.out, op, tensor.Shape{1, 1, 1, 1})
		y.Value.Data[0] = 0
		return y
	}
	loss := func(set []int, sign float64) float64 {
		sum := 0.0
		for _, i := range set {
			sum += softplus(sign * float64(s.Value.Data[i]))
		}
		return sum / float64(len(set))
	}
	y := t.Output(&op.out, op, tensor.Shape{1, 1, 1, 1}, s)
	y.Value.Data[0] = float32(math.Ln2 - float64((loss(benign, 1)+loss(malicious, -1))/2))
	return y
}

type toldApartOp struct {
	s                 *autograd.Var
	benign, malicious []int
	out               autograd.Var
}

func (op *toldApartOp) Backward(t *autograd.Tape) {
	d, upstream := t.Gradient(op.s), float64(op.out.Grad.Data[0])
	clear(d.Data)
	add := func(set []int, sign float64) {
		share := -sign * upstream / (2 * float64(len(set)))
		for _, i := range set {
			d.Data[i] += float32(share / (1 + fmath.Exp(-sign*float64(op.s.Value.Data[i]))))
		}
	}
	add(op.benign, 1)
	add(op.malicious, -1)
	t.Deliver(op.s, d)
}

// softplus returns log(1 + eˣ).
func softplus(x float64) float64 {
	return max(x, 0) + fmath.Log(1+fmath.Exp(-math.Abs(x)))
}
