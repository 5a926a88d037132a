package defenses

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/asm"
	"sdrm/defenses/score"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

const width = 40

// latents draws benign samples from a flat cloud, of three dimensions and some
// noise, and malicious ones from the same cloud moved by shift across it.
func latents(seed uint64, benign, malicious int, shift float64) (x tensor.View, truth []bool) {
	n := benign + malicious
	x = tensor.Matrix(make([]float32, n*width), n, width)
	s := rng.New(seed, rng.Generate, 0, 0)
	for i := range n {
		u := [3]float64{s.Normal(), s.Normal(), s.Normal()}
		for j := range width {
			v := u[j%3] + float64(0.1*s.Normal())
			if i >= benign && j%2 == 0 {
				v += shift
			}
			x.Data[i*width+j] = float32(v)
		}
		truth = append(truth, i >= benign)
	}
	return x, truth
}

// input tells detectors the truth about the share of poison and gives them 200
// clean latents of the class and 60 each of four others.
func input(x tensor.View, truth []bool) Input {
	clean, _ := latents(99, 200, 0, 0)
	in := Input{Latents: x, Clean: clean, Seed: 5, ExpectedPoison: float64(score.Count(truth)) / float64(len(truth))}
	for class := range 4 {
		other, _ := latents(uint64(100+class), 60, 0, 0)
		for i := range other.Data {
			if i%width%5 == class {
				other.Data[i] += 3
			}
		}
		in.Others = append(in.Others, other)
	}
	return in
}

// ofLatents returns the names of the detectors that inspect latents.
func ofLatents() (names []string) {
	for _, d := range ofUnit(Latents) {
		names = append(names, d.Name())
	}
	return names
}

// ofUnit returns the detectors of a unit.
func ofUnit(u Unit) (detectors []Detector) {
	for _, definition := range All() {
		for _, d := range definition.Variants {
			if d.Needs().Unit == u {
				detectors = append(detectors, d)
			}
		}
	}
	return detectors
}

