package defenses

import (
	"context"
	"fmt"
	"math"
	"slices"

	"sdrm/autograd"
	"sdrm/internal/fmath"
	"sdrm/internal/progress"
	"sdrm/internal/rng"
	"sdrm/models"
	"sdrm/tensor"
)

// NeuralCleanse asks of every class how small a patch makes any image that
// class (Wang et al., IEEE S&P 2019): the target of a backdoor is reached by a
// patch much smaller than those of other classes.
type NeuralCleanse struct{}

// The defaults of Wang et al., section V and their code, but for the number of
// batches a round and of rounds: theirs are 31 and up to 1000. 30 rounds are
// backdoor-toolbox's, 8 batches are ours.
const (
	ncBatch     = 32
	ncBatches   = 8 // a round, after which the weight of the mask is reviewed
	ncRounds    = 30
	ncRate      = 0.1  // of Adam, on the argument of a tanh
	ncBeta1     = 0.5  // of Adam
	ncBeta2     = 0.9  // of Adam
	ncSuccess   = 0.99 // share of images that a patch must turn
	ncWeight    = 1e-3 // of the mask's size in the loss, at first
	ncPatience  = 5    // rounds above or below ncSuccess until the weight changes
	ncUp        = 2.0  // how it grows
	ncThreshold = 2.0  // of the anomaly index
	ncLevel     = 0.05 // what normal sizes exceed it with (section IV.C)
	ncLeast     = 3    // classes: the indices of two are ±0.67 whatever their sizes are
	ncClaims    = 8    // classes from which on ncLevel holds (ours, by simulation)
)

// ncDown is how the weight falls: 2^1.5.
var ncDown = 2 * math.Sqrt(2)

// Name returns "neural-cleanse".
func (NeuralCleanse) Name() string { return "neural-cleanse" }

// Needs says the model and clean images.
func (NeuralCleanse) Needs() Needs { return Needs{Unit: Classes, Model: true, CleanImages: true} }

// Inspect minimises for every class the cross-entropy of clean images under a
// mask and a pattern, plus a weight times the sum of the mask, and takes the
// size of the smallest mask that turns 99 % of a round's images. The score is
// the anomaly index, signed: how far the size is below the median of all
// classes, over 1.4826 times the median of the distances to it. The canonical
// decision flags an index above 2, which large masks never have.
func (d NeuralCleanse) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkImages(ctx, d, 1); err != nil {
		return Verdict{}, err
	}
	images := pick(in.CleanImages, in.shuffledClean(in.Model.Classes))
	sizes := make([]float64, in.Model.Classes)
	n := newNetwork(d, in)
	for class := range sizes {
		var err error
		if sizes[class], err = n.reverse(ctx, images, class, ncRounds, drawPatch(images.Shape, rng.New(in.Seed, rng.Search, 0, class))); err != nil {
			return Verdict{}, err
		}
	}
	return cleanse(anomalyIndices(sizes)), nil
}

// cleanse judges the classes by their anomaly indices.
func cleanse(scores []float64) Verdict {
	top := 0
	for class, v := range scores {
		if v > scores[top] {
			top = class
		}
	}
	threshold, rule := ncThreshold, fmt.Sprintf("anomaly index of a small mask above 2; the largest is %.2f, of class %d", scores[top], top)
	if len(scores) < ncLeast {
		threshold, rule = math.Inf(1), fmt.Sprintf("none: of %d classes neither can be an outlier", len(scores))
	}
	decision := above("anomaly index", scores, threshold, rule)
	if len(scores) >= ncClaims {
		decision = claiming(ncLevel, decision)
	}
	return Verdict{Detector: NeuralCleanse{}.Name(), Canonical: decision, Options: []Decision{free("anomaly index", scores)}}
}

// anomalyIndices returns for every size how far it is below their median, over
// 1.4826 times the median absolute deviation.
func anomalyIndices(sizes []float64) []float64 {
	middle, mad := medianDeviation(slices.Clone(sizes), middlePercentile)
	spread := max(float64(madNormal*mad), math.SmallestNonzeroFloat32)
	out := make([]float64, len(sizes))
	for i, v := range sizes {
		out[i] = (middle - v) / spread
	}
	return out
}

// patch is a mask and a pattern under search, of one image, by their logits.
type patch struct{ mask, pattern *autograd.Var }

// drawPatch draws a patch for images of a shape.
func drawPatch(images tensor.Shape, draw rng.Stream) patch {
	return patch{
		mask:    autograd.NewParam(drawLogits(tensor.Shape{1, images.H(), images.W(), 1}, &draw)),
		pattern: autograd.NewParam(drawLogits(tensor.Shape{1, images.H(), images.W(), images.C()}, &draw)),
	}
}

