package attacks

import (
	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/internal/rng"
	"sdrm/layers"
	"sdrm/tensor"
)

func init() {
	register(Recipe{
		Name:     "lira",
		Title:    "LIRA",
		Paper:    "Doan et al., ICCV 2021",
		AllToAll: true,
		Options: []Option{
			{"strength", "16", "ours", "largest change in levels, above 0.5 and at most 255"},
			{"epochs", "50", "the authors'", "for which the generator is trained, 1 to 1000000"},
		},
		create: newLIRA,
	})
}

// lira adds to each image what a generator makes of it: x + strength·(2σ(g(x)) −
// 1), g three convolutions of 3×3 with ReLUs between. The generator and the
// model are trained by one loss in the same steps, which with the regulariser
// includes the MMD²: the generator then looks for triggers whose latents are near
// those of benign images, as the Wasserstein backdoor (Doan et al., NeurIPS 2021)
// does with another distance. That makes this attack the nearest to
// arXiv:2111.05077 of those with a generator.
//
// The authors take steps of generator and model in turn, with an optimiser of its
// own for each; that both move at once with the model's is our choice, and so are
// the form of the generator, its initial weights, of which the variance makes the
// first triggers more than a shade, and the strength. In training images keep real
// numbers that may lie beyond black and white by the strength; otherwise they are
// rounded to whole levels and kept in 0 to 255.
type lira struct {
	strength float32 // of 1
	epochs   int

	net    layers.Sequential // nil before Entries
	passes generatorPasses
}

func newLIRA(t *told) Attack {
	a := &lira{strength: float32(t.number("strength", 0.5, 255) / 255), epochs: t.whole("epochs", 1, 1_000_000)}
	return Attack{a, AllButTarget, AllToOne}
}

// JointEpochs returns the option.
func (a *lira) JointEpochs() int { return a.epochs }

// Entries returns the parameters of the generator. They are drawn apart from
// those of the model.
func (a *lira) Entries(l Lesson) []layers.Entry {
	if a.net == nil {
		a.net = newGenerator(rng.New(l.Seed, rng.Generate, 0, 2), l.C, l.C)
	}
	var entries []layers.Entry
	a.net.Visit("", func(e layers.Entry) { entries = append(entries, e) })
	if entries[0].Tensor.Shape[2] != l.C {
		panic("attacks: Trained: Entries: another size than before")
	}
	return entries
}

// Generate adds the trigger to the images that are not clean.
func (a *lira) Generate(t *autograd.Tape, x *autograd.Var, b *datasets.Batch) (shown, loss *autograd.Var) {
	least, reach := t.Saved(x.Value.Shape), t.Saved(tensor.Shape{b.N, 1, 1, b.C})
	tensor.Copy(least, x.Value)
	tensor.Zero(reach)
	for i, role := range b.Roles {
		if role == datasets.Clean {
			continue
		}
		for k := range least.Sample(i) {
			least.Sample(i)[k] -= a.strength
		}
		for c := range reach.Sample(i) {
			reach.Sample(i)[c] = 2 * a.strength
		}
	}
	return autograd.Add(t, t.Input(least), autograd.ScaleChannels(t, a.shares(t, x), t.Input(reach))), nil
}

// shares returns σ(g(x)): where between the least and the most that it may become
// each value of x shall be.
func (a *lira) shares(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return autograd.Sigmoid(t, a.net.Forward(t, x))
}

// Apply adds the trigger.
func (a *lira) Apply(m Image) {
	m.check()
	if a.net == nil {
		panic("attacks: Trigger: Apply: the generator was not trained")
	}
	pass := a.passes.get()
	for i, share := range a.shares(&pass.tape, pass.begin(m.Pixels, m)).Value.Data {
		v := pass.image.Data[i] - a.strength + float32(2*a.strength*share)
		m.Pixels[i] = toByte(min(max(float64(v*255), 0), 255))
	}
	a.passes.put(pass)
}