// verdict runs a detector.
func verdict(t *testing.T, d Detector, in Input) Verdict {
	t.Helper()
	v, err := d.Inspect(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// inspect runs the named detector and scores it. Where nothing is malicious the
// best is the canonical score.
func inspect(t *testing.T, name string, in Input, truth []bool) (v Verdict, canonical, best score.Score) {
	t.Helper()
	d, err := New(name)
	if err != nil {
		t.Fatal(err)
	}
	v = verdict(t, d, in)
	scores := score.Of(v, truth, score.Protocol{})
	return v, scores[0], scores[len(scores)-1]
}

func near[T ~float64](t *testing.T, what string, got T, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= tolerance) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestKnownAnswers(t *testing.T) {
	for _, c := range []struct {
		detector          string
		benign, malicious int
		canonical, best   float64 // F1
		variant           string
	}{
		{"ac", 80, 20, 1, 1, "smaller cluster"},
		{"ac", 55, 45, 0, 1, "smaller cluster"},
		{"ac", 30, 70, 0, 1, "larger cluster"},
		{"ss", 90, 10, .8, 1, "squared"},
		{"sr", 50, 50, -1, 1, "residual, upper tail"},
		{"sr", 90, 10, -1, 1, "residual, upper tail"},
		{"ac-ica", 80, 20, 1, 1, "smaller cluster"},
		{"ac-smaller", 55, 45, 1, 1, "smaller cluster"},
		{"ac-smaller", 30, 70, 0, 1, "larger cluster"},
		{"ac-silhouette", 80, 20, 1, 1, "smaller cluster"},
		{"ac-silhouette", 55, 45, 0, 1, "smaller cluster"},
		{"ss-85", 90, 10, .8, 1, "squared"},
		{"ss-exact", 90, 10, 1, 1, "squared"},
		{"sr-sparse", 50, 50, -1, 1, "residual, upper tail"},
		{"scan", 90, 10, 1, 1, "group with fewer clean latents"},
		{"scan", 50, 50, 1, 1, "group with fewer clean latents"},
		{"spectre", 90, 10, .8, 1, "quantum entropy"},
		{"beatrix", 50, 50, -1, 1, "deviation, upper tail"},
		{"mmdtest", 50, 50, -1, 1, "witness, upper tail"},
	} {
		t.Run(fmt.Sprintf("%s/%d+%d", c.detector, c.benign, c.malicious), func(t *testing.T) {
			x, truth := latents(1, c.benign, c.malicious, 4)
			_, canonical, best := inspect(t, c.detector, input(x, truth), truth)
			if c.canonical >= 0 {
				near(t, "canonical F1", canonical.F1, c.canonical, 1e-12)
			} else if canonical.Recall != 1 || canonical.F1 < .7 {
				t.Errorf("canonical: %+v", canonical)
			}
			near(t, "best F1", best.F1, c.best, 1e-12)
			near(t, "best AUROC", best.AUROC, 1, 1e-12)
			near(t, "prevalence", best.Prevalence, float64(c.malicious)/100, 1e-12)
			if best.Variant != c.variant {
				t.Errorf("best variant is %q, want %q", best.Variant, c.variant)
			}
		})
	}
}

func TestCleanLatentsAreNotAllFlagged(t *testing.T) {
	for seed := range uint64(8) {
		x, truth := latents(seed, 100, 0, 0)
		in := input(x, truth)
		in.ExpectedPoison = 0.1
		limits := map[string]int{"ac": 34, "ac-ica": 34, "ac-silhouette": 34, "ac-smaller": 50, "ac-distance": 50, "ss-exact": 10, "scan": 0}
		for _, name := range ofLatents() {
			limit, known := limits[name]
			if !known {
				limit = 20
			}
			v, _, _ := inspect(t, name, in, truth)
			if got := score.Count(v.Canonical.Flags); got > limit {
				t.Errorf("seed %d: %s flags %d of 100 clean samples", seed, name, got)
			}
		}
	}
}

// TestTrapUncentredProjection is the score of Madry's code, the Adversarial
// Robustness Toolbox and BackdoorBench: |v·r| without subtracting the mean,
// which a constant in the latents turns one-sided.
func TestTrapUncentredProjection(t *testing.T) {
	x, truth := latents(6, 85, 15, 2)
	for _, name := range ofLatents() {
		switch name {
		case "beatrix": // products of channels do see a constant
			continue
		case "sr-sparse": // learns by choices that the rounding of a mean can tip
			continue
		}
		in := input(x, truth)
		want, _, _ := inspect(t, name, in, truth)
		in.Latents, in.Clean = shifted(x, 4), shifted(in.Clean, 4)
		for i, other := range in.Others {
			in.Others[i] = shifted(other, 4)
		}
		got, _, _ := inspect(t, name, in, truth)
		if diff := cmp.Diff(want.Canonical.Flags, got.Canonical.Flags); diff != "" {
			t.Errorf("%s: a constant changes flags: %s", name, diff)
		}
		for i, s := range want.Canonical.Scores {
			near(t, name+": score", got.Canonical.Scores[i], s, 1e-4*(1+math.Abs(s)))
		}
	}
}

func shifted(x tensor.View, by float32) tensor.View {
	y := tensor.Matrix(slices.Clone(x.Data), x.Rows, x.Cols)
	for i := range y.Data {
		y.Data[i] += by
	}
	return y
}

// TestTrapOneChannel is activation clustering on one channel of a convolution:
// the groups differ in the last values only.
func TestTrapOneChannel(t *testing.T) {
	x, truth := latents(8, 80, 20, 0)
	for i, malicious := range truth {
		for j := width - 4; j < width; j++ {
			if malicious {
				x.Data[i*width+j] += 20
			}
		}
	}
	for _, name := range ofLatents() {
		_, _, best := inspect(t, name, input(x, truth), truth)
		near(t, name+": best F1", best.F1, 1, 1e-12)
	}
}

// largeInput has more samples and values than the linear algebra takes whole.
func largeInput() (in Input, truth []bool) {
	in.Latents, truth = activations(1100, 1030, 1)
	in.Clean, _ = activations(60, 1030, 2)
	in.Seed, in.ExpectedPoison = 5, 0.1
	return in, truth
}

// TestPermutingSamplesPermutesTheAnswer holds to the bit.
func TestPermutingSamplesPermutesTheAnswer(t *testing.T) {
	x, truth := latents(10, 45, 25, 1)
	for _, name := range ofLatents() {
		permutingPermutes(t, name, input(x, truth), truth)
	}
	in, truth := largeInput()
	for _, name := range []string{"ac", "ss", "sr"} {
		permutingPermutes(t, name, in, truth)
	}
}

// orders returns a source of random orders of n numbers.
func orders() func(n int) []int {
	calls := 0
	return func(n int) []int {
		calls++
		return drawn(n, rng.New(1, rng.Generate, 1, calls))
	}
}

func permutingPermutes(t *testing.T, name string, in Input, truth []bool) {
	t.Helper()
	order := orders()
	want, _, _ := inspect(t, name, in, truth)
	for range 2 {
		samples := order(in.Latents.Rows)
		moved := in
		moved.Latents, moved.Clean = permuted(in.Latents, samples), permuted(in.Clean, order(in.Clean.Rows))
		moved.Others = nil
		for _, other := range in.Others {
			moved.Others = append(moved.Others, permuted(other, order(other.Rows)))
		}
		got, _, _ := inspect(t, name, moved, permute(truth, samples))
		expected := want
		expected.Canonical.Flags = permute(want.Canonical.Flags, samples)
		expected.Canonical.Scores = permute(want.Canonical.Scores, samples)
		expected.Options = slices.Clone(want.Options)
		for i := range expected.Options {
			o := &expected.Options[i]
			o.Scores = permute(o.Scores, samples)
			if o.Flags != nil {
				o.Flags = permute(o.Flags, samples)
			}
		}
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Errorf("%s, %d samples: %s", name, in.Latents.Rows, diff)
		}
	}
}

func permute[T any](x []T, order []int) []T {
	y := make([]T, len(x))
	for to, from := range order {
		y[to] = x[from]
	}
	return y
}

func permuted(x tensor.View, order []int) tensor.View {
	y := tensor.Matrix(make([]float32, len(x.Data)), x.Rows, x.Cols)
	for to, from := range order {
		copy(y.Data[to*x.Cols:(to+1)*x.Cols], x.Data[from*x.Cols:])
	}
	return y
}

func TestDetectorsHaveTheSameBitsEverywhere(t *testing.T) {
	x, truth := latents(12, 40, 25, 1)
	in := input(x, truth)
	in.Clean.Rows, in.Clean.Data = 40, in.Clean.Data[:40*width]
	for _, name := range ofLatents() {
		sameBits(t, name, in, truth, 1, 2, 7)
	}
	in, truth = largeInput()
	for _, name := range []string{"ac", "ss", "sr"} {
		sameBits(t, name, in, truth, 3)
	}
}

func sameBits(t *testing.T, name string, in Input, truth []bool, workers ...int) {
	t.Helper()
	want, _, _ := inspect(t, name, in, truth)
	for _, k := range asm.Available() {
		for _, n := range workers {
			restore := asm.Use(k)
			parallel.SetWorkers(n)
			got, _, _ := inspect(t, name, in, truth)
			parallel.SetWorkers(0)
			restore()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %d samples, %v, %d workers: %s", name, in.Latents.Rows, k.ISA, n, diff)
			}
		}
	}
}

