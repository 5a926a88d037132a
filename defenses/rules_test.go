package defenses

import (
	"math"
	"strings"
	"testing"

	"sdrm/defenses/score"
	"sdrm/internal/rng"
	"sdrm/mmd"
	"sdrm/models"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// A share of 0.35 is not below 0.35.
func TestClustersAtTheShareAreNotFlagged(t *testing.T) {
	for small, want := range map[int]int{6: 6, 7: 0} {
		x := tensor.Matrix(make([]float32, 40), 20, 2)
		for i := range 20 {
			x.Data[2*i+1] = float32(i) / 100
			if i < small {
				x.Data[2*i] = 10
			}
		}
		for _, d := range []ActivationClustering{{}, {rule: bySilhouette}} {
			v, err := d.Inspect(t.Context(), Input{Latents: x})
			if err != nil {
				t.Fatal(err)
			}
			if got := score.Count(v.Canonical.Flags); got != want {
				t.Errorf("%s, %d of 20: %d are flagged, want %d", d.Name(), small, got, want)
			}
		}
	}
}

func TestTheFirstOfEqualClustersIsTheSmaller(t *testing.T) {
	for _, labels := range [][]int{{0, 1, 1, 0}, {0, 0, 0, 1}, {1, 1, 1, 0}} {
		want := 0
		if labels[0] == labels[1] {
			want = 1 - labels[0]
		}
		c := newClusters(linalg.Clustering{Labels: labels}, tensor.View{})
		if c.smaller != want {
			t.Errorf("%v: %d, want %d", labels, c.smaller, want)
		}
	}
}

func TestSCAnTakesClassesOfEnoughRows(t *testing.T) {
	latents := func(rows int) tensor.View {
		x := tensor.Matrix(make([]float32, rows*2), rows, 2)
		for i := range x.Data {
			x.Data[i] = float32(i)
		}
		return x
	}
	in := Input{Latents: latents(30), Clean: latents(5), Others: []tensor.View{latents(scanRows), latents(scanRows), latents(scanRows - 1)}}
	if got, err := (SCAn{}).classes(in); err != nil || len(got) != 3 {
		t.Errorf("%d classes, error %v, want 3", len(got), err)
	}
}

func TestOfEqualGroupsTheSecondIsTheFewer(t *testing.T) {
	for _, c := range []struct {
		labels []int
		want   int
	}{{[]int{0, 1}, 1}, {[]int{0, 0, 1}, 1}, {[]int{0, 1, 1}, 0}} {
		if got := fewerOf(c.labels); got != c.want {
			t.Errorf("%v: %d, want %d", c.labels, got, c.want)
		}
	}
}

// The robust estimate may leave out twice the share that is told: a little more than it lies
// elsewhere here, and those left in would stretch the covariance.
func TestSPECTREMayLeaveOutTwiceThePoison(t *testing.T) {
	const n, outliers, poison = 400, 40, 0.08
	points := tensor.Matrix(make([]float32, n*2), n, 2)
	s := rng.New(1, rng.Generate, 0, 0)
	for i := range points.Data {
		points.Data[i] = float32(s.Normal())
		if i < 2*outliers {
			points.Data[i] = float32(12 + s.Normal()/10)
		}
	}
	scores := SPECTRE{}.scores(points, poison)
	sum := 0.0
	for _, v := range scores[:outliers] {
		sum += v / outliers
	}
	if sum < 100 {
		t.Errorf("outliers score %v in the mean, want their squared distance of about 2·12² in a unit of the benign", sum)
	}
}

// Half of few clean latents give the ranges, the others the threshold.
func TestBeatrixFitsHalfOfFewCleanLatents(t *testing.T) {
	draw := func(rows int) tensor.View {
		x := tensor.Matrix(make([]float32, rows*4), rows, 4)
		s := rng.New(uint64(rows), rng.Generate, 0, 0)
		for i := range x.Data {
			x.Data[i] = float32(s.Normal())
		}
		return x
	}
	for clean, want := range map[int]string{40: "20 clean latents", 60: "30 clean latents", 100: "30 clean latents"} {
		v, err := Beatrix{}.Inspect(t.Context(), Input{Latents: draw(10), Clean: draw(clean)})
		if err != nil || !strings.Contains(v.Canonical.ThresholdRule, want) {
			t.Errorf("%d: %q, error %v, want %s", clean, v.Canonical.ThresholdRule, err, want)
		}
	}
}

// One clean image of a class has no spread: all of them stand in.
func TestOneImageOfAClassIsNoMeasure(t *testing.T) {
	got := standardised([]float64{0.8, 0.8}, []int{0, 1}, []float64{0.2, 0.4, 0.6}, []int{0, 1, 1})
	for i, want := range []float64{0.4 / math.Sqrt(0.08/3), 3} {
		near(t, "score", got[i], want, 1e-9)
	}
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

func TestMMDTestFlagsAboveAllButFiveOfAHundredCleanScores(t *testing.T) {
	const n = 100
	draw := func(seed uint64, shift float64) tensor.View {
		x := tensor.Matrix(make([]float32, n*3), n, 3)
		s := rng.New(seed, rng.Generate, 0, 0)
		for i := range x.Data {
			x.Data[i] = float32(shift + s.Normal())
		}
		return x
	}
	in := Input{Latents: draw(1, 1), Clean: draw(2, 0), Seed: 1}
	v, err := MMDTest{}.Inspect(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	above := 0
	_, clean := mmd.Compare(in.Latents, in.Clean).Witness(mmd.Median())
	for _, c := range clean {
		if c > v.Canonical.Threshold {
			above++
		}
	}
	if above != 5 {
		t.Errorf("%d of %d clean scores are above the threshold, want 5", above, n)
	}
}

// Where clean images all keep the same share, half of the smallest step stands for a spread.
func TestSharesThatAreAllEqualHaveASpread(t *testing.T) {
	near(t, "score", standardised([]float64{0.8}, []int{0}, []float64{0.4, 0.4}, []int{0, 0})[0], 4, 1e-9)
}
