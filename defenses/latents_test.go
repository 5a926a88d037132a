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
	"sdrm/tensor"
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
