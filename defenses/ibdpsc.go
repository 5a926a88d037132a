package defenses

import (
	"context"
	"fmt"
	"math"
	"slices"

	"sdrm/layers"
	"sdrm/tensor"
)

// IBDPSC amplifies parameters in the place of pixels (Hou et al., ICML 2024,
// arXiv:2405.09786): with the batch normalisation of the last layers scaled up
// the model forgets its classes, but not what a trigger decides.
type IBDPSC struct{}

// The defaults of Hou et al., section 5.1.
const (
	ibdFactor    = 1.5 // ω, of gamma and beta
	ibdError     = 0.6 // ξ, error on clean images from which the search stops
	ibdModels    = 5   // n, amplified models that are asked
	ibdThreshold = 0.9 // T
)

// Name returns "ibd-psc".
func (IBDPSC) Name() string { return "ibd-psc" }

// Needs says images, the model and clean images.
func (IBDPSC) Needs() Needs { return Needs{Unit: Images, Model: true, CleanImages: true} }

// Inspect finds the smallest k such that the model errs on more than 60 % of the
// clean images once gamma and beta of its last k batch normalisations are
// multiplied by 1.5, and then asks the models with k, k+1, … k+4 of them
// amplified, or as many of these as the model has layers for. The score is the
// parameter-oriented scaling consistency, PSC: the mean probability that they
// give to the class that the untouched model named. The canonical decision
// flags a PSC of at least 0.9. Published code asks the models from k+1 on, and
// has no answer where no k is enough: here PSC is then that of the model with all
// layers amplified, for a defender in the best case, and the canonical decision
// flags nothing.
func (d IBDPSC) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkImages(ctx, d, 1); err != nil {
		return Verdict{}, err
	}
	norms := in.Model.BatchNorms()
	if len(norms) == 0 {
		return Verdict{}, unusable(d, ErrImages, "model: found no batch normalisation, expected at least one")
	}
	defer restoreNorms(norms)()
	n := newNetwork(d, in)
	classes, err := n.classes(ctx, in.Images)
	if err != nil {
		return Verdict{}, err
	}
	k, err := ibdSearch(len(norms), func(k int) (float64, error) {
		amplifyNorms(norms[len(norms)-k:][:1])
		called, err := n.classes(ctx, in.CleanImages)
		return errorRate(called, in.CleanLabels), err
	})
	if err != nil {
		return Verdict{}, err
	}
	found := k <= len(norms)
	k = min(k, len(norms))
	last := min(k+ibdModels-1, len(norms))
	scores := make([]float64, len(classes))
	p := make([]float64, in.Model.Classes)
	for amplified := k; amplified <= last; amplified++ {
		if amplified > k {
			amplifyNorms(norms[len(norms)-amplified:][:1])
		}
		err := n.each(ctx, in.Images, func(i int, logits []float32) {
			softmax(p, logits)
			scores[i] += p[classes[i]] / float64(last-k+1)
		})
		if err != nil {
			return Verdict{}, err
		}
	}
	threshold := ibdThreshold
	rule := fmt.Sprintf("mean probability at least 0.9 with the last %d to %d of %d layers amplified", k, last, len(norms))
	if !found {
		threshold = math.Inf(1)
		rule = fmt.Sprintf("none: with all %d layers amplified the model errs on no more than 60 %% of the clean images", len(norms))
	}
	return Verdict{
		Detector:  d.Name(),
		Canonical: reaching("PSC", scores, threshold, rule),
		Options:   []Decision{free("PSC", scores)},
	}, nil
}

// ibdSearch returns the smallest number of layers, from 1 on, at which the
// clean error is above the bar, and layers+1 if none is. errorAt is called with
// 1, 2, … in order.
func ibdSearch(layers int, errorAt func(k int) (float64, error)) (int, error) {
	for k := 1; k <= layers; k++ {
		e, err := errorAt(k)
		if err != nil || e > ibdError {
			return k, err
		}
	}
	return layers + 1, nil
}

// errorRate returns the share of wrong answers.
func errorRate(called, labels []int) float64 {
	wrong := 0
	for i, class := range called {
		if class != labels[i] {
			wrong++
		}
	}
	return float64(wrong) / float64(len(called))
}

func amplifyNorms(norms []*layers.BatchNorm2D) {
	for _, n := range norms {
		tensor.Scale(n.Gamma.Value, ibdFactor, n.Gamma.Value)
		tensor.Scale(n.Beta.Value, ibdFactor, n.Beta.Value)
	}
}

// restoreNorms returns a function that puts back what the layers hold now.
func restoreNorms(norms []*layers.BatchNorm2D) func() {
	var params, before []*tensor.Tensor
	for _, n := range norms {
		for _, x := range []*tensor.Tensor{n.Gamma.Value, n.Beta.Value} {
			params = append(params, x)
			before = append(before, &tensor.Tensor{Shape: x.Shape, Data: slices.Clone(x.Data)})
		}
	}
	return func() {
		for i, x := range params {
			tensor.Copy(x, before[i])
		}
	}
}

func init() {
	register(Definition{Order: 3, Title: "IBD-PSC", Paper: "Hou et al., ICML 2024, arXiv:2405.09786",
		Defaults: "ω 1.5, ξ 0.6, n 5, T 0.9 (paper)"}, IBDPSC{})
}
