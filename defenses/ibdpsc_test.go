package defenses

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sdrm/defenses/score"
	"sdrm/internal/rng"
	"sdrm/models"
	"sdrm/tensor"
)

// probabilitiesWith returns what the network with its last k layers amplified
// gives to the class of every input.
func probabilitiesWith(t *testing.T, in Input, k int, classes []int) []float64 {
	t.Helper()
	norms := in.Model.BatchNorms()
	defer restoreNorms(norms)()
	amplifyNorms(norms[len(norms)-k:])
	out, p := make([]float64, len(classes)), make([]float64, fewClasses)
	err := newNetwork(IBDPSC{}, in).each(context.Background(), in.Images, func(i int, logits []float32) {
		softmax(p, logits)
		out[i] = p[classes[i]]
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestTrapAmplifiedOneTooMany is published code of IBD-PSC that asks the models
// from k+1 on.
func TestTrapAmplifiedOneTooMany(t *testing.T) {
	for _, c := range []struct {
		errors []float64
		want   int
	}{
		{[]float64{.7, .8, .9}, 1}, {[]float64{.1, .6, .61}, 3}, {[]float64{.1, .9, .2}, 2}, {[]float64{.1, .2, .6}, 4},
	} {
		got, err := ibdSearch(len(c.errors), func(k int) (float64, error) { return c.errors[k-1], nil })
		if err != nil || got != c.want {
			t.Errorf("errors %v: k = %d, error %v, want %d", c.errors, got, err, c.want)
		}
	}
	in, _ := shown(10, 40)
	classes, err := newNetwork(IBDPSC{}, in).classes(context.Background(), in.Images)
	if err != nil {
		t.Fatal(err)
	}
	layers := len(in.Model.BatchNorms())
	for k := 1; k <= layers; k++ {
		// Labels that make k the first number of layers with enough errors.
		labels, ok := labelsFor(t, in, k)
		if !ok {
			continue
		}
		in.CleanLabels = labels
		v := verdict(t, IBDPSC{}, in)
		want := make([]float64, len(classes))
		for amplified := k; amplified <= min(k+4, layers); amplified++ {
			for i, p := range probabilitiesWith(t, in, amplified, classes) {
				want[i] += p / float64(min(k+4, layers)-k+1)
			}
		}
		for i := range want {
			near(t, fmt.Sprintf("k = %d: PSC of image %d", k, i), v.Canonical.Scores[i], want[i], 1e-12)
		}
		if !strings.Contains(v.Canonical.ThresholdRule, fmt.Sprintf("with the last %d to %d of %d layers", k, layers, layers)) {
			t.Errorf("k = %d: the rule is %q", k, v.Canonical.ThresholdRule)
		}
	}
}

// labelsFor returns labels by which the network is right with fewer than k
// layers amplified and wrong with k, on enough of the clean images for each.
func labelsFor(t *testing.T, in Input, k int) (labels []int, ok bool) {
	t.Helper()
	called := func(amplified int) []int {
		norms := in.Model.BatchNorms()
		defer restoreNorms(norms)()
		amplifyNorms(norms[len(norms)-amplified:])
		classes, err := newNetwork(IBDPSC{}, in).classes(context.Background(), in.CleanImages)
		if err != nil {
			t.Fatal(err)
		}
		return classes
	}
	if k == 1 {
		for _, class := range called(1) {
			labels = append(labels, (class+1)%fewClasses)
		}
		return labels, true
	}
	labels = called(k - 1)
	for fewer := range k - 1 {
		ok = errorRate(called(fewer), labels) <= ibdError || fewer == 0
		if !ok {
			return nil, false
		}
	}
	return labels, errorRate(called(k), labels) > ibdError
}

// TestTrapSearchFindsNothing is published code of IBD-PSC where no number of
// layers makes the model err enough: it must still judge, and say so.
func TestTrapSearchFindsNothing(t *testing.T) {
	in, _ := shown(10, 40)
	in.CleanImages, in.CleanLabels = robust(t, in)
	v := verdict(t, IBDPSC{}, in)
	if !strings.HasPrefix(v.Canonical.ThresholdRule, "none: with all 4 layers") || score.Count(v.Canonical.Flags) > 0 {
		t.Errorf("%d are flagged, the rule is %q", score.Count(v.Canonical.Flags), v.Canonical.ThresholdRule)
	}
	classes, err := newNetwork(IBDPSC{}, in).classes(context.Background(), in.Images)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range probabilitiesWith(t, in, len(in.Model.BatchNorms()), classes) {
		near(t, fmt.Sprintf("PSC of image %d", i), v.Canonical.Scores[i], p, 1e-12)
	}
}

// robust returns one image and the class that the network gives it most often
// as layers are amplified; the label is right for all of them.
func robust(t *testing.T, in Input) (*tensor.Tensor, []int) {
	t.Helper()
	n := newNetwork(IBDPSC{}, in)
	norms := in.Model.BatchNorms()
	defer restoreNorms(norms)()
	kept := make([]bool, in.Images.Shape.N())
	var first []int
	for k := range len(norms) + 1 {
		if k > 0 {
			amplifyNorms(norms[len(norms)-k:][:1])
		}
		called, err := n.classes(context.Background(), in.Images)
		if err != nil {
			t.Fatal(err)
		}
		if k == 0 {
			first = called
		}
		for i, class := range called {
			kept[i] = (k == 0 || kept[i]) && class == first[i]
		}
	}
	at := slices.Index(kept, true)
	if at < 0 {
		t.Fatal("no image keeps its class under amplification")
	}
	return in.Images.Slice(at, 1), first[at : at+1]
}

// Of a model with enough layers, five amplified ones are asked.
func TestIBDPSCAsksFiveModels(t *testing.T) {
	m, err := models.New("vgg11", 3, 10, 1) // untrained: it errs as soon as asked
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.New(tensor.Shape{4, 32, 32, 3})
	s := rng.New(1, rng.Generate, 0, 0)
	for i := range x.Data {
		x.Data[i] = float32(s.Float64())
	}
	n := newNetwork(IBDPSC{}, Input{Model: m})
	called, err := n.classes(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	for i := range called {
		called[i] = (called[i] + 1) % 10 // all are errors
	}
	v, err := IBDPSC{}.Inspect(t.Context(), Input{Model: m, Images: x, CleanImages: x, CleanLabels: called})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(v.Canonical.ThresholdRule, "the last 1 to 5 of ") {
		t.Error(v.Canonical.ThresholdRule)
	}
}
