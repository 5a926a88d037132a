package judge

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/datasets"
	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
	"sdrm/experiment/subject"
	"sdrm/internal/nullable"
	"sdrm/mmd"
)

// At the levels every measure is what the result says; the other ReLUs are there
// too, and training drew together what the spec says.
func TestDistancesAtEveryReLU(t *testing.T) {
	s := spectest.Tiny()
	s.MMD.Levels = "s1,s3"
	x := trained(t, s, 2)
	ctx := context.Background()
	at, err := x.Activations(subject.EveryReLU)
	if err != nil {
		t.Fatal(err)
	}
	m := DefaultMeasures()
	m.Permutations, m.Resamples = 50, 40
	d, err := Measure(ctx, Scope{x, nil, at, []Pair{Protocol}}, m, Work{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := Collect(ctx, x, at, Protocol)
	if err != nil {
		t.Fatal(err)
	}
	plain, _ := distances(context.Background(), x, g, nil, nil)
	var names []string
	for i, l := range d.Levels {
		names = append(names, l.Level)
		// Compare takes the samples in another order, which the last bits show.
		near := func(a, b nullable.Float) bool { return math.Abs(float64(a-b)) < 1e-6*math.Abs(float64(b)) }
		if !near(l.MMD.Value, plain[i].MMD.Value) || !near(l.ED.Value, plain[i].ED.Value) || !near(l.SWD.Value, plain[i].SWD.Value) {
			t.Errorf("%s: %+v, want %+v", l.Level, l, plain[i])
		}
		if l.ReLU != i+1 || l.Regularised != (l.Level == "s1" || l.Level == "s3") || l.Values != g.Benign(i).Cols {
			t.Errorf("%s: ReLU %d of %d values, regularised %v", l.Level, l.ReLU, l.Values, l.Regularised)
		}
		for _, e := range []Evidence{l.MMD, l.ED, l.SWD, l.MaxSWD} {
			if !(e.P >= 1/51. && e.P <= 1 && e.Low >= 0 && e.Low <= e.High) {
				t.Errorf("%s: evidence %+v", l.Level, e)
			}
		}
		if !(l.MaxSWD.Value >= l.SWD.Value) {
			t.Errorf("%s: the largest direction is below the mean", l.Level)
		}
	}
	if diff := cmp.Diff([]string{"relu1", "s1", "s2", "s3"}, names); diff != "" {
		t.Error(diff)
	}
	if d.Samples != g.N || d.Samples == 0 {
		t.Errorf("%d samples, want %d", d.Samples, g.N)
	}

	m.Estimator, m.Kernel, m.Permutations = estimatorLinear, "median", 0
	one, err := Measure(ctx, Scope{x, nil, at[:1], []Pair{Protocol}}, m, Work{})
	if err != nil {
		t.Fatal(err)
	}
	l := one.Levels[0]
	if l.ED.Value != d.Levels[0].ED.Value || l.MMD.Value == d.Levels[0].MMD.Value || !math.IsNaN(float64(l.MMD.P)) {
		t.Errorf("linear time with the median kernel: %+v", l)
	}
}

func TestDistancesOfTooFew(t *testing.T) {
	x, err := subject.New(t.Context(), spectest.Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	x.Images.Test = &datasets.Set{Name: "none", Classes: x.Images.Test.Classes, H: 32, W: 32, C: 3}
	d, err := Measure(context.Background(), Scope{x, nil, x.Levels()[:1], []Pair{Protocol}}, DefaultMeasures(), Work{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Skipped) != 1 || !strings.Contains(d.Skipped[0].Reason, "0 benign and 0 malicious") {
		t.Errorf("skipped %v", d.Skipped)
	}
	line, err := json.Marshal(d.Levels[0].MMD)
	if err != nil || string(line) != `{"value":null,"p":null,"low":null,"high":null}` {
		t.Errorf("%s, %v", line, err)
	}
}

// TestMeasureWarnsOfOnePoint: once a level, in words, of a model that gives all images
// the same latents, and of no other.
func TestMeasureWarnsOfOnePoint(t *testing.T) {
	x := trained(t, spectest.Tiny(), 1)
	warned := func() (found []string) {
		d, err := Measure(t.Context(), Scope{x, nil, x.Levels()[:2], pairs}, Measures{Kernel: "prototype", Estimator: mmd.Biased.String()}, Work{})
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range d.Warnings {
			if strings.Contains(w, "one point") {
				level, _, _ := strings.Cut(w, ":")
				found = append(found, level)
			}
		}
		return found
	}
	if found := warned(); len(found) > 0 {
		t.Errorf("warned of %v in a model that tells images apart", found)
	}
	for _, p := range x.Model.Params() {
		clear(p.Value.Data)
	}
	if found := warned(); !slices.Equal(found, []string{"s1", "s2"}) {
		t.Errorf("warned of %v, want s1 and s2", found)
	}
}

func TestMeasuresAreChecked(t *testing.T) {
	for _, c := range []struct {
		change func(*Measures)
		want   string
	}{
		{func(m *Measures) { m.Kernel = "laplace" }, `kernel: found "laplace"`},
		{func(m *Measures) { m.Kernel = "0" }, `kernel: found "0"`},
		{func(m *Measures) { m.Kernel = "NaN" }, `kernel: found "NaN"`},
		{func(m *Measures) { m.Kernel = "inf" }, `kernel: found "inf"`},
		{func(m *Measures) { m.Estimator = "best" }, `estimator: found "best"`},
		{func(m *Measures) { m.Permutations = -1 }, "permutations: found -1, want 0 to"},
		{func(m *Measures) { m.Resamples = 2_000_000 }, "resamples: found 2000000"},
	} {
		m := DefaultMeasures()
		c.change(&m)
		var field *spec.FieldError
		if err := m.Check(); !errors.As(err, &field) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want a FieldError with %q", err, c.want)
		}
	}
	for _, kernel := range []string{"prototype", "median", "2.5"} {
		m := DefaultMeasures()
		m.Kernel = kernel
		if err := m.Check(); err != nil {
			t.Errorf("%s: %v", kernel, err)
		}
	}
}
