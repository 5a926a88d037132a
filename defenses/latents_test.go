package defenses

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/defenses/score"
	"sdrm/internal/golden"
	"sdrm/internal/rng"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// latentsGolden is testdata/latents.json, which latents.py beside it wrote.
type latentsGolden struct {
	Scan []struct {
		Classes   [][][]float64
		Inspected [][]float64
		Labels    []int
		Explained float64
	}
	Quantum []struct {
		X      [][]float32
		Keep   []bool
		Scores []float64
	}
	Beatrix []struct {
		Channels   int
		Clean, X   [][]float32
		Deviations []float64
	}
	Paper []struct {
		X, Clean   [][]float32
		Smaller    []bool
		Flagged    bool
		Squared    []float64
		Components int
		Residuals  []float64
		Threshold  *float64 // null: nothing may be flagged
		Witness    []float64
	}
}

func readLatents(t *testing.T) latentsGolden {
	return golden.Read[latentsGolden](t, "testdata/latents.json")
}

func matrix(rows [][]float32) tensor.View {
	return tensor.Matrix(slices.Concat(rows...), len(rows), len(rows[0]))
}

func TestSCAnGolden(t *testing.T) {
	for i, c := range readLatents(t).Scan {
		s := fitSpread(c.Classes)
		white := s.whiten(c.Inspected)
		split := clusters{Clustering: linalg.Clustering{Labels: c.Labels, Centroids: make([][]float64, 2)}, points: white}
		for g := range 2 {
			var members [][]float64
			for j, p := range linalg.Float64s(white) {
				if c.Labels[j] == g {
					members = append(members, p)
				}
			}
			split.Centroids[g] = meanOf(members)
		}
		near(t, fmt.Sprint("case ", i), s.explained(&split), c.Explained, 1e-5*c.Explained)
	}
}

func TestSPECTREGolden(t *testing.T) {
	for i, c := range readLatents(t).Quantum {
		g := linalg.FitGaussian(matrix(c.X), c.Keep)
		white := g.Whiten(matrix(c.X))
		for j, got := range quantumScores(white, quantumMatrix(white)) {
			near(t, fmt.Sprint("case ", i, ", sample ", j), got, c.Scores[j], 1e-5*(1+c.Scores[j]))
		}
	}
}

func TestBeatrixGolden(t *testing.T) {
	for i, c := range readLatents(t).Beatrix {
		r := fitRanges(matrix(c.Clean), c.Channels)
		for j, got := range r.deviations(matrix(c.X)) {
			near(t, fmt.Sprint("case ", i, ", sample ", j), got, c.Deviations[j], 1e-5*(1e-3+c.Deviations[j]))
		}
	}
}

// TestPaperGolden compares the three detectors of the paper, and the test, with
// scikit-learn and NumPy.
func TestPaperGolden(t *testing.T) {
	for i, c := range readLatents(t).Paper {
		in := Input{Latents: matrix(c.X), Clean: matrix(c.Clean), Seed: 1}
		verdict := func(name string) Verdict {
			v, _, _ := inspect(t, name, in, make([]bool, len(c.X)))
			return v
		}
		ac := verdict("ac")
		if diff := cmp.Diff(c.Smaller, ac.Options[0].Flags); diff != "" {
			t.Errorf("case %d: smaller cluster: %s", i, diff)
		}
		if got := score.Count(ac.Canonical.Flags) > 0; got != c.Flagged {
			t.Errorf("case %d: smaller cluster flagged: %v, want %v", i, got, c.Flagged)
		}
		sr := verdict("sr")
		if want := fmt.Sprintf("clean residuals, %d components", c.Components); !strings.HasSuffix(sr.Canonical.ThresholdRule, want) {
			t.Errorf("case %d: rule %q, want %q", i, sr.Canonical.ThresholdRule, want)
		}
		if c.Threshold != nil {
			near(t, fmt.Sprint("case ", i, ": threshold"), sr.Canonical.Threshold, *c.Threshold, 1e-5**c.Threshold)
		} else if !math.IsInf(sr.Canonical.Threshold, 1) || score.Count(sr.Canonical.Flags) > 0 {
			t.Errorf("case %d: threshold %v flags %d", i, sr.Canonical.Threshold, score.Count(sr.Canonical.Flags))
		}
		for name, want := range map[string][]float64{"ss": c.Squared, "sr": c.Residuals, "mmdtest": c.Witness} {
			top := slices.Max(want)
			for j, got := range verdict(name).Canonical.Scores {
				near(t, fmt.Sprint("case ", i, ": ", name, " of sample ", j), got, want[j], 1e-5*top)
			}
		}
	}
}

