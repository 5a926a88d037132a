package defenses

import (
	"context"
	"fmt"
	"math"

	"sdrm/internal/fmath"
	"sdrm/internal/progress"
	"sdrm/tensor"
)

// STRIP lays clean images over an input and looks how much the model's answer
// changes (Gao et al., ACSAC 2019, arXiv:1902.06531): a trigger keeps its hold
// on the answer whatever the image under it becomes, so that a low entropy of
// the answers gives it away.
type STRIP struct{}

const (
	// stripOverlays is the number of clean images laid over each input (Gao et
	// al., section V; their code).
	stripOverlays = 100
	// stripReject is the percentage of clean inputs that the threshold gives up:
	// the false positive rate of 0.1 of backdoor-toolbox and BackdoorBench. Gao
	// et al. fit a normal distribution and give up 1 %.
	stripReject = 10
)

// Name returns "strip".
func (STRIP) Name() string { return "strip" }

// Needs says images, the model and clean images.
func (STRIP) Needs() Needs { return Needs{Unit: Images, Model: true, CleanImages: true} }

// Inspect adds each overlay to the image, cut off at white, and takes the mean
// entropy of the answers, in bits. Half of the clean images, up to 100, are the
// overlays, the same for all inputs; entropies of the others, of which the
// overlays are no part, give the threshold. The canonical decision flags what
// is at or below their 10th percentile.
func (d STRIP) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkImages(ctx, d, 4); err != nil {
		return Verdict{}, err
	}
	order := in.shuffledClean(0)
	count := min(stripOverlays, len(order)/2)
	overlays, heldOut := pick(in.CleanImages, order[:count]), pick(in.CleanImages, order[count:])

	n := newNetwork(d, in)
	all := heldOut.Shape.N() + in.Images.Shape.N()
	clean, err := stripEntropies(ctx, n, heldOut, overlays, 0, all)
	if err != nil {
		return Verdict{}, err
	}
	inspected, err := stripEntropies(ctx, n, in.Images, overlays, len(clean), all)
	if err != nil {
		return Verdict{}, err
	}
	scores := negate(inspected)
	return Verdict{
		Detector: d.Name(),
		Canonical: claiming(stripReject/100., reaching("minus entropy", scores, -percentile(clean, stripReject),
			fmt.Sprintf("entropy at most the 10th percentile of %d clean images, %d overlays", heldOut.Shape.N(), count))),
		Options: []Decision{free("minus entropy", scores)},
	}, nil
}

// stripEntropies returns the mean entropy of what the model makes of each image
// under every overlay. It reports the images that are done, with those before it.
func stripEntropies(ctx context.Context, n *network, x, overlays *tensor.Tensor, before, all int) ([]float64, error) {
	out := make([]float64, x.Shape.N())
	mixed := tensor.New(overlays.Shape)
	p := make([]float64, n.Model().Classes)
	for i := range out {
		progress.Report(ctx, before+i, all)
		for k := range overlays.Shape.N() {
			stripMix(mixed.Sample(k), x.Sample(i), overlays.Sample(k))
		}
		logits, err := n.logits(ctx, mixed, nil)
		if err != nil {
			return nil, err
		}
		for k := range logits.Shape.N() {
			softmax(p, logits.Sample(k))
			out[i] += entropy(p)
		}
		out[i] /= float64(overlays.Shape.N())
	}
	return out, nil
}

// stripMix adds two images as saturating bytes would be added.
func stripMix(dst, a, b []float32) {
	for j := range dst {
		dst[j] = min(a[j]+b[j], 1)
	}
}

// entropy returns −Σ p·log₂ p.
func entropy(p []float64) float64 {
	h := 0.0
	for _, v := range p {
		if v > 0 {
			h -= float64(v * fmath.Log(v))
		}
	}
	return h / math.Ln2
}

func init() {
	register(Definition{Order: 1, Title: "STRIP", Paper: "Gao et al., ACSAC 2019, arXiv:1902.06531",
		Defaults: "100 overlays, saturating sum, bits (paper, official code); 10th percentile of clean images (backdoor-toolbox, BackdoorBench)"}, STRIP{})
}
