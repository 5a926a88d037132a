package defenses

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/asm"
	"sdrm/autograd"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/models"
	"sdrm/tensor"
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
	m, err := models.New("vgg5", fewClasses, 3)
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
			tensor.Axpy(p.Value, -0.02, momentum[i])
		}
	}
	return m
})

// suspect is the network with n benign and n triggered images of other classes.
func suspect(n, clean int) (Suspect, []bool) {
	s := Suspect{Model: backdoored(), Seed: 7}
	s.Clean, s.CleanLabels = pictures(2, clean)
	benign, _ := pictures(3, n)
	others, labels := pictures(4, 2*n)
	var places []int
	for i, label := range labels {
		if label != badClass && len(places) < n {
			places = append(places, i)
		}
	}
	s.Inputs = &tensor.Tensor{Shape: tensor.Shape{2 * n, side, side, 3},
		Data: append(benign.Data, triggered(pick(others, places)).Data...)}
	truth := make([]bool, 2*n)
	for i := n; i < 2*n; i++ {
		truth[i] = true
	}
	return s, truth
}

func judge(t *testing.T, d InputDetector, s Suspect) Verdict {
	t.Helper()
	v, err := d.Judge(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// ofInputs returns the detectors that judge images.
func ofInputs() []InputDetector {
	var out []InputDetector
	for _, d := range inputDetectors {
		if d.Subject() == EachInput {
			out = append(out, d)
		}
	}
	return out
}

func TestTheNetworkIsBackdoored(t *testing.T) {
	s, truth := suspect(60, 8)
	n := newNetwork(STRIP{}, s)
	called, err := n.classes(context.Background(), s.Inputs)
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

// TestInputDetectorsFindThePatch: what makes other images the target leaves the
// target's own images the target, so that scale-up and ibd-psc cannot tell a
// quarter of the benign images from triggered ones.
func TestInputDetectorsFindThePatch(t *testing.T) {
	want := map[string]float64{"strip": 1, "scale-up": .875, "ibd-psc": .875, "ted": 1, "frequency": 1}
	s, truth := suspect(60, 160)
	for _, d := range ofInputs() {
		scores := Judge(judge(t, d, s), truth)
		near(t, d.Name()+": AUROC", scores[1].AUROC, want[d.Name()], .01)
		if d.Name() != "ibd-psc" && scores[0].Recall < .95 { // which cannot decide here
			t.Errorf("%s: canonical %+v", d.Name(), scores[0])
		}
	}
}

// TestCleanImagesAreNotAllFlagged shows detectors benign images alone.
func TestCleanImagesAreNotAllFlagged(t *testing.T) {
	s, _ := suspect(60, 160)
	s.Inputs = slice(s.Inputs, 0, 60)
	for _, d := range ofInputs() {
		if got := count(judge(t, d, s).Canonical.Flags); got > 20 {
			t.Errorf("%s flags %d of 60 clean images", d.Name(), got)
		}
	}
}

// TestPermutingImagesPermutesTheAnswer holds to the bit, for the inputs and for
// the clean images.
func TestPermutingImagesPermutesTheAnswer(t *testing.T) {
	s, _ := suspect(20, 120)
	draw := rng.New(1, rng.Generate, 1, 1)
	order := func(n int) []int {
		o := make([]int, n)
		for i := range o {
			o[i] = i
		}
		draw.Shuffle(n, func(i, j int) { o[i], o[j] = o[j], o[i] })
		return o
	}
	inputs, clean := order(40), order(120)
	moved := s
	moved.Inputs, moved.Clean, moved.CleanLabels = pick(s.Inputs, inputs), pick(s.Clean, clean), permute(s.CleanLabels, clean)
	for _, d := range ofInputs() {
		want, got := judge(t, d, s), judge(t, d, moved)
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

func TestInputDetectorsHaveTheSameBitsEverywhere(t *testing.T) {
	s, _ := suspect(2, 90)
	few := s
	few.Clean, few.CleanLabels = slice(s.Clean, 0, 10), s.CleanLabels[:10]
	answers := func() (all []Verdict) {
		for _, d := range ofInputs() {
			if d.Name() == "ted" { // which needs a bank
				all = append(all, judge(t, d, s))
			} else {
				all = append(all, judge(t, d, few))
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

func readInputs(t *testing.T) (g goldenInputs) {
	t.Helper()
	text, err := os.ReadFile("testdata/inputs.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	return g
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
	s, _ := suspect(60, 8)
	lowest := slices.Min(judge(t, ScaleUp{}, s).Canonical.Scores)
	near(t, "lowest SPC", lowest, 0, 0)
}

// probabilitiesWith returns what the network with its last k layers amplified
// gives to the class of every input.
func probabilitiesWith(t *testing.T, s Suspect, k int, classes []int) []float64 {
	t.Helper()
	norms := batchNorms(s.Model)
	defer restoreNorms(norms)()
	amplifyNorms(norms[len(norms)-k:])
	out, p := make([]float64, len(classes)), make([]float64, fewClasses)
	err := newNetwork(IBDPSC{}, s).each(context.Background(), s.Inputs, func(i int, logits []float32) {
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
	s, _ := suspect(10, 40)
	classes, err := newNetwork(IBDPSC{}, s).classes(context.Background(), s.Inputs)
	if err != nil {
		t.Fatal(err)
	}
	layers := len(batchNorms(s.Model))
	for k := 1; k <= layers; k++ {
		// Labels that make k the first number of layers with enough errors.
		labels, ok := labelsFor(t, s, k)
		if !ok {
			continue
		}
		s.CleanLabels = labels
		v := judge(t, IBDPSC{}, s)
		want := make([]float64, len(classes))
		for amplified := k; amplified <= min(k+4, layers); amplified++ {
			for i, p := range probabilitiesWith(t, s, amplified, classes) {
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
func labelsFor(t *testing.T, s Suspect, k int) (labels []int, ok bool) {
	t.Helper()
	called := func(amplified int) []int {
		norms := batchNorms(s.Model)
		defer restoreNorms(norms)()
		amplifyNorms(norms[len(norms)-amplified:])
		classes, err := newNetwork(IBDPSC{}, s).classes(context.Background(), s.Clean)
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
	s, _ := suspect(10, 40)
	s.Clean, s.CleanLabels = robust(t, s)
	v := judge(t, IBDPSC{}, s)
	if !strings.HasPrefix(v.Canonical.ThresholdRule, "none: with all 4 layers") || count(v.Canonical.Flags) > 0 {
		t.Errorf("%d are flagged, the rule is %q", count(v.Canonical.Flags), v.Canonical.ThresholdRule)
	}
	classes, err := newNetwork(IBDPSC{}, s).classes(context.Background(), s.Inputs)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range probabilitiesWith(t, s, len(batchNorms(s.Model)), classes) {
		near(t, fmt.Sprintf("PSC of image %d", i), v.Canonical.Scores[i], p, 1e-12)
	}
}

// robust returns one image and the class that the network gives it most often
// as layers are amplified; the label is right for all of them.
func robust(t *testing.T, s Suspect) (*tensor.Tensor, []int) {
	t.Helper()
	n := newNetwork(IBDPSC{}, s)
	norms := batchNorms(s.Model)
	defer restoreNorms(norms)()
	kept := make([]bool, s.Inputs.Shape.N())
	var first []int
	for k := range len(norms) + 1 {
		if k > 0 {
			amplifyNorms(norms[len(norms)-k:][:1])
		}
		called, err := n.classes(context.Background(), s.Inputs)
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
	return slice(s.Inputs, at, 1), first[at : at+1]
}

func TestAmplifiedModelIsPutBack(t *testing.T) {
	s, _ := suspect(10, 90)
	var before [][]float32
	for _, e := range s.Model.Entries() {
		before = append(before, slices.Clone(e.Tensor.Data))
	}
	same := func(when string) {
		t.Helper()
		for i, e := range s.Model.Entries() {
			if !slices.Equal(before[i], e.Tensor.Data) {
				t.Errorf("%s: %s is changed", when, e.Name)
			}
		}
	}
	for _, d := range ofInputs() {
		judge(t, d, s)
		same(d.Name())
	}
	if _, err := newNetwork(NeuralCleanse{}, s).reverse(context.Background(), s.Clean, 1, 1, rng.New(1, rng.Search, 0, 0)); err != nil {
		t.Error(err)
	}
	same("neural-cleanse")
	s.Inputs = nil
	if _, err := (IBDPSC{}).Judge(context.Background(), s); err == nil {
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
	s, _ := suspect(1, 64)
	n := newNetwork(NeuralCleanse{}, s)
	var sizes []float64
	for class := range fewClasses {
		size, err := n.reverse(context.Background(), s.Clean, class, ncRounds/3, rng.New(1, rng.Search, 0, class))
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

func TestUnusableSuspects(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(s *Suspect)
		says  string
	}{
		"no inputs":      {func(s *Suspect) { s.Inputs = nil }, "inputs: found 0, expected at least 1"},
		"empty inputs":   {func(s *Suspect) { s.Inputs = slice(s.Inputs, 0, 0) }, "inputs: found 0"},
		"NaN":            {func(s *Suspect) { s.Inputs.Data[side*side*3+5] = float32(math.NaN()) }, "inputs: value 5 of image 1 is NaN"},
		"beyond white":   {func(s *Suspect) { s.Clean.Data[2] = 1.5 }, "clean images: value 2 of image 0 is 1.5"},
		"no clean":       {func(s *Suspect) { s.Clean, s.CleanLabels = nil, nil }, "clean images: found 0"},
		"too few labels": {func(s *Suspect) { s.CleanLabels = s.CleanLabels[1:] }, "found 99 labels for 100 images"},
		"label":          {func(s *Suspect) { s.CleanLabels[3] = 4 }, "label 4 of image 3"},
		"size": {func(s *Suspect) {
			s.Clean = &tensor.Tensor{Shape: tensor.Shape{100, side, side / 2, 3}, Data: s.Clean.Data}
		}, "expected the size of the inputs"},
	} {
		for _, d := range inputDetectors {
			s, _ := suspect(2, 100)
			c.spoil(&s)
			if d.Subject() == EachClass && (s.Inputs == nil || !strings.HasPrefix(c.says, "clean") && !strings.Contains(c.says, "label")) {
				continue // looks at no inputs
			}
			_, err := d.Judge(context.Background(), s)
			if !errors.Is(err, ErrSuspect) || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), d.Name()+": ") {
				t.Errorf("%s, %s: error is %v", d.Name(), name, err)
			}
		}
	}
	s, _ := suspect(2, 8)
	if _, err := (TED{}).Judge(context.Background(), s); !errors.Is(err, ErrSuspect) || !strings.Contains(err.Error(), "calls rightly") {
		t.Errorf("too few clean images for a bank: error is %v", err)
	}
}

func TestModelWithoutNumbers(t *testing.T) {
	s, _ := suspect(2, 100)
	m, err := models.New("vgg5", fewClasses, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range m.Entries() {
		e.Tensor.Data[0] = float32(math.NaN())
	}
	s.Model = m
	for _, d := range inputDetectors {
		if d.Name() == "frequency" {
			continue // asks no model
		}
		if _, err := d.Judge(context.Background(), s); !errors.Is(err, ErrSuspect) || !strings.Contains(err.Error(), "NaN") {
			t.Errorf("%s: error is %v", d.Name(), err)
		}
	}
}

func TestInputDetectorsStop(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s, _ := suspect(2, 100)
	for _, d := range inputDetectors {
		if _, err := d.Judge(ctx, s); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error is %v", d.Name(), err)
		}
	}
}

func TestInputRegistry(t *testing.T) {
	want := []string{"strip", "scale-up", "ibd-psc", "ted", "frequency", "neural-cleanse"}
	if diff := cmp.Diff(want, InputNames()); diff != "" {
		t.Error(diff)
	}
	for _, name := range want {
		if d, err := NewInput(name); err != nil || d.Name() != name || slices.Contains(Names(), name) {
			t.Errorf("%s: found %v, error %v", name, d, err)
		}
	}
	if _, err := NewInput("ac"); err == nil || !strings.Contains(err.Error(), `input-level detector "ac" is unknown, expected one of strip, `) {
		t.Errorf("error is %v", err)
	}
}
