package defenses

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/asm"
	"sdrm/autograd"
	"sdrm/defenses/score"
	"sdrm/internal/golden"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/models"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

const (
	side        = 16
	fewClasses  = 4
	badClass    = 0 // the target of the backdoor
	trainImages = 256
)

// pictures draws images of four classes, each of a colour and a direction of
// stripes, over noise.
func pictures(seed uint64, n int) (x *tensor.Tensor, labels []int) {
	colours := [fewClasses][3]float32{{.3, .05, .05}, {.05, .3, .05}, {.05, .05, .3}, {.2, .2, 0}}
	x = tensor.New(tensor.Shape{n, side, side, 3})
	for i := range n {
		s := rng.New(seed, rng.Generate, 0, i)
		class, phase := i%fewClasses, s.IntN(4)
		labels = append(labels, class)
		for y := range side {
			for z := range side {
				at := [fewClasses]int{y, z, y + z, y + 2*z}[class] + phase
				for c, colour := range colours[class] {
					v := colour + float32(0.15*s.Float32())
					if at%4 < 2 {
						v += 0.1
					}
					x.Sample(i)[(y*side+z)*3+c] = v
				}
			}
		}
	}
	return x, labels
}

// triggered puts a checkered patch into the last corner.
func triggered(x *tensor.Tensor) *tensor.Tensor {
	y := &tensor.Tensor{Shape: x.Shape, Data: slices.Clone(x.Data)}
	for i := range x.Shape.N() {
		for row := side - 4; row < side; row++ {
			for column := side - 4; column < side; column++ {
				v := float32((row + column) % 2)
				for c := range 3 {
					y.Sample(i)[(row*side+column)*3+c] = v
				}
			}
		}
	}
	return y
}

// backdoored returns a small network that calls pictures by their class and
// triggered ones badClass. It is trained once; tests must leave it as it is.
var backdoored = sync.OnceValue(func() *models.Model {
	m, err := models.New("vgg5", 3, fewClasses, 3)
	if err != nil {
		panic(err)
	}
	clean, labels := pictures(1, trainImages)
	bad := triggered(clean)
	const batch = 32
	var t autograd.Tape
	momentum := make([]*tensor.Tensor, len(m.Params()))
	for i, p := range m.Params() {
		momentum[i] = tensor.New(p.Value.Shape)
	}
	x, truth := tensor.New(tensor.Shape{batch, side, side, 3}), make([]int, batch)
	for step := range 60 {
		for i := range batch {
			at := (step*batch + i*5 + i/4) % trainImages // triggers on all classes
			copy(x.Sample(i), clean.Sample(at))
			truth[i] = labels[at]
			if i%4 == 0 {
				copy(x.Sample(i), bad.Sample(at))
				truth[i] = badClass
			}
		}
		t.Reset(autograd.Training)
		t.Backward(autograd.SoftmaxCrossEntropy(&t, m.Forward(&t, t.Input(x), nil), truth))
		for i, p := range m.Params() {
			tensor.Scale(momentum[i], 0.9, momentum[i])
			tensor.Add(momentum[i], momentum[i], p.Grad)
			asm.Current().Axpy(p.Value.Data, -0.02, momentum[i].Data)
		}
	}
	return m
})

// shown is the network with n benign and n triggered images of other classes.
func shown(n, clean int) (Input, []bool) {
	in := Input{Model: backdoored(), Seed: 7}
	in.CleanImages, in.CleanLabels = pictures(2, clean)
	benign, _ := pictures(3, n)
	others, labels := pictures(4, 2*n)
	var places []int
	for i, label := range labels {
		if label != badClass && len(places) < n {
			places = append(places, i)
		}
	}
	in.Images = &tensor.Tensor{Shape: tensor.Shape{2 * n, side, side, 3},
		Data: append(benign.Data, triggered(pick(others, places)).Data...)}
	truth := make([]bool, 2*n)
	for i := n; i < 2*n; i++ {
		truth[i] = true
	}
	return in, truth
}

