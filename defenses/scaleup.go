package defenses

import (
	"context"
	"fmt"

	"sdrm/tensor"
)

// ScaleUp multiplies an input's values and counts how often the model still
// says the same (Guo et al., ICLR 2023, arXiv:2302.03251): amplified pixels
// soon make a benign image another class, but not what a trigger decides.
type ScaleUp struct{}

// scaleUpFactors are what the values are multiplied with (Guo et al., section
// 4). The factor 1, which the code they released adds, keeps every label and
// tells nothing; nor is noise added here, as that code does.
var scaleUpFactors = []float32{3, 5, 7, 9, 11}

// scaleUpThreshold is the share of agreeing copies above which an input is
// malicious (Guo et al., section 5).
const scaleUpThreshold = 0.5

// Name returns "scale-up".
func (ScaleUp) Name() string { return "scale-up" }

// Needs says images, the model and clean images.
func (ScaleUp) Needs() Needs { return Needs{Unit: Images, Model: true, CleanImages: true} }

// Inspect computes the scaled prediction consistency, SPC: the share of the five
// amplified copies, cut off at white, that keep the class. The canonical
// decision is the data-free one, SPC above 0.5. The other option is the
// data-limited one: SPC less the mean, over the standard deviation, of the
// clean images that the model calls the same class, or of all of them if it
// calls fewer than two so.
func (d ScaleUp) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkImages(ctx, d, 2); err != nil {
		return Verdict{}, err
	}
	n := newNetwork(d, in)
	scores, classes, err := consistency(ctx, n, in.Images)
	if err != nil {
		return Verdict{}, err
	}
	clean, cleanClasses, err := consistency(ctx, n, in.CleanImages)
	if err != nil {
		return Verdict{}, err
	}
	return Verdict{
		Detector:  d.Name(),
		Canonical: above("SPC", scores, scaleUpThreshold, "above one half of the amplified copies keep the class"),
		Options: []Decision{
			free("SPC", scores),
			free(fmt.Sprintf("SPC against %d clean images", len(clean)), standardised(scores, classes, clean, cleanClasses)),
		},
	}, nil
}

// consistency returns for every image the share of its amplified copies that
// the model calls what it calls the image, and what that is.
func consistency(ctx context.Context, n *network, x *tensor.Tensor) (shares []float64, classes []int, err error) {
	if classes, err = n.classes(ctx, x); err != nil {
		return nil, nil, err
	}
	agreeing := make([]int, len(classes))
	amplified := tensor.New(x.Shape)
	for _, factor := range scaleUpFactors {
		amplify(amplified.Data, x.Data, factor)
		again, err := n.classes(ctx, amplified)
		if err != nil {
			return nil, nil, err
		}
		for i, class := range again {
			if class == classes[i] {
				agreeing[i]++
			}
		}
	}
	shares = make([]float64, len(classes))
	for i, k := range agreeing {
		shares[i] = float64(k) / float64(len(scaleUpFactors))
	}
	return shares, classes, nil
}

// amplify sets dst = min(factor·x, 1).
func amplify(dst, x []float32, factor float32) {
	for j, v := range x {
		dst[j] = min(factor*v, 1)
	}
}

// standardised compares scores with those of clean images of the same class.
func standardised(scores []float64, classes []int, clean []float64, cleanClasses []int) []float64 {
	byClass := map[int][]float64{}
	for i, class := range cleanClasses {
		byClass[class] = append(byClass[class], clean[i])
	}
	out := make([]float64, len(scores))
	for i, v := range scores {
		peers := byClass[classes[i]]
		if len(peers) < 2 {
			peers = clean
		}
		mean, deviation := moments(peers)
		out[i] = (v - mean) / max(deviation, scaleUpStep)
	}
	return out
}

// scaleUpStep is the least standard deviation taken for true (ours): half of
// the smallest difference between two SPC.
const scaleUpStep = 0.1

func init() {
	register(Definition{Order: 2, Title: "SCALE-UP", Paper: "Guo et al., ICLR 2023, arXiv:2302.03251",
		Defaults: "factors 3, 5, 7, 9, 11 and SPC above 0.5 (paper)"}, ScaleUp{})
}