// The shares of clean samples that the rules of the paper's and of published detectors
// claim to flag at most. What claims none is not held to one.
func TestClaimedLevels(t *testing.T) {
	x, truth := latents(4, 60, 40, 1)
	images, _ := shown(10, 160)
	for name, want := range map[string]float64{
		"sr": 0.05, "sr-sparse": 0.05, "knn": 0.05, "beatrix": 0.05, "ted": 0.05, "frequency": 0.05, "mmdtest": 0.05,
		"strip": 0.10, "ss-85": 0.15, "ac": 0, "ss": 0, "scan": 0, "scale-up": 0,
	} {
		d, err := New(name)
		if err != nil {
			t.Fatal(err)
		}
		in := images
		if d.Needs().Unit == Latents {
			in = input(x, truth)
		}
		if v := verdict(t, d, in).Canonical; v.Claim != want || v.OfSets != (name == "mmdtest") {
			t.Errorf("%s claims %v, of sets: %v, want %v", name, v.Claim, v.OfSets, want)
		}
	}
}

// Rules of latents that claim a level flag no more of clean samples than it: the mean
// over draws. With held-out clean latents it is what conformal prediction says of so
// many.
func TestClaimedLevelsHold(t *testing.T) {
	const draws, clean, inspected = 60, 200, 100
	heldOut := map[string]int{"sr": clean / 2, "sr-sparse": clean / 2, "knn": clean / 2, "beatrix": clean - beatrixFit}
	for _, d := range ofUnit(Latents) {
		x, truth := latents(2000, inspected, 0, 0)
		in := input(x, truth)
		level := verdict(t, d, in).Canonical.Claim
		if level == 0 || verdict(t, d, in).Canonical.OfSets {
			continue
		}
		flagged := 0
		for draw := range uint64(draws) {
			in.Seed = draw
			in.Clean, _ = latents(1000+draw, clean, 0, 0)
			in.Latents, _ = latents(2000+draw, inspected, 0, 0)
			flagged += score.Count(verdict(t, d, in).Canonical.Flags)
		}
		share := float64(flagged) / draws / inspected
		m, conformal := float64(heldOut[d.Name()]), heldOut[d.Name()] > 0
		want := level
		if conformal {
			want = (m + 1 - math.Ceil((1-level)*(m+1))) / (m + 1)
		}
		// The share of a draw varies with its threshold and with its samples.
		deviation := math.Sqrt(want * (1 - want) * (1/(m+2) + 1./inspected) / draws)
		if conformal {
			near(t, d.Name()+": share of clean latents", share, want, 3.5*deviation)
		} else if share > want+3.5*deviation {
			t.Errorf("%s: flags %v of clean latents, claims at most %v", d.Name(), share, level)
		}
	}
}