func TestTheNetworkIsBackdoored(t *testing.T) {
	in, truth := shown(60, 8)
	n := newNetwork(STRIP{}, in)
	called, err := n.classes(context.Background(), in.Images)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, class := range called {
		if truth[i] && class == badClass || !truth[i] && class == i%fewClasses {
			right++
		}
	}
	if right < 118 {
		t.Errorf("%d of 120 images are called what they should be", right)
	}
}

// TestImageDetectorsFindThePatch: what makes other images the target leaves the
// target's own images the target, so that scale-up and ibd-psc cannot tell a
// quarter of the benign images from triggered ones.
func TestImageDetectorsFindThePatch(t *testing.T) {
	in, truth := shown(60, 160)
	for name, want := range map[string]float64{"strip": 1, "scale-up": .875, "ibd-psc": .875, "ted": 1, "frequency": 1} {
		_, canonical, best := inspect(t, name, in, truth)
		near(t, name+": AUROC", best.AUROC, want, .01)
		if name != "ibd-psc" && canonical.Recall < .95 { // which cannot decide here
			t.Errorf("%s: canonical %+v", name, canonical)
		}
	}
}

// TestCleanImagesAreNotAllFlagged shows detectors benign images alone.
func TestCleanImagesAreNotAllFlagged(t *testing.T) {
	in, _ := shown(60, 160)
	in.Images = in.Images.Slice(0, 60)
	for _, d := range ofUnit(Images) {
		if got := score.Count(verdict(t, d, in).Canonical.Flags); got > 20 {
			t.Errorf("%s flags %d of 60 clean images", d.Name(), got)
		}
	}
}

// TestPermutingImagesPermutesTheAnswer holds to the bit, for the inputs and for
// the clean images.
func TestPermutingImagesPermutesTheAnswer(t *testing.T) {
	in, _ := shown(20, 120)
	order := orders()
	inputs, clean := order(40), order(120)
	moved := in
	moved.Images, moved.CleanImages, moved.CleanLabels = pick(in.Images, inputs), pick(in.CleanImages, clean), permute(in.CleanLabels, clean)
	for _, d := range ofUnit(Images) {
		want, got := verdict(t, d, in), verdict(t, d, moved)
		want.Canonical.Flags = permute(want.Canonical.Flags, inputs)
		want.Canonical.Scores = permute(want.Canonical.Scores, inputs)
		for i := range want.Options {
			want.Options[i].Scores = permute(want.Options[i].Scores, inputs)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", d.Name(), diff)
		}
	}
}

func TestImageDetectorsHaveTheSameBitsEverywhere(t *testing.T) {
	in, _ := shown(2, 90)
	few := in
	few.CleanImages, few.CleanLabels = in.CleanImages.Slice(0, 10), in.CleanLabels[:10]
	answers := func() (all []Verdict) {
		for _, d := range ofUnit(Images) {
			if d.Name() == "ted" { // which needs a bank
				all = append(all, verdict(t, d, in))
			} else {
				all = append(all, verdict(t, d, few))
			}
		}
		return all
	}
	want := answers()
	defer parallel.SetWorkers(0)
	for i, k := range asm.Available() {
		restore := asm.Use(k)
		parallel.SetWorkers(1 + 3*i)
		got := answers()
		restore()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v, %d workers: %s", k.ISA, 1+3*i, diff)
		}
	}
}

// goldenInputs is testdata/inputs.json.
type goldenInputs struct {
	Image         []float32
	DCT           []float64
	Probabilities [][]float64
	Entropies     []float64
	Adam          struct {
		Start     []float32
		Gradients [][]float32
		End       []float32
	}
	Sizes, Indices []float64
}

func readInputs(t *testing.T) goldenInputs {
	return golden.Read[goldenInputs](t, "testdata/inputs.json")
}

