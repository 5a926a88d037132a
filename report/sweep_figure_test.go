package report

import (
	"bytes"
	"strings"
	"testing"

	"sdrm/experiment/sweep"
	"sdrm/internal/nullable"
)

// lambdaTable has a setting of four λ, whose order on the axis is another, and one of
// two, which has no curve.
func lambdaTable() sweep.Table {
	t := sweep.Table{Axes: []string{"attack.name", sweep.LambdaAxis}}
	for _, attack := range []string{"<sig>", "wanet"} {
		for i, lambda := range []float64{0, 0.1, 0.01, 0.3} {
			if attack == "wanet" && i > 1 {
				continue
			}
			figures := []sweep.Merged{
				{FigureID: sweep.FigureID{Name: sweep.BA}, Mean: sweep.Mean{N: 3, Mean: nullable.Float(0.9 - lambda), Deviation: 0.05}},
				{FigureID: sweep.FigureID{Name: sweep.AUROC, Detector: "ac", Level: "s3"}, Mean: sweep.Mean{N: 1, Mean: 0.75, Deviation: nullable.NaN()}, Interval: &[2]nullable.Float{0.5, 0.875}},
				{FigureID: sweep.FigureID{Name: sweep.AUROC, Detector: "ac", Level: sweep.AnyLevel}, Mean: sweep.Mean{N: 1, Mean: 1}},
			}
			if lambda > 0 {
				figures = append(figures, sweep.Merged{FigureID: sweep.FigureID{Name: sweep.MMD, Level: "s3"}, Mean: sweep.Mean{N: 1, Mean: 2.5, Deviation: nullable.NaN()}})
			}
			t.Rows = append(t.Rows, sweep.Row{Values: []any{attack, lambda}, Lambda: lambda, Figures: figures})
		}
	}
	return t
}

// Settings of three λ or more are drawn, their λ in order; what a cell does not have is
// left out of its curve.
func TestSweepSVG(t *testing.T) {
	var b bytes.Buffer
	if err := SweepSVG(&b, "a & b", lambdaTable()); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.String())
	for want, n := range map[string]int{
		"a &amp; b": 1, ">&lt;sig&gt;<": 1, "wanet": 0, "NaN": 0, "<polyline": 3, "<circle": 4 + 3 + 4, "ac at s3": 1, "any": 0,
		"<title>0.01: 0.890, 0.840 to 0.940</title>": 1, // the deviation over seeds
		"<title>0.3: 0.750, 0.500 to 0.875</title>":  1, // the interval of one seed
		"<title>0.1: 2.500, 2.500 to 2.500</title>":  1, // nothing is known
		"<title>0: 2.500, 2.500 to 2.500</title>":    0,
	} {
		if got := strings.Count(b.String(), want); got != n {
			t.Errorf("%q stands there %d times, want %d", want, got, n)
		}
	}
	before := -1
	for _, lambda := range []string{">0.01<", ">0.1<", ">0.3<"} {
		if at := strings.Index(b.String(), lambda); at < before {
			t.Errorf("%s stands before a smaller λ", lambda)
		} else {
			before = at
		}
	}
}

// A row without λ that two settings share begins the curves of both, and names neither.
func TestSweepSVGOfTwoRegularisers(t *testing.T) {
	table := sweep.Table{Axes: []string{sweep.LambdaAxis, "mmd.regulariser"}}
	for lambda, regularisers := range map[float64][]string{0: {"mmd"}, 0.1: {"ed", "mmd"}, 0.3: {"ed", "mmd"}} {
		for _, r := range regularisers {
			table.Rows = append(table.Rows, sweep.Row{Values: []any{lambda, r}, Lambda: lambda,
				Figures: []sweep.Merged{{FigureID: sweep.FigureID{Name: sweep.BA}, Mean: sweep.Mean{N: 1, Mean: 0.5, Deviation: nullable.NaN()}}}})
		}
	}
	var b bytes.Buffer
	if err := SweepSVG(&b, "plan", table); err != nil {
		t.Fatal(err)
	}
	for want, n := range map[string]int{">ed<": 1, ">mmd<": 1, "<title>0: 0.500": 2} {
		if got := strings.Count(b.String(), want); got != n {
			t.Errorf("%q stands there %d times, want %d", want, got, n)
		}
	}
}

func TestSweepSVGErrors(t *testing.T) {
	table := lambdaTable()
	table.Rows = table.Rows[4:]
	if err := SweepSVG(&bytes.Buffer{}, "plan", table); err == nil || err.Error() != "plan: mmd.lambda: no setting has 3 values that are done, want one" {
		t.Errorf("error %v", err)
	}
	if err := SweepSVG(failing{}, "plan", lambdaTable()); err == nil {
		t.Error("a writer that fails gives no error")
	}
}