// TestTrapPowerLeftOut is BackdoorBench's Beatrix, which does not raise the
// channels to the order, so that all orders say the same: here two latents have
// the same first Gram matrix and another second one.
func TestTrapPowerLeftOut(t *testing.T) {
	flat, spiky := []float32{1, 1, 1, 1}, []float32{2, 0, 0, 0} // one channel, four pixels
	of := func(latent []float32) []float32 {
		dst := make([]float32, features(1))
		gramFeatures(dst, latent, 1)
		return dst
	}
	a, b := of(flat), of(spiky)
	if a[0] != b[0] {
		t.Fatalf("the first orders are %v and %v", a[0], b[0])
	}
	for order := 2; order <= beatrixOrders; order++ {
		want := math.Pow(4, float64(order))
		if a[order-1] != 4 || float64(b[order-1]) != want {
			t.Errorf("order %d: got %v and %v, want 4 and %v", order, a[order-1], b[order-1], want)
		}
	}
}

// TestBeatrixOrders: the root undoes the power, whatever the sign.
func TestBeatrixOrders(t *testing.T) {
	for order := 1; order <= beatrixOrders; order++ {
		for _, v := range []float64{0, 1e-6, .7, 3, 1e5} {
			for _, sign := range []float64{1, -1} {
				near(t, fmt.Sprint("order ", order), root(raise(sign*v, order), order), sign*v, 1e-12*v)
			}
		}
	}
}

// TestSCAnComparesClasses: a class that is made of two groups, as all others
// are, is not taken for poisoned.
func TestSCAnComparesClasses(t *testing.T) {
	two := func(seed uint64, n int, shift float64) tensor.View {
		x, _ := latents(seed, n, n, shift)
		return x
	}
	in := Input{Latents: two(1, 60, 3), Clean: two(2, 60, 3), Seed: 1}
	for class := range uint64(6) {
		in.Others = append(in.Others, two(10+class, 60, 3))
	}
	v := verdict(t, SCAn{}, in)
	if n := score.Count(v.Canonical.Flags); n != 0 {
		t.Errorf("%d samples are flagged: %s", n, v.Canonical.ThresholdRule)
	}
}

// A class that scatters less than all others, which scatter alike, stands out as well, and
// is not taken for poisoned: the index has no sign.
func TestSCAnFlagsNoClassThatScattersLess(t *testing.T) {
	closer := func(seed uint64) tensor.View {
		x, _ := latents(seed, 60, 0, 0)
		for i := range x.Data {
			x.Data[i] /= 8
		}
		return x
	}
	in := Input{Latents: closer(1), Clean: closer(2), Seed: 1}
	for class := range 8 {
		other, _ := latents(10, 120, 0, 0)
		in.Others = append(in.Others, shifted(other, float32(class)))
	}
	v := verdict(t, SCAn{}, in)
	rule := v.Canonical.ThresholdRule
	var index float64
	if _, err := fmt.Sscanf(rule[strings.Index(rule, "here "):], "here %g,", &index); err != nil {
		t.Fatalf("%s: %v", rule, err)
	}
	if n := score.Count(v.Canonical.Flags); n != 0 || index <= scanThreshold {
		t.Errorf("%d samples are flagged at an index of %v, want none at one above %v", n, index, scanThreshold)
	}
}

// TestSPECTREFindsHiddenDirections: poison along a direction of small variance,
// which the largest direction of the raw latents hides.
func TestSPECTREFindsHiddenDirections(t *testing.T) {
	const n, bad = 400, 20
	x := tensor.Matrix(make([]float32, n*6), n, 6)
	truth := make([]bool, n)
	s := rng.New(3, rng.Generate, 0, 0)
	for i := range n {
		truth[i] = i < bad
		for j := range 6 {
			x.Data[i*6+j] = float32(s.Normal())
		}
		x.Data[i*6] *= 30
		if truth[i] {
			x.Data[i*6+4] += 6
		}
	}
	_, spectre, _ := inspect(t, "spectre", input(x, truth), truth)
	_, spectral, _ := inspect(t, "ss", input(x, truth), truth)
	if spectre.Recall < .9 || spectral.Recall > .5 {
		t.Errorf("recall is %v, that of spectral signatures %v", spectre.Recall, spectral.Recall)
	}
}

// TestMMDTestNeedsARejection: without one nothing is flagged, whatever stands
// out.
func TestMMDTestNeedsARejection(t *testing.T) {
	rejected := 0
	for seed := range uint64(20) {
		x, truth := latents(seed, 60, 0, 0)
		v, _, _ := inspect(t, "mmdtest", input(x, truth), truth)
		if score.Count(v.Canonical.Flags) > 0 {
			rejected++
		}
	}
	if rejected > 4 {
		t.Errorf("%d of 20 clean sets are rejected at 5 %%", rejected)
	}
}

// TestDistanceRule: latents among the samples of another class are nearer to
// it.
func TestDistanceRule(t *testing.T) {
	x, truth := latents(1, 70, 30, 0)
	in := input(x, truth)
	for i, malicious := range truth {
		if malicious {
			copy(x.Data[i*width:(i+1)*width], in.Others[2].Data[i%60*width:])
		}
	}
	_, canonical, _ := inspect(t, "ac-distance", in, truth)
	near(t, "F1", canonical.F1, 1, 1e-12)
}

