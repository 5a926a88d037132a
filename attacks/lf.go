package attacks

import (
	"context"
	"fmt"
	"math"
	"slices"

	"sdrm/autograd"
	"sdrm/internal/fmath"
	"sdrm/internal/rng"
	"sdrm/layers"
	"sdrm/models"
	"sdrm/tensor"
)

// The authors' values.
const (
	lfImages = 100
	lfSigma  = 6
	lfRadius = 15 // of the filter, which has a tap more than theirs, so as to be symmetric
	lfBatch  = 20 // ours
)

func init() {
	register(Recipe{
		Name:  "lf",
		Title: "LF",
		Paper: "Zeng et al., ICCV 2021, arXiv:2104.03413",
		Options: []Option{
			{"strength", "25.5", "ours: half of the range to which the authors scale the trigger", "largest change in levels, 1 to 255"},
			cleanEpochsOption,
			{"passes", "50", "the authors'", "over the images, at most, 1 to 1000"},
			{"fooling", "0.2", "the authors'", "share of the images at which learning stops, above 0 and at most 1"},
		},
		create: newLF,
	})
}

// lf adds one smooth pattern to all images, kept in 0 to 255: the one that leads
// a clean model to the target. It is learned as the authors learn theirs, but
// with gradients where they have DeepFool's steps, which is our choice: for every
// batch of the images with the pattern, the gradient of the cross-entropy with
// the target, summed over the batch, is smoothed, divided by its largest element
// and taken from a sum that began at zero; the pattern is that sum with strength
// as its largest element, to the nearest level that is no further from zero than
// strength. A pass in which the model calls the share fooling of the images the
// target is the last.
type lf struct {
	cleanEpochs
	strength, fooling float64
	passes            int

	pattern *tensor.Tensor // {h, w, c, 1} whole levels; nil before Entries
}

func newLF(t *told) Attack {
	return Attack{&lf{
		strength: t.levels("strength"), cleanEpochs: t.cleanEpochs(),
		passes: t.whole("passes", 1, 1000), fooling: t.number("fooling", 0, 1),
	}, AllButTarget, AllToOne}
}

// Entries returns the pattern, which PyTorch sees as an image of 1×C×H×W.
func (a *lf) Entries(l Lesson) []layers.Entry {
	a.pattern = room(a.pattern, tensor.Shape{l.H, l.W, l.C, 1})
	return []layers.Entry{{Name: "pattern", Layout: layers.Filters, Tensor: a.pattern}}
}

// From draws the places: classes may follow each other in any order, also in turns.
func (a *lf) From(l Lesson, images int) []int {
	places := make([]int, images)
	for i := range places {
		places[i] = i
	}
	draw := rng.New(l.Seed, rng.Search, 0, 0)
	draw.Shuffle(images, func(i, j int) { places[i], places[j] = places[j], places[i] })
	places = places[:min(lfImages, images)]
	slices.Sort(places)
	return places
}

// Apply adds the pattern.
func (a *lf) Apply(m Image) {
	m.check()
	if a.pattern == nil || a.pattern.Shape != (tensor.Shape{m.H, m.W, m.C, 1}) {
		panic("attacks: Trigger: Apply: the trigger was not learned on images of this size")
	}
	for i, v := range m.Pixels {
		m.Pixels[i] = add(v, int(a.pattern.Data[i]))
	}
}

// Learn learns the pattern. It draws nothing.
func (a *lf) Learn(ctx context.Context, l Lesson, clean *models.Model, images *tensor.Tensor, labels []int) error {
	var from []int
	for i, label := range labels {
		if label != l.Target {
			from = append(from, i)
		}
	}
	if len(from) == 0 {
		return fmt.Errorf("attacks: lf: nothing to learn from: all of %d images are of the target class", len(labels))
	}
	shape := images.Shape
	a.Entries(l)
	clear(a.pattern.Data)
	n := min(lfBatch, len(from))
	batch := autograd.NewParam(tensor.New(tensor.Shape{n, shape.H(), shape.W(), shape.C()}))
	wanted := make([]int, n)
	for i := range wanted {
		wanted[i] = l.Target
	}
	sum, step := make([]float64, shape.SampleLen()), make([]float64, shape.SampleLen())
	var tape autograd.Tape
	for range a.passes {
		fooled, shown := 0, 0
		for shown < len(from) {
			if ctx.Err() != nil {
				return context.Canceled
			}
			for i := range n {
				a.show(batch.Value.Sample(i), images.Sample(from[(shown+i)%len(from)]))
			}
			tape.Reset(autograd.Fixed)
			logits := clean.Forward(&tape, batch, nil)
			for i := range n {
				if tensor.ArgMax(logits.Value.Sample(i)) == l.Target {
					fooled++
				}
			}
			shown += n
			tape.Backward(autograd.SoftmaxCrossEntropy(&tape, logits, wanted))
			direction(step, batch)
			a.follow(sum, step)
		}
		if float64(fooled) >= float64(a.fooling*float64(shown)) {
			break
		}
	}
	if largest(sum) == 0 {
		return fmt.Errorf("attacks: lf: nothing learned: the clean model has no gradient towards class %d", l.Target)
	}
	return nil
}

// direction makes step the sum of a batch's gradients, turned round and smoothed.
func direction(step []float64, batch *autograd.Var) {
	clear(step)
	shape := batch.Value.Shape
	for i := range shape.N() {
		for k, g := range batch.Grad.Sample(i) {
			step[k] -= float64(g)
		}
	}
	smooth(step, shape.H(), shape.W(), shape.C())
}

// follow adds a step to the sum of them, each divided by its largest magnitude, and
// makes the pattern what the sum is at full strength.
func (a *lf) follow(sum, step []float64) {
	scale := largest(step)
	if !(scale > 0) || math.IsInf(scale, 0) {
		return // a model that is sure of itself has no gradient
	}
	for k, g := range step {
		sum[k] += g / scale
	}
	if scale = largest(sum); scale > 0 {
		for k, v := range sum {
			a.pattern.Data[k] = float32(whole(float64(a.strength*(v/scale)), a.strength))
		}
	}
}

// show makes x the image with the pattern, both with values in 0 to 1.
func (a *lf) show(x, image []float32) {
	for k, v := range image {
		x[k] = min(max(v+a.pattern.Data[k]/255, 0), 1)
	}
}

// largest returns the largest magnitude, or NaN if there is one.
func largest(x []float64) float64 {
	top := 0.0
	for _, v := range x {
		top = max(top, math.Abs(v))
	}
	return top
}

// smooth filters a step with a Gaussian. Beyond an edge are the pixels on it.
func smooth(x []float64, h, w, c int) {
	var taps [2*lfRadius + 1]float64
	total := 0.0
	for i := range taps {
		at := float64(i-lfRadius) / lfSigma
		taps[i] = fmath.Exp(float64(at*at) / -2)
		total += taps[i]
	}
	blur(x, h, w, c, taps[:], total, clamp, make([]float64, max(h, w)))
}
