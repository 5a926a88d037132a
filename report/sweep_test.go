package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/experiment/sweep"
	"sdrm/internal/nullable"
)

// sweepTable has two settings and two detectors; of one only a level is known.
func sweepTable() sweep.Table {
	none := nullable.NaN()
	id := func(name, detector, level string) sweep.FigureID {
		return sweep.FigureID{Name: name, Detector: detector, Level: level}
	}
	without := []sweep.Merged{
		{FigureID: id(sweep.BA, "", ""), Mean: sweep.Mean{N: 2, Mean: 0.9, Deviation: 0.01}},
		{FigureID: id(sweep.MMD, "", "s3"), Mean: sweep.Mean{N: 1, Mean: 1.25, Deviation: none}},
		{FigureID: id(sweep.F1, "ac", "s3"), Mean: sweep.Mean{N: 2, Mean: 0.95, Deviation: 0.02}},
		{FigureID: id(sweep.Chance, "ac", "s3"), Mean: sweep.Mean{N: 2, Mean: 0.667, Deviation: 0}},
		{FigureID: id(sweep.F1, "ac", sweep.AnyLevel), Mean: sweep.Mean{N: 2, Mean: 0.97, Deviation: 0.01}},
		{FigureID: id(sweep.F1, "strip", "input"), Mean: sweep.Mean{N: 1, Mean: 0.5, Deviation: none}, Interval: &[2]nullable.Float{0.25, 0.75}},
	}
	with := []sweep.Merged{
		{FigureID: id(sweep.BA, "", ""), Mean: sweep.Mean{N: 2, Mean: 0.89, Deviation: 0.03}, Difference: &sweep.Difference{Pairs: 2, Mean: -0.01, Low: -0.05, High: 0.03}},
		{FigureID: id(sweep.F1, "ac", "s3"), Mean: sweep.Mean{N: 1, Mean: 0.7, Deviation: none}, Difference: &sweep.Difference{Pairs: 1, Mean: -0.25, Low: none, High: none}},
	}
	return sweep.Table{
		Done: 3, Of: 4, Axes: []string{"attack.name", "mmd.lambda"},
		Rows: []sweep.Row{{Values: []any{"<sig>", 0.0}, Seeds: 2, Figures: without}, {Values: []any{"<sig>", 0.1}, Seeds: 2, Figures: with}},
		Ranges: []sweep.Range{
			{FigureID: id(sweep.F1, "ac", "s3"), Lambda: 0.1, Rows: 3, Low: 0.61, High: 0.74},
			{FigureID: id(sweep.Chance, "ac", "s3"), Lambda: 0.1, Rows: 3, Low: 0.667, High: 0.667},
		},
	}
}

