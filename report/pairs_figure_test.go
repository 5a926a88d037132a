package report

import (
	"bytes"
	"strings"
	"testing"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
	"sdrm/mmd"
)

// pairsOf is what was measured of a run, every figure moved by shift.
func pairsOf(name string, shift float64) judge.Measured {
	m := judge.Measured{Name: name, Lambda: 0.1, Distances: judge.Distances{Measures: judge.DefaultMeasures()}}
	for _, level := range []string{"relu1", "s<1>"} {
		for i, pair := range []judge.Pair{judge.Protocol, judge.Trigger, judge.Content} {
			e := evidence(float64(i) + shift)
			e.Control = &score.Contrast{Value: nullable.Float(shift), Difference: nullable.Float(i)}
			m.Levels = append(m.Levels, judge.Distance{Pair: pair, Level: level, Regularised: level != "relu1", MMD: e})
		}
	}
	return m
}

// Every pair has two panels, every level a mark with mean and range over the runs.
func TestPairsFigure(t *testing.T) {
	var b bytes.Buffer
	if err := WritePairsFigure(&b, []judge.Measured{pairsOf("one", 0.25), pairsOf("two", 0.75)}); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.String())
	for want, n := range map[string]int{
		"<polyline": 9, "<circle": 18, "mean of 2 seeds": 1, "trigger alone": 1, "λ = 0.1, biased estimator": 1,
		"<title>relu1: 0.500, 0.250 to 0.750</title>":            4, // of each control, and of the run's protocol
		"<title>s&lt;1&gt; &#43;: 2.500, 2.250 to 2.750</title>": 1, "<title>s&lt;1&gt; &#43;: 2.000, 2.000 to 2.000</title>": 1,
	} {
		if got := strings.Count(b.String(), want); got != n {
			t.Errorf("%q stands there %d times, want %d", want, got, n)
		}
	}
}

// The table has the numbers of the figure.
func TestPairsTable(t *testing.T) {
	var b bytes.Buffer
	if err := Markdown.WritePairs(&b, []judge.Measured{pairsOf("one", 0.25), pairsOf("two", 0.75)}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"of 2 runs and their controls; λ = 0.1, biased estimator",
		"\n| protocol | relu1 | 0.500 (0.250 to 0.750) | 0.500 (0.250 to 0.750) | 0.000 (0.000 to 0.000) |\n",
		"\n| content | s&lt;1&gt; + | 2.500 (2.250 to 2.750) | 0.500 (0.250 to 0.750) | 2.000 (2.000 to 2.000) |\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
	if err := Markdown.WritePairs(&b, []judge.Measured{pairsOf("one", 0), {Name: "two"}}); err == nil {
		t.Error("no error for a run that was not measured")
	}
}

// Runs that cannot be drawn together are named with the field that is wrong.
func TestPairsFigureOfOtherRuns(t *testing.T) {
	for want, change := range map[string]func(*judge.Measured){
		"two: lambda: found 0, want 0.1 as one has":                                    func(m *judge.Measured) { m.Lambda = 0 },
		"two: kernel: found median, want prototype as one has":                         func(m *judge.Measured) { m.Kernel = "median" },
		"two: estimator: found unbiased, want biased as one has":                       func(m *judge.Measured) { m.Estimator = mmd.Unbiased.String() },
		"two: permutations: found 7, want":                                             func(m *judge.Measured) { m.Permutations = 7 },
		"two: resamples: found 7, want":                                                func(m *judge.Measured) { m.Resamples = 7 },
		"two: weights_sha256: found those of one, want models that were trained apart": func(m *judge.Measured) { m.SHA256 = "ab" },
		"two: levels: found none":                                                      func(m *judge.Measured) { m.Levels = nil },
		"two: levels: pair content is at 1 levels, want the same 2":                    func(m *judge.Measured) { m.Levels = m.Levels[:5] },
		"two: levels: pair trigger at relu1 has no figure beside that of a control":    func(m *judge.Measured) { m.Levels[1].MMD.Control = nil },
	} {
		one, m := pairsOf("one", 0), pairsOf("two", 0)
		one.SHA256 = "ab"
		change(&m)
		if err := WritePairsFigure(&bytes.Buffer{}, []judge.Measured{one, m}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, want %s…", err, want)
		}
	}
}