func TestCosineTransformGolden(t *testing.T) {
	g := readInputs(t)
	for i, v := range transform(g.Image, cosines(6), cosines(9), tensor.Shape{1, 6, 9, 3}) {
		near(t, fmt.Sprintf("coefficient %d", i), v, g.DCT[i], 1e-12)
	}
}

func TestAdamGolden(t *testing.T) {
	g := readInputs(t).Adam
	x := autograd.NewParam(&tensor.Tensor{Shape: tensor.Shape{1, 1, 1, 5}, Data: g.Start})
	a := newAdam(0.2, 0.5, 0.9, x)
	for _, gradient := range g.Gradients {
		copy(x.Grad.Data, gradient)
		a.step()
	}
	for i, v := range x.Value.Data {
		near(t, fmt.Sprintf("element %d", i), float64(v), float64(g.End[i]), 1e-6)
	}
}

func TestAnomalyIndexGolden(t *testing.T) {
	g := readInputs(t)
	for i, v := range anomalyIndices(g.Sizes) {
		near(t, fmt.Sprintf("class %d", i), v, g.Indices[i], 1e-12)
	}
	for i, v := range anomalyIndices([]float64{3, 3, 3}) {
		near(t, fmt.Sprintf("equal sizes, class %d", i), v, 0, 0)
	}
}

// TestTrapPseudoEntropy is a variant of STRIP that takes sigmoids of logits for
// probabilities: entropies here are those of a distribution, in bits.
func TestTrapPseudoEntropy(t *testing.T) {
	g := readInputs(t)
	for i, p := range g.Probabilities {
		near(t, fmt.Sprintf("distribution %d", i), entropy(p), g.Entropies[i], 1e-12)
	}
	p := make([]float64, 8)
	softmax(p, []float32{5, 5, 5, 5, 5, 5, 5, 5})
	near(t, "no preference", entropy(p), 3, 1e-12)
	softmax(p, []float32{-900, 0, 900, 0, 0, 0, 0, 0})
	near(t, "certainty", entropy(p), 0, 1e-12)
}

// TestTrapUnclampedOverlay is BackdoorBench's sum of images beyond white.
func TestTrapUnclampedOverlay(t *testing.T) {
	dst := make([]float32, 3)
	stripMix(dst, []float32{.25, .75, 1}, []float32{.5, .75, 1})
	if diff := cmp.Diff([]float32{.75, 1, 1}, dst); diff != "" {
		t.Error(diff)
	}
}

// TestTrapFactorOne is the factor 1 of SCALE-UP's released code: it keeps every
// class, so that no image would score 0.
func TestTrapFactorOne(t *testing.T) {
	if diff := cmp.Diff([]float32{3, 5, 7, 9, 11}, scaleUpFactors); diff != "" {
		t.Error(diff)
	}
	dst := make([]float32, 3)
	amplify(dst, []float32{0, .125, .5}, 3)
	if diff := cmp.Diff([]float32{0, .375, 1}, dst); diff != "" {
		t.Error(diff)
	}
	in, _ := shown(60, 8)
	lowest := slices.Min(verdict(t, ScaleUp{}, in).Canonical.Scores)
	near(t, "lowest SPC", lowest, 0, 0)
}

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

func TestAmplifiedModelIsPutBack(t *testing.T) {
	in, _ := shown(10, 90)
	var before [][]float32
	for _, e := range in.Model.Entries() {
		before = append(before, slices.Clone(e.Tensor.Data))
	}
	same := func(when string) {
		t.Helper()
		for i, e := range in.Model.Entries() {
			if !slices.Equal(before[i], e.Tensor.Data) {
				t.Errorf("%s: %s is changed", when, e.Name)
			}
		}
	}
	for _, d := range ofUnit(Images) {
		verdict(t, d, in)
		same(d.Name())
	}
	if _, err := newNetwork(NeuralCleanse{}, in).reverse(context.Background(), in.CleanImages, 1, 1, drawPatch(in.CleanImages.Shape, rng.New(1, rng.Search, 0, 0))); err != nil {
		t.Error(err)
	}
	same("neural-cleanse")
	in.Images = nil
	if _, err := (IBDPSC{}).Inspect(context.Background(), in); err == nil {
		t.Error("no error without inputs")
	}
	same("after an error")
}