// loss records what is minimised of images with the patch: the cross-entropy with the
// labels plus weight times the size, the sum of the mask.
func (p patch) loss(t *autograd.Tape, m *models.Model, images *tensor.Tensor, labels []int, weight float64) (loss, size, logits *autograd.Var) {
	mask := autograd.Sigmoid(t, p.mask)
	logits = m.Forward(t, autograd.Stamp(t, t.Input(images), mask, autograd.Sigmoid(t, p.pattern)), nil)
	size = autograd.Sum(t, mask)
	loss = autograd.WeightedSum(t, []float32{1, float32(weight)}, []*autograd.Var{autograd.SoftmaxCrossEntropy(t, logits, labels), size})
	return loss, size, logits
}

// reverse returns the size of the smallest mask that turns the images into the
// class, or of the last one if none did. It starts from p and changes it.
func (n *network) reverse(ctx context.Context, images *tensor.Tensor, class, rounds int, p patch) (float64, error) {
	// The mask is (tanh θ + 1)/2, which is the sigmoid of 2θ: steps of 2θ are
	// twice as long.
	optimiser := newAdam(2*ncRate, ncBeta1, ncBeta2, p.mask, p.pattern)
	labels := slices.Repeat([]int{class}, ncBatch)
	best, size := math.Inf(1), 0.0
	w := ncSchedule{weight: ncWeight}
	at := 0
	for round := range rounds {
		progress.Report(ctx, class*rounds+round, n.Model().Classes*rounds)
		turned, total := 0, 0.0
		for range ncBatches {
			if ctx.Err() != nil {
				return 0, context.Canceled
			}
			t := n.Tape()
			t.Reset(autograd.Fixed)
			loss, norm, logits := p.loss(t, n.Model(), cyclic(images, at, ncBatch), labels, w.weight)
			at = (at + ncBatch) % images.Shape.N()
			for i := range ncBatch {
				if tensor.ArgMax(logits.Value.Sample(i)) == class {
					turned++
				}
			}
			total += float64(norm.Value.Data[0])
			if v := float64(loss.Value.Data[0]); math.IsNaN(v) || math.IsInf(v, 0) {
				return 0, unusable(n.detector, ErrImages, "model: the loss of class %d is %v, expected a finite number", class, v)
			}
			t.Backward(loss)
			optimiser.step()
		}
		size = total / ncBatches
		success := float64(turned) / (ncBatch * ncBatches)
		if success >= ncSuccess {
			best = min(best, size)
		}
		w.review(success)
	}
	if math.IsInf(best, 1) {
		best = size
	}
	return best, nil
}

// ncSchedule keeps the mask as small as success allows.
type ncSchedule struct {
	weight        float64
	above, notYet int // rounds in a row
}

// review changes the weight after ncPatience rounds in a row on one side of the
// success that is wanted.
func (w *ncSchedule) review(success float64) {
	if success >= ncSuccess {
		w.above, w.notYet = w.above+1, 0
	} else {
		w.above, w.notYet = 0, w.notYet+1
	}
	switch {
	case w.above == ncPatience:
		w.weight *= ncUp
		w.above = 0
	case w.notYet == ncPatience:
		w.weight /= ncDown
		w.notYet = 0
	}
}

// drawLogits draws numbers whose sigmoids are uniform in (0, 1).
func drawLogits(shape tensor.Shape, draw *rng.Stream) *tensor.Tensor {
	x := tensor.New(shape)
	for i := range x.Data {
		u := draw.Uniform(0.001, 0.999)
		x.Data[i] = float32(fmath.Log(u / (1 - u)))
	}
	return x
}

// cyclic returns count images from the given one on, from the first again after
// the last.
func cyclic(x *tensor.Tensor, first, count int) *tensor.Tensor {
	if first+count <= x.Shape.N() {
		return x.Slice(first, count)
	}
	places := make([]int, count)
	for i := range places {
		places[i] = (first + i) % x.Shape.N()
	}
	return pick(x, places)
}

func init() {
	register(Definition{Order: 6, Title: "Neural Cleanse", Paper: "Wang et al., IEEE S&P 2019",
		Defaults: "Adam 0.1, β (0.5, 0.9), weight from 10⁻³, patience 5, success 0.99, index 2 (paper); 30 rounds (backdoor-toolbox); 8 batches a round (ours)"}, NeuralCleanse{})
}
