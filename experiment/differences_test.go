package experiment

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/models"
)

func finished(t *testing.T, s Spec) *Subject {
	t.Helper()
	dir, _ := start(t, s)
	run, err := OpenFinished(dir)
	if err != nil {
		t.Fatal(err)
	}
	x, err := run.Subject(2)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// At the levels every measure is what the result says; the other ReLUs are there
// too, and training drew together what the spec says.
func TestDifferencesAtEveryReLU(t *testing.T) {
	s := tiny()
	s.MMD.Levels = "s1,s3"
	x := finished(t, s)
	ctx := context.Background()
	at, err := x.Activations(EveryReLU)
	if err != nil {
		t.Fatal(err)
	}
	m := DefaultMeasures()
	m.Permutations, m.Resamples = 50, 40
	d, err := x.Differences(ctx, at, m)
	if err != nil {
		t.Fatal(err)
	}
	g, err := x.Groups(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	plain, _ := x.Measure(g)
	var names []string
	for i, l := range d.Levels {
		names = append(names, l.Level)
		// Compare takes the samples in another order, which the last bits show.
		near := func(a, b Number) bool { return math.Abs(float64(a-b)) < 1e-6*math.Abs(float64(b)) }
		if !near(l.MMD.Value, plain[i].MMD) || !near(l.ED.Value, plain[i].ED) || !near(l.SWD.Value, plain[i].SWD) {
			t.Errorf("%s: %+v, want %+v", l.Level, l, plain[i])
		}
		if l.ReLU != i+1 || l.Regularised != (l.Level == "s1" || l.Level == "s3") || l.Values != g.benign.View(i, 1).Cols {
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

	m.Estimator, m.Kernel, m.Permutations = EstimatorLinear, "median", 0
	one, err := x.Differences(ctx, at[:1], m)
	if err != nil {
		t.Fatal(err)
	}
	l := one.Levels[0]
	if l.ED.Value != d.Levels[0].ED.Value || l.MMD.Value == d.Levels[0].MMD.Value || !math.IsNaN(float64(l.MMD.P)) {
		t.Errorf("linear time with the median kernel: %+v", l)
	}
}

func TestDifferencesOfTooFew(t *testing.T) {
	x, err := newSubject(tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	x.images.test = part(x.images.test, nil)
	d, err := x.Differences(context.Background(), x.Levels()[:1], DefaultMeasures())
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
		var field *FieldError
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

func TestActivationsByName(t *testing.T) {
	x, err := newSubject(tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ names, want string }{
		{"relu", "relu1 s1 s2 s3"}, {"named", "s1 s2 s3"}, {"s3, relu1", "relu1 s3"}, {"s2,s2", "s2"},
	} {
		at, err := x.Activations(c.names)
		if got := namesOf(at); err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.names, got, err, c.want)
		}
	}
	for _, names := range []string{"", "s4", "s1,relu2"} {
		var field *FieldError
		if _, err := x.Activations(names); !errors.As(err, &field) || !strings.Contains(err.Error(), "some of relu1, s1, s2, s3") {
			t.Errorf("%q: error %v", names, err)
		}
	}
}

func namesOf(at []models.Activation) string {
	var out []string
	for _, a := range at {
		out = append(out, a.Name)
	}
	return strings.Join(out, " ")
}