// A detector that could not look at the same level in all settings has a row for each,
// and its figures of any level, which are of all settings, once.
func TestSweepRangesOfSeveralLevels(t *testing.T) {
	r := func(name, level string, rows int, low, high nullable.Float) sweep.Range {
		return sweep.Range{FigureID: sweep.FigureID{Name: name, Detector: "beatrix", Level: level}, Lambda: 0.1, Rows: rows, Low: low, High: high}
	}
	got := sweepRanges(sweep.Table{Ranges: []sweep.Range{
		r(sweep.F1, "s3", 3, 0.61, 0.74), r(sweep.AUROC, "s3", 3, 0.5, 0.6), r(sweep.F1, sweep.AnyLevel, 4, 0.7, 0.9),
		r(sweep.F1, "s2", 1, 0.8, 0.8), r(sweep.AUROC, "s2", 1, 0.9, 0.9),
	}}).rows
	want := [][]string{
		{"0.1", "beatrix", "s3", "3 of 4", "0.610 to 0.740 (–)", "0.500 to 0.600", "–", "–", "–", "0.700 to 0.900", "0.500 to 0.600"},
		{"0.1", "beatrix", "s2", "1", "0.800 (–)", "0.900", "–", "–", "–", "–", "0.900"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSweepText(t *testing.T) {
	var b bytes.Buffer
	if err := Terminal.WriteSweep(&b, sweepTable()); err != nil {
		t.Fatal(err)
	}
	const want = `3 of 4 cells are done; the others are left out.

What λ changes: a verdict only where the 95 % interval over pairs of seeds leaves out 0
<sig>, 0.1: no verdict on BA
Of these 1 intervals one in twenty leaves out a difference of 0 by chance.

Over all settings with one λ: from the least to the largest mean
λ    detector  level  settings  best F1 (chance)        AUROC  canonical F1 (chance)  flagged  false alarms  best F1 at any level  AUROC at any level
0.1  ac        s3     3         0.610 to 0.740 (0.667)  –      –                      –        –             0.610 to 0.740        –

Settings: mean ± deviation over seeds; of one seed, with the 95 % interval of its run in brackets
attack.name  mmd.lambda  seeds  BA               MMD² s3
<sig>        0           2      0.9000 ± 0.0100  1.2500, 1 of 2
<sig>        0.1         2      0.8900 ± 0.0300  –

Detectors: mean ± deviation over seeds; of one seed, with the 95 % interval of its run in brackets
attack.name  mmd.lambda  detector  level  best F1 (chance)              AUROC  canonical F1 (chance)  flagged  false alarms  best F1 at any level          AUROC at any level
<sig>        0           ac        s3     0.950 ± 0.020 (0.667)         –      –                      –        –             0.970 ± 0.010                 –
<sig>        0           strip     input  0.500 [0.250, 0.750], 1 of 2  –      –                      –        –             0.500 [0.250, 0.750], 1 of 2  –
<sig>        0.1         ac        s3     0.700, 1 of 2                 –      –                      –        –             0.700, 1 of 2                 –

Settings less λ = 0: mean difference, seed by seed, with the 95 % interval of two pairs or more
attack.name  mmd.lambda  BA                       MMD² s3
<sig>        0.1         -0.010 [-0.050, +0.030]  –

Detectors less λ = 0: mean difference, seed by seed, with the 95 % interval of two pairs or more
attack.name  mmd.lambda  detector  level  best F1            AUROC  canonical F1  flagged  false alarms  best F1 at any level  AUROC at any level
<sig>        0.1         ac        s3     -0.250 (one pair)  –      –             –        –             -0.250 (one pair)     –
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
	b.Reset()
	if err := Markdown.WriteSweep(&b, sweepTable()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"* 3 of 4 cells are done; the others are left out.\n\n**What λ changes", "mean**\n\n| λ | detector |",
		"\n| &lt;sig&gt; | 0.1 | -0.010 [-0.050, +0.030] | – |\n",
	} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("%q is not in\n%s", part, &b)
		}
	}
}

func TestSweepCSV(t *testing.T) {
	var b bytes.Buffer
	if err := SweepCSV(&b, sweepTable()); err != nil {
		t.Fatal(err)
	}
	const want = `attack.name,mmd.lambda,figure,detector,level,seeds,mean,deviation,low,high,pairs,difference,difference_low,difference_high
<sig>,0,ba,,,2,0.9,0.01,,,0,,,
<sig>,0,mmd,,s3,1,1.25,,,,0,,,
<sig>,0,f1,ac,s3,2,0.95,0.02,,,0,,,
<sig>,0,chance,ac,s3,2,0.667,0,,,0,,,
<sig>,0,f1,ac,any,2,0.97,0.01,,,0,,,
<sig>,0,f1,strip,input,1,0.5,,0.25,0.75,0,,,
<sig>,0.1,ba,,,2,0.89,0.03,,,2,-0.01,-0.05,0.03
<sig>,0.1,f1,ac,s3,1,0.7,,,,1,-0.25,,
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}

func TestSweepHTML(t *testing.T) {
	var b bytes.Buffer
	if err := SweepHTML(&b, "a & b", sweepTable()); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.String())
	for part, want := range map[string]int{"<title>a &amp; b</title>": 1, `<table class="sweep">`: 5, `<a href="#table`: 6, `<tr class="first">`: 4, `<td class="soft">`: 2, "&lt;sig&gt;": 8, "<sig>": 0, "http": 0, "NaN": 0, "3 of 4 cells are done": 1} {
		if n := strings.Count(b.String(), part); n != want {
			t.Errorf("%q is there %d times, want %d", part, n, want)
		}
	}
	for name, err := range map[string]error{
		"text": Terminal.WriteSweep(failing{}, sweepTable()), "CSV": SweepCSV(failing{}, sweepTable()), "HTML": SweepHTML(failing{}, "", sweepTable()),
	} {
		if err == nil {
			t.Errorf("%s: a writer that fails gives no error", name)
		}
	}
}

// There is a verdict where the interval of two pairs or more leaves out 0, and of
// detectors at the deepest level.
func TestSweepVerdicts(t *testing.T) {
	of := func(name, detector, level string, pairs int, low, high nullable.Float) sweep.Merged {
		return sweep.Merged{FigureID: sweep.FigureID{Name: name, Detector: detector, Level: level},
			Difference: &sweep.Difference{Pairs: pairs, Mean: (low + high) / 2, Low: low, High: high}}
	}
	none := nullable.NaN()
	got := sweepVerdicts(sweep.Table{Axes: []string{"mmd.lambda"}, Rows: []sweep.Row{{Values: []any{0.0}}, {Values: []any{0.1}, Figures: []sweep.Merged{
		of(sweep.MMD, "", "s3", 3, -0.5, -0.1), of(sweep.AUROC, "sr", "s3", 3, 0.1, 0.3), of(sweep.AUROC, "knn", "s3", 3, 0, 0.3),
		of(sweep.AUROC, "ss", "s3", 1, none, none), of(sweep.AUROC, "ac", sweep.AnyLevel, 3, 0.1, 0.2), of(sweep.F1, "ac", "s3", 3, 0.1, 0.2),
	}}}})
	want := [][]string{
		{"0.1: lower MMD² s3; higher AUROC of sr; no verdict on AUROC of knn, AUROC of ss"},
		{"Of these 3 intervals one in twenty leaves out a difference of 0 by chance."},
	}
	if diff := cmp.Diff(want, got.rows); diff != "" {
		t.Error(diff)
	}
}
