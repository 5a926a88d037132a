package attacks

import (
	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/internal/rng"
	"sdrm/layers"
)

// The official code's choices.
const (
	inputAwareCross     = 1     // covers for each poisoned image
	inputAwareDensity   = 0.032 // share of the image that a mask may hide
	inputAwareDiversity = 1     // weight of the diversity of masks, and of patterns
	inputAwareNorm      = 100   // weight of what masks hide beyond their share
)

// Our choices.
const (
	// inputAwareHeight is in how many standard deviations above their mean peaks of
	// the generator begin to be part of the mask: 0.032 of normally distributed
	// numbers lie above it.
	inputAwareHeight = 1.85

	// inputAwareSharpness is the slope there, in logits for a standard deviation.
	inputAwareSharpness = 10

	// inputAwareEpsilon bounds the diversity of masks or patterns that are equal; the
	// official code has 1e-7, where SGD would diverge.
	inputAwareEpsilon = 0.1
)

func init() {
	register(Recipe{
		Name:     "input-aware",
		Title:    "Input-aware dynamic backdoor",
		Paper:    "Nguyen and Tran, arXiv:2010.08138",
		AllToAll: true,
		Options: []Option{
			{"epochs", "600", "the official code's", "for which the generators are trained, 1 to 1000000"},
		},
		create: newInputAware,
	})
}

// inputAware lays over an image a pattern as far as a mask says, x + (p − x)·m, both
// made from the image by generators: p = σ(g(x)), m = σ(10·(z − 1.85)), z the values
// of another generator h(x) with the mean and deviation of the image's taken out. A
// cover gets pattern and mask of another image under its own label, so that the model
// learns that a trigger counts on its own image alone.
//
// Both generators are trained in the steps of the model. Patterns learn from the
// model's loss, and masks do not. Beside that each learns diversity, ‖x − x′‖/‖p −
// p′‖ and ‖x − x′‖/‖m − m′‖ of images that are next to each other in the batch, and
// masks not to hide more than 0.032 of an image.
//
// The authors train h for 25 epochs before the model, take Adam for both, have
// encoders and decoders with some hundred times as many weights, count what each
// pixel of a mask has above 0.032 and not their mean, and draw the other image from a
// second loader. Ours move with the model's SGD, which finds no mask in their form:
// it hides nothing or all after a few steps. That the deviation is taken out keeps
// the share that is hidden near the wanted one from the first step. In training the
// other image is the next of the batch, elsewhere it is drawn from all of the set; a
// cover that is alone in its batch is left as it is.
type inputAware struct {
	epochs int

	patterns, masks layers.Sequential // nil before Entries
	passes          generatorPasses
	source          []int // of the batch at hand: whose trigger each image gets, -1 for none
}

// Means and deviations that are taken out of one channel.
var (
	inputAwarePeak   = [2][]float32{{inputAwareHeight}, {1.0 / inputAwareSharpness}}
	inputAwareExcess = [2][]float32{{inputAwareDensity}, {1}}
)

func newInputAware(t *told) Attack {
	return Attack{&inputAware{epochs: t.whole("epochs", 1, 1_000_000)},
		Victims{Train: others, Cover: every, CoverRatio: inputAwareCross, Test: others}, AllToOne}
}

// JointEpochs returns the option.
func (a *inputAware) JointEpochs() int { return a.epochs }

// Entries returns the parameters of both generators. They are drawn apart from those
// of the model.
func (a *inputAware) Entries(l Lesson) []layers.Entry {
	if a.patterns == nil {
		a.patterns = newGenerator(rng.New(l.Seed, rng.Generate, 0, 3), l.C, l.C)
		a.masks = newGenerator(rng.New(l.Seed, rng.Generate, 0, 4), l.C, 1)
	}
	var entries []layers.Entry
	add := func(e layers.Entry) { entries = append(entries, e) }
	a.patterns.Visit("pattern.", add)
	a.masks.Visit("mask.", add)
	if entries[0].Tensor.Shape[2] != l.C {
		panic("attacks: Trained: Entries: another size than before")
	}
	return entries
}

// made returns the patterns of images and their masks.
func (a *inputAware) made(t *autograd.Tape, x *autograd.Var) (patterns, masks *autograd.Var) {
	peaks := autograd.Normalise(t, standardise(t, a.masks.Forward(t, x)), inputAwarePeak[0], inputAwarePeak[1])
	return autograd.Sigmoid(t, a.patterns.Forward(t, x)), autograd.Sigmoid(t, peaks)
}

// Generate lays its own trigger over each poisoned image, and that of the next image
// of the batch over each cover.
func (a *inputAware) Generate(t *autograd.Tape, x *autograd.Var, b *datasets.Batch) (shown, loss *autograd.Var) {
	a.source = a.source[:0]
	for i, role := range b.Roles {
		from := -1
		switch {
		case role == datasets.Poisoned:
			from = i
		case role == datasets.Cover && b.N > 1:
			from = (i + 1) % b.N
		}
		a.source = append(a.source, from)
	}
	patterns, masks := a.made(t, x)
	shown = overlay(t, x, patterns, masks, a.source)
	loss = autograd.WeightedSum(t, []float32{inputAwareDiversity, inputAwareDiversity, inputAwareNorm / float32(b.N)},
		[]*autograd.Var{diversity(t, x, patterns, inputAwareEpsilon), diversity(t, x, masks, inputAwareEpsilon), excess(t, masks)})
	return shown, loss
}

// excess returns the sum over the images of the share that their masks hide beyond
// the one that they may.
func excess(t *autograd.Tape, masks *autograd.Var) *autograd.Var {
	share := autograd.GlobalAvgPool(t, masks)
	beyond := autograd.Normalise(t, share, inputAwareExcess[0], inputAwareExcess[1])
	return autograd.Sum(t, autograd.ReLU(t, beyond))
}

// Apply lays the trigger over the image, over a cover that of another image, which is
// drawn from all of its set.
func (a *inputAware) Apply(m Image) {
	m.check()
	if a.patterns == nil {
		panic("attacks: Trigger: Apply: the generators were not trained")
	}
	pass := a.passes.get()
	from := m.Pixels
	if m.Role == datasets.Cover {
		draw := m.Draw()
		from = m.another(&draw)
	}
	patterns, masks := a.made(&pass.tape, pass.begin(from, m))
	for i, v := range m.Pixels {
		own := float32(v) / 255
		laid := own + float32((patterns.Value.Data[i]-own)*masks.Value.Data[i/m.C])
		m.Pixels[i] = toByte(float64(laid * 255))
	}
	a.passes.put(pass)
}
