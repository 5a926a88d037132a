package defenses

import (
	"context"
	"errors"
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

// othersGolden is testdata/others.json, which others.py beside it wrote.
type othersGolden struct {
	Frequency []struct {
		Shape        []int
		Clean, X     [][]float32
		Highest, Top []float64
	}
	TED []struct {
		Labels       []int
		Bank, X      [][][]float32 // by layer
		Ranks        [][]float32
		Outlyingness []float64
	}
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