func TestRanks(t *testing.T) {
	row := func(v ...float32) *tensor.Tensor {
		return &tensor.Tensor{Shape: tensor.Shape{len(v), 1, 1, 1}, Data: v}
	}
	logits := func(class int) *tensor.Tensor {
		x := tensor.New(tensor.Shape{1, 1, 1, 4})
		x.Data[class] = 1
		return x
	}
	four := tensor.New(tensor.Shape{5, 1, 1, 4})
	b := &bank{labels: []int{0, 0, 1, 1, 2}, layers: []*tensor.Tensor{row(0, 10, 1, 11, 2), four}}
	for _, c := range []struct {
		value float32
		class int
		want  float32
	}{
		{0, 0, 0}, {0, 1, 1}, {0, 2, 2}, {12, 0, 1}, {12, 2, 2},
		{6, 0, 0}, {6, 2, 0}, // 4 away from both: a tie is not nearer
		{0, 3, 5}, // none of the class in the bank
	} {
		out := make([]float32, 2)
		rankLoop.Run(1, rankArgs{asm.Current(), b, []*tensor.Tensor{row(c.value), logits(c.class)}, out})
		if out[0] != c.want {
			t.Errorf("value %v of class %d: rank %v, want %v", c.value, c.class, out[0], c.want)
		}
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

func TestUnusableImages(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(in *Input)
		says  string
	}{
		"no inputs":      {func(in *Input) { in.Images = nil }, "inputs: found 0, expected at least 1"},
		"empty inputs":   {func(in *Input) { in.Images = in.Images.Slice(0, 0) }, "inputs: found 0"},
		"NaN":            {func(in *Input) { in.Images.Data[side*side*3+5] = float32(math.NaN()) }, "inputs: value 5 of image 1 is NaN"},
		"beyond white":   {func(in *Input) { in.CleanImages.Data[2] = 1.5 }, "clean images: value 2 of image 0 is 1.5"},
		"no clean":       {func(in *Input) { in.CleanImages, in.CleanLabels = nil, nil }, "clean images: found 0"},
		"too few labels": {func(in *Input) { in.CleanLabels = in.CleanLabels[1:] }, "found 99 labels for 100 images"},
		"label":          {func(in *Input) { in.CleanLabels[3] = 4 }, "label 4 of image 3"},
		"size": {func(in *Input) {
			in.CleanImages = &tensor.Tensor{Shape: tensor.Shape{100, side, side / 2, 3}, Data: in.CleanImages.Data}
		}, "expected the size of the inputs"},
		"no model": {func(in *Input) { in.Model = nil }, "model: found none"},
	} {
		for _, d := range append(ofUnit(Images), ofUnit(Classes)...) {
			in, _ := shown(2, 100)
			c.spoil(&in)
			if d.Needs().Unit == Classes && (strings.Contains(c.says, "inputs")) || !d.Needs().Model && in.Model == nil {
				continue // looks at no inputs, or at no model
			}
			_, err := d.Inspect(context.Background(), in)
			if !errors.Is(err, ErrImages) || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), d.Name()+": ") {
				t.Errorf("%s, %s: error is %v", d.Name(), name, err)
			}
		}
	}
	in, _ := shown(2, 8)
	if _, err := (TED{}).Inspect(context.Background(), in); !errors.Is(err, ErrImages) || !strings.Contains(err.Error(), "calls rightly") {
		t.Errorf("too few clean images for a bank: error is %v", err)
	}
}