func TestUnusableLatents(t *testing.T) {
	good, truth := latents(13, 20, 10, 1)
	with := func(i int, v float32) tensor.View {
		x := shifted(good, 0)
		x.Data[i] = v
		return x
	}
	rows := func(n int) tensor.View { return tensor.Matrix(good.Data, n, width) }
	constant := tensor.Matrix(make([]float32, 5*width), 5, width)
	bad := map[string]struct {
		x    tensor.View
		says string
	}{
		"empty":     {rows(0), "found 0 samples"},
		"one":       {rows(1), "found 1 samples"},
		"no values": {tensor.Matrix(nil, 5, 0), "without values"},
		"constant":  {constant, "all 5 samples are equal"},
		"NaN":       {with(3*width+7, float32(math.NaN())), "value 7 of sample 3 is NaN"},
		"infinite":  {with(2*width+1, float32(math.Inf(-1))), "value 1 of sample 2 is -Inf"},
		"too large": {with(0, 1e30), "too large"},
	}
	large := shifted(good, 0)
	for i := range large.Data {
		large.Data[i] *= 1e5
	}
	in := input(good, truth)
	in.Latents, in.Clean = large, large
	checkError(t, "too large for an order", Beatrix{}, in, "beatrix: ", "latents: ", "too large")
	for name, c := range bad {
		for _, detector := range ofLatents() {
			d, err := New(detector)
			if err != nil {
				t.Fatal(err)
			}
			in := input(good, truth)
			in.Latents = c.x
			checkError(t, name, d, in, detector+": ", "latents: ", c.says)
		}
		for _, d := range ofUnit(Latents) {
			if !d.Needs().Clean {
				continue
			}
			in := input(good, truth)
			in.Clean = c.x
			checkError(t, name, d, in, d.Name()+": ", "clean latents: ", c.says)
		}
		if name == "one" || name == "constant" {
			continue // of another class one sample has a median, and equal ones too
		}
		for _, d := range ofUnit(Latents) {
			if !d.Needs().Others {
				continue
			}
			in := input(good, truth)
			in.Others[2] = c.x
			checkError(t, name, d, in, d.Name()+": ", "other class 2: ", c.says)
		}
	}
	in.Latents, in.Clean = good, tensor.Matrix(good.Data, 10, width/2)
	checkError(t, "other width", SubspaceReconstruction{}, in, "clean latents: found samples of 20 values, expected 40")
}