// TestSilhouetteRule: a small cluster that is but a part of a cloud is spared.
func TestSilhouetteRule(t *testing.T) {
	flagged := map[string]int{}
	for seed := range uint64(12) {
		x, truth := latents(seed, 60, 0, 0)
		for i := range x.Data { // a tail to cut off
			if i%width < 3 {
				x.Data[i] += x.Data[i] * max(x.Data[i], 0)
			}
		}
		for _, name := range []string{"ac", "ac-silhouette", "ac-smaller"} {
			v, _, _ := inspect(t, name, input(x, truth), truth)
			flagged[name] += score.Count(v.Canonical.Flags)
		}
	}
	if flagged["ac-silhouette"] > flagged["ac"] || flagged["ac"] >= flagged["ac-smaller"] {
		t.Errorf("flagged of 720 clean samples: %v", flagged)
	}
}

// TestCuts count what each cut removes of 200 samples.
func TestCuts(t *testing.T) {
	x, truth := latents(1, 180, 20, 3)
	for name, want := range map[string]int{"ss": 30, "ss-85": 30, "ss-exact": 20} {
		v, _, _ := inspect(t, name, input(x, truth), truth)
		if got := score.Count(v.Canonical.Flags); got != want {
			t.Errorf("%s removes %d, want %d", name, got, want)
		}
	}
	in := input(x, truth)
	in.ExpectedPoison = .5
	v, _, _ := inspect(t, "ss-85", in, truth)
	if got := score.Count(v.Canonical.Flags); got != 30 {
		t.Errorf("the percentile depends on what is expected: %d are removed", got)
	}
}

func TestUnusableOthers(t *testing.T) {
	x, truth := latents(1, 20, 10, 1)
	good := input(x, truth)
	for name, c := range map[string]struct {
		change func(in *Input)
		d      Detector
		says   string
	}{
		"no classes":      {func(in *Input) { in.Others = nil }, ActivationClustering{rule: byDistance}, "other classes: found none"},
		"one class":       {func(in *Input) { in.Others = in.Others[:1] }, SCAn{}, "other classes: found 1, expected at least 2"},
		"narrow class":    {func(in *Input) { in.Others[1] = tensor.Matrix(x.Data, 9, 20) }, SCAn{}, "other class 1: found samples of 20 values, expected 40"},
		"narrow, medians": {func(in *Input) { in.Others[1] = tensor.Matrix(x.Data, 9, 20) }, ActivationClustering{rule: byDistance}, "other class 1: found samples of 20 values"},
		"channels":        {func(in *Input) { in.Channels = 7 }, Beatrix{}, "found 7 channels in latents of 40 values"},
		"no clean":        {func(in *Input) { in.Clean = tensor.Matrix(nil, 0, width) }, Beatrix{}, "clean latents: found 0 samples"},
		"no clean, test":  {func(in *Input) { in.Clean = tensor.Matrix(nil, 0, width) }, MMDTest{}, "clean latents: found 0 samples"},
		"no clean, scan":  {func(in *Input) { in.Clean = tensor.Matrix(nil, 0, width) }, SCAn{}, "clean latents: found 0 samples"},
	} {
		in := good
		in.Others = append([]tensor.View(nil), good.Others...)
		c.change(&in)
		checkError(t, name, c.d, in, c.d.Name()+": ", c.says)
	}
}

// TestSCAnIsNoLottery: the anomaly index hardly hangs on the seed, and not on how
// many samples of the inspected class there are.
func TestSCAnIsNoLottery(t *testing.T) {
	draw := rng.New(5, rng.Measure, 0, 0)
	group := func(n int, at, apart float64) tensor.View {
		x := tensor.Matrix(make([]float32, n*8), n, 8)
		for i := range x.Data {
			x.Data[i] = float32(at + draw.Normal())
		}
		for i := range n / 2 {
			x.Data[i*8] += float32(apart)
		}
		return x
	}
	var others []tensor.View
	for class := range 7 {
		others = append(others, group(40, float64(class), 1))
	}
	index := func(inspected, clean tensor.View, seed uint64) (index float64) {
		v, _, _ := inspect(t, "scan", Input{Latents: inspected, Clean: clean, Others: others, Seed: seed}, make([]bool, inspected.Rows))
		text := v.Canonical.ThresholdRule[strings.Index(v.Canonical.ThresholdRule, "here "):]
		if _, err := fmt.Sscanf(text, "here %g,", &index); err != nil {
			t.Fatal(err)
		}
		return index
	}
	inspected, clean := group(400, 9, 8), group(60, 9, 1)
	var all []float64
	for seed := range uint64(10) {
		all = append(all, index(inspected, clean, seed))
	}
	if mean, deviation := moments(all); !(mean > scanThreshold && deviation < 0.05*mean) {
		t.Errorf("indices of two groups %v", all)
	}
	if got := index(group(800, 9, 1), clean, 1); got > scanThreshold {
		t.Errorf("the index of a large clean class is %v", got)
	}
}
