package defenses

import (
	"context"
	"fmt"
	"math"

	"sdrm/asm"
	"sdrm/autograd"
	"sdrm/internal/parallel"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// TED follows an input through the layers (Mo et al., IEEE S&P 2024,
// arXiv:2312.02673): a benign input is near clean ones of its class all the
// way, a triggered one comes from elsewhere. What counts at each layer is a
// rank, not a distance, so that it does not need benign and malicious latents to
// be far apart.
type TED struct{}

// tedBank is the number of clean images a class that inputs are compared with (Mo
// et al., section VI, for CIFAR-10).
const tedBank = 20

// Name returns "ted".
func (TED) Name() string { return "ted" }

// Needs says images, the model and clean images.
func (TED) Needs() Needs { return Needs{Unit: Images, Model: true, CleanImages: true} }

// Inspect takes 20 clean images a class, all of which the model calls rightly,
// for a bank, and ranks an input at every ReLU and at the logits: the number of
// images in the bank that are nearer to it than the nearest one of the class
// that the model calls the input. What is left of a class when its bank is full is
// divided in two, so that both halves hold rightly and wrongly called images as
// they come. The score is how far the ranks are from those of the rightly called
// ones of the first half: the sum of the squared coordinates along their principal
// components, each over its variance plus 1, as a rank is a whole number (the
// outlier model of Shyu et al., 2003; the 1 is ours). The canonical decision flags
// scores that at most 5 % of clean images exceed, by the second half, which the fit
// has not seen.
func (d TED) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkImages(ctx, d, 1); err != nil {
		return Verdict{}, err
	}
	n := newNetwork(d, in)
	called, err := n.classes(ctx, in.CleanImages)
	if err != nil {
		return Verdict{}, err
	}
	var bankAt, rest, fitted []int
	taken := make([]int, in.Model.Classes)
	for _, at := range in.shuffledClean(0) {
		class := in.CleanLabels[at]
		right := called[at] == class
		switch {
		case taken[class] == tedBank:
			if len(rest)%2 == 0 && right {
				fitted = append(fitted, len(rest))
			}
			rest = append(rest, at)
		case right:
			bankAt = append(bankAt, at)
			taken[class]++
		}
	}
	if len(rest) < 4 || len(fitted) < 2 {
		return Verdict{}, unusable(d, ErrImages, "clean images: found %d beside %d for each class that the model calls rightly, %d of them to fit, expected at least 4 and 2",
			len(rest), tedBank, len(fitted))
	}
	bank, err := n.newBank(ctx, pick(in.CleanImages, bankAt), in.CleanLabels, bankAt)
	if err != nil {
		return Verdict{}, err
	}
	clean, err := bank.ranks(ctx, pick(in.CleanImages, rest))
	if err != nil {
		return Verdict{}, err
	}
	ranks, err := bank.ranks(ctx, in.Images)
	if err != nil {
		return Verdict{}, err
	}
	fit, err := linalg.PCA(linalg.Take(clean, fitted), clean.Cols)
	if err != nil {
		return Verdict{}, unusable(d, ErrImages, "clean images: %w", err)
	}
	heldOut := outlyingness(fit, everyOther(clean, 1))
	scores := outlyingness(fit, ranks)
	return Verdict{
		Detector: d.Name(),
		Canonical: beyond("outlyingness of ranks", scores, heldOut, "images",
			fmt.Sprintf("bank of %d, %d layers", len(bankAt), ranks.Cols)),
		Options: []Decision{free("outlyingness of ranks", scores)},
	}, nil
}

// outlyingness returns Σ y²/(λ+1) over all directions of the ranks' space, y
// being the coordinates and λ the variances, 0 beyond the components.
func outlyingness(b *linalg.Basis, ranks tensor.View) []float64 {
	out := b.Residuals(ranks)
	along := b.Project(ranks)
	for i := range out {
		for k, variance := range b.Variances {
			y := float64(along.At(i, k))
			out[i] += float64(y*y) / (variance + 1)
		}
	}
	return out
}

// bank is clean images by what they are at every layer.
type bank struct {
	network *network
	labels  []int
	layers  []*tensor.Tensor // a sample an image
}

func (n *network) newBank(ctx context.Context, x *tensor.Tensor, labels, places []int) (*bank, error) {
	b := &bank{network: n}
	for _, at := range places {
		b.labels = append(b.labels, labels[at])
	}
	err := n.layers(ctx, x, func(first int, values []*tensor.Tensor) {
		for k, v := range values {
			if first == 0 {
				b.layers = append(b.layers, &tensor.Tensor{Shape: v.Shape})
			}
			b.layers[k].Data = append(b.layers[k].Data, v.Data...)
			b.layers[k].Shape[0] = len(places)
		}
	})
	return b, err
}

// layers runs images through the model, a batch at a time, and calls use with
// the number of a batch's first image and what the batch is at every ReLU and,
// last, at the logits.
func (n *network) layers(ctx context.Context, x *tensor.Tensor, use func(first int, values []*tensor.Tensor)) error {
	var values []*tensor.Tensor
	keep := func(_ int, v *autograd.Var) {
		v.Keep()
		values = append(values, v.Value)
	}
	return n.batches(ctx, x, keep, func(first int, logits *tensor.Tensor) {
		use(first, append(values, logits))
		values = nil
	})
}

// ranks returns a row an image and a column a layer: how many images of the
// bank are nearer to the image than the nearest one of the class that the model
// calls it. Where the bank has none of that class it is the size of the bank.
func (b *bank) ranks(ctx context.Context, x *tensor.Tensor) (tensor.View, error) {
	out := tensor.Matrix(make([]float32, x.Shape.N()*len(b.layers)), x.Shape.N(), len(b.layers))
	err := b.network.layers(ctx, x, func(first int, values []*tensor.Tensor) {
		logits := values[len(values)-1]
		rankLoop.Run(logits.Shape.N(), rankArgs{asm.Current(), b, values, out.Data[first*out.Cols:]})
	})
	return out, err
}

type rankArgs struct {
	kernels *asm.Kernels
	bank    *bank
	values  []*tensor.Tensor
	out     []float32
}

var rankLoop = parallel.NewLoop(func(a *rankArgs, i int) {
	class := tensor.ArgMax(a.values[len(a.values)-1].Sample(i))
	distances := make([]float32, len(a.bank.labels))
	for k, values := range a.values {
		nearest := float32(math.Inf(1))
		for j, label := range a.bank.labels {
			distances[j] = a.kernels.SqDist(values.Sample(i), a.bank.layers[k].Sample(j))
			if label == class {
				nearest = min(nearest, distances[j])
			}
		}
		nearer := 0
		for _, v := range distances {
			if v < nearest {
				nearer++
			}
		}
		a.out[i*len(a.values)+k] = float32(nearer)
	}
})

func init() {
	register(Definition{Order: 4, Title: "TED", Paper: "Mo et al., IEEE S&P 2024, arXiv:2312.02673",
		Defaults: "bank of 20 a class, α 5 % (paper); every ReLU and the logits, 1 added to the variances (ours)"}, TED{})
}