func checkError(t *testing.T, name string, d Detector, in Input, says ...string) {
	t.Helper()
	_, err := d.Inspect(context.Background(), in)
	if !errors.Is(err, ErrLatents) {
		t.Errorf("%s, %s: error is %v, want ErrLatents", d.Name(), name, err)
		return
	}
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%s, %s: error %q does not say %q", d.Name(), name, err, s)
		}
	}
}

func TestImpossibleShareOfPoison(t *testing.T) {
	x, truth := latents(14, 20, 10, 1)
	for _, share := range []float64{-.1, 1.1, math.NaN()} {
		in := input(x, truth)
		in.ExpectedPoison = share
		for _, d := range ofUnit(Latents) {
			_, err := d.Inspect(context.Background(), in)
			if refused := err != nil && strings.Contains(err.Error(), "expected a share between 0 and 1"); refused != d.Needs().PoisonShare {
				t.Errorf("%s, share %v: error is %v", d.Name(), share, err)
			}
		}
	}
}

// A detector sees what it says it needs, and nothing else.
func TestNeedsTellTheTruth(t *testing.T) {
	type change struct {
		what   string
		needed func(Needs) bool
		change func(*Input)
	}
	check := func(d Detector, whole Input, changes []change) {
		want := verdict(t, d, whole)
		for _, c := range changes {
			in := whole
			c.change(&in)
			got, err := d.Inspect(context.Background(), in)
			if seen := err != nil || !reflect.DeepEqual(got, want); seen != c.needed(d.Needs()) {
				t.Errorf("%s: needs %+v, but without the %s as they were the verdict changes: %v (error %v)", d.Name(), d.Needs(), c.what, seen, err)
			}
		}
	}
	latent := []change{
		{"share of poison", func(n Needs) bool { return n.PoisonShare }, func(in *Input) { in.ExpectedPoison /= 2 }},
		{"clean latents", func(n Needs) bool { return n.Clean }, func(in *Input) { in.Clean = tensor.View{} }},
		{"other classes", func(n Needs) bool { return n.Others }, func(in *Input) { in.Others = nil }},
		{"channels", func(n Needs) bool { return n.Channels }, func(in *Input) { in.Channels = 8 }},
	}
	image := []change{
		{"images", func(n Needs) bool { return n.Unit == Images }, func(in *Input) { in.Images = nil }},
		{"clean images", func(n Needs) bool { return n.CleanImages }, func(in *Input) { in.CleanImages, in.CleanLabels = nil, nil }},
		{"model", func(n Needs) bool { return n.Model }, func(in *Input) { in.Model = nil }},
	}
	x, truth := latents(1, 60, 30, 3)
	whole := input(x, truth)
	images, _ := shown(3, 90)
	whole.Model, whole.Images, whole.CleanImages, whole.CleanLabels = images.Model, images.Images, images.CleanImages, images.CleanLabels
	for _, d := range append(ofUnit(Latents), ofUnit(Images)...) {
		check(d, whole, append(latent, image...))
	}
}
