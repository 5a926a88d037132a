package defenses

import (
	"fmt"
	"strings"
	"testing"

	"sdrm/defenses/score"
	"sdrm/internal/rng"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

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