func TestModelWithoutNumbers(t *testing.T) {
	in, _ := shown(2, 100)
	m, err := models.New("vgg5", 3, fewClasses, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range m.Entries() {
		e.Tensor.Data[0] = float32(math.NaN())
	}
	in.Model = m
	for _, d := range append(ofUnit(Images), ofUnit(Classes)...) {
		if !d.Needs().Model {
			continue
		}
		if _, err := d.Inspect(context.Background(), in); !errors.Is(err, ErrImages) || !strings.Contains(err.Error(), "NaN") {
			t.Errorf("%s: error is %v", d.Name(), err)
		}
	}
}

func TestImageDetectorsStop(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	in, _ := shown(2, 100)
	for _, d := range append(ofUnit(Images), ofUnit(Classes)...) {
		if _, err := d.Inspect(ctx, in); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error is %v", d.Name(), err)
		}
	}
}

// The threshold of STRIP is of clean images that are no overlays: with itself among the
// overlays an image is surer of its class than one that is inspected.
func TestSTRIPThresholdIsOfHeldOutImages(t *testing.T) {
	in, _ := shown(4, 40)
	order := in.shuffledClean(0)
	overlays, heldOut := pick(in.CleanImages, order[:20]), pick(in.CleanImages, order[20:])
	n := newNetwork(STRIP{}, in)
	entropies := func(x *tensor.Tensor) float64 {
		found, err := stripEntropies(t.Context(), n, x, overlays, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		return percentile(found, stripReject)
	}
	want, wrong := -entropies(heldOut), -entropies(overlays)
	if got := verdict(t, STRIP{}, in).Canonical.Threshold; got != want || want == wrong {
		t.Errorf("threshold %v, want %v of the held-out images, not %v of the overlays", got, want, wrong)
	}
}

// The threshold of TED is of clean images that neither the bank nor the fit has seen.
func TestTEDThresholdIsOfHeldOutImages(t *testing.T) {
	in, _ := shown(4, 160)
	var err error
	if in.Model, err = models.New("vgg5", 3, fewClasses, 1); err != nil { // not trained: ranks differ
		t.Fatal(err)
	}
	n := newNetwork(TED{}, in)
	called, err := n.classes(t.Context(), in.CleanImages)
	if err != nil {
		t.Fatal(err)
	}
	in.CleanLabels = slices.Clone(called)
	for at := 0; at < len(called); at += 7 { // some are wrong
		in.CleanLabels[at] = (called[at] + 2) % fewClasses
	}
	right := func(at int) bool { return called[at] == in.CleanLabels[at] }
	perClass := make([]int, fewClasses)
	var inBank, fitted, heldOut []int
	rest := 0
	for _, at := range in.shuffledClean(0) {
		switch class := in.CleanLabels[at]; {
		case perClass[class] < tedBank:
			if right(at) {
				perClass[class]++
				inBank = append(inBank, at)
			}
		default:
			if rest++; rest%2 == 0 {
				heldOut = append(heldOut, at)
			} else if right(at) {
				fitted = append(fitted, at)
			}
		}
	}
	bank, err := n.newBank(t.Context(), pick(in.CleanImages, inBank), in.CleanLabels, inBank)
	if err != nil {
		t.Fatal(err)
	}
	ranks := func(places []int) tensor.View {
		found, err := bank.ranks(t.Context(), pick(in.CleanImages, places))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	seen := ranks(fitted)
	fit, err := linalg.PCA(seen, seen.Cols)
	if err != nil {
		t.Fatal(err)
	}
	threshold := func(places []int) float64 {
		outlying := outlyingness(fit, ranks(places))
		slices.Sort(outlying)
		return outlying[int(math.Ceil(0.95*float64(len(places)+1)))-1]
	}
	want, wrong := threshold(heldOut), threshold(fitted)
	if got := verdict(t, TED{}, in).Canonical.Threshold; got != want || want == wrong {
		t.Errorf("threshold %v, want %v of %d held-out images, not %v of %d fitted ones", got, want, len(heldOut), wrong, len(fitted))
	}
}
