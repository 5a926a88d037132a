package defenses

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"sdrm/autograd"
	"sdrm/internal/fill"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

func TestAnomalyIndexGolden(t *testing.T) {
	g := readInputs(t)
	for i, v := range anomalyIndices(g.Sizes) {
		near(t, fmt.Sprintf("class %d", i), v, g.Indices[i], 1e-12)
	}
	for i, v := range anomalyIndices([]float64{3, 3, 3}) {
		near(t, fmt.Sprintf("equal sizes, class %d", i), v, 0, 0)
	}
}

// TestTrapLargeMasks: a mask that is unusually large is no sign of a backdoor.
func TestTrapLargeMasks(t *testing.T) {
	scores := anomalyIndices([]float64{50, 51, 49, 52, 48, 90, 50, 51, 49, 10})
	for class, v := range scores {
		if flagged := v > ncThreshold; flagged != (class == 9) {
			t.Errorf("class %d: index %v", class, v)
		}
	}
}

// TestNeuralCleanseClaimsWhatHolds: of normal sizes the rule flags at most the share that
// it claims, and where it would flag more, or never any, it claims none.
func TestNeuralCleanseClaimsWhatHolds(t *testing.T) {
	const draws = 20_000
	for _, classes := range []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 43, 100} {
		flagged, claimed := 0, 0.0
		normal := rng.New(1, rng.Generate, classes, 0)
		sizes := make([]float64, classes)
		for range draws {
			for i := range sizes {
				sizes[i] = normal.Normal()
			}
			d := cleanse(anomalyIndices(sizes)).Canonical
			claimed = d.Claim
			for _, f := range d.Flags {
				if f {
					flagged++
				}
			}
		}
		share := float64(flagged) / float64(draws*classes)
		switch {
		case claimed > 0 && share > claimed:
			t.Errorf("%d classes: flagged %.4f, claimed %.2f", classes, share, claimed)
		case claimed == 0 && classes >= ncClaims || claimed > 0 && classes < ncClaims:
			t.Errorf("%d classes: claimed %.2f", classes, claimed)
		case classes < ncLeast && share > 0:
			t.Errorf("%d classes: flagged %.4f", classes, share)
		}
		t.Logf("%d classes: flagged %.4f", classes, share)
	}
}

// TestNeuralCleanseFindsTheTarget compares sizes after a third of the rounds.
func TestNeuralCleanseFindsTheTarget(t *testing.T) {
	in, _ := shown(1, 64)
	n := newNetwork(NeuralCleanse{}, in)
	var sizes []float64
	for class := range fewClasses {
		size, err := n.reverse(context.Background(), in.CleanImages, class, ncRounds/3, drawPatch(in.CleanImages.Shape, rng.New(1, rng.Search, 0, class)))
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, size)
	}
	if others := slices.Min(slices.Delete(slices.Clone(sizes), badClass, badClass+1)); sizes[badClass] > others/2 {
		t.Errorf("mask sizes are %v: that of class %d is not half of the others", sizes, badClass)
	}
}

func TestMaskWeight(t *testing.T) {
	w := ncSchedule{weight: 1}
	for i, c := range []struct {
		success float64
		rounds  int
		want    float64
	}{
		{1, 4, 1}, {.5, 1, 1}, {1, 4, 1}, {.99, 1, 2}, {1, 5, 4}, {.98, 4, 4}, {.98, 1, math.Sqrt2}, {.1, 5, .5},
	} {
		for range c.rounds {
			w.review(c.success)
		}
		near(t, fmt.Sprintf("weight after step %d", i), w.weight, c.want, 1e-12)
	}
}

// TestNeuralCleanseAgainstPyTorch: the loss and its gradients at the start, and the
// size of the mask that the search ends with. Adam's steps do not hang on the length
// of a gradient, so where it is near 0 rounding turns steps round: after six rounds the
// sizes that PyTorch finds in float32 and in float64 differ by up to 0.3 %.
func TestNeuralCleanseAgainstPyTorch(t *testing.T) {
	const side, classes, n = 16, 4, 40
	in := Input{Model: hashedModel(t, classes), CleanImages: tensor.New(tensor.Shape{n, side, side, 3})}
	fill.Hashed(in.CleanImages.Data, 100)
	logits := func(seed uint32, channels int) *tensor.Tensor {
		x := tensor.New(tensor.Shape{1, side, side, channels})
		fill.Hashed(x.Data, seed)
		for i, v := range x.Data {
			x.Data[i] = v*4 - 2
		}
		return x
	}
	start := func() patch { return patch{autograd.NewParam(logits(200, 1)), autograd.NewParam(logits(201, 3))} }
	for _, c := range readSearches(t).Cleanse {
		net := newNetwork(NeuralCleanse{}, in)
		p, tape := start(), net.Tape()
		tape.Reset(autograd.Fixed)
		loss, size, _ := p.loss(tape, net.Model(), in.CleanImages.Slice(0, ncBatch), slices.Repeat([]int{c.Target}, ncBatch), ncWeight)
		found := [2]float64{float64(loss.Value.Data[0]), float64(size.Value.Data[0])}
		tape.Backward(loss)
		for i, want := range []float64{c.First.Loss, c.First.Size} {
			if math.Abs(found[i]/want-1) > 1e-5 {
				t.Errorf("class %d: loss and size are %v, want %v and %v", c.Target, found, c.First.Loss, c.First.Size)
			}
		}
		for _, g := range []struct {
			what string
			got  []float32
			want []float64
		}{{"mask", p.mask.Grad.Data, c.First.Mask}, {"pattern", p.pattern.Grad.Data, c.First.Pattern}} {
			scale := 0.0
			for _, w := range g.want {
				scale = max(scale, math.Abs(w))
			}
			for i, w := range g.want {
				if math.Abs(float64(g.got[i])-w) > 1e-4*scale {
					t.Fatalf("class %d: gradient of %s[%d] is %v, want %v", c.Target, g.what, i, g.got[i], w)
				}
			}
		}
		got, err := net.reverse(context.Background(), in.CleanImages, c.Target, c.Rounds, start())
		if err != nil || math.Abs(got/c.Size-1) > 3e-3 {
			t.Errorf("class %d: size %v, error %v, want %v", c.Target, got, err, c.Size)
		}
	}
}
