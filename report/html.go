package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"reflect"
	"strings"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/internal/plain"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"fixed":    func(digits int, x reflect.Value) string { return format(x.Float(), digits) },
	"number":   func(e judge.Evidence) string { return format(e.Value, 4) },
	"pair":     pair,
	"evidence": func(e judge.Evidence) string { return interval(e.Value, e.Low, e.High) },
	"bounds":   bounds,
	"given":    given,
	"skips":    skips,
	"chance":   chance,
	"missing":  func() string { return missing },
	"colour":   func(run int) int { return run % colours },
	"add":      func(a, b float64) float64 { return round1(a + b) },
	"neg":      func(a float64) float64 { return -a },
	"short":    func(digest string) string { return fmt.Sprintf("%.16s", digest) },
}).Parse(pageText))

// colours is how many runs the style sheet can tell apart by colour.
const colours = 6

// view is what the page shows.
type view struct {
	Style    template.CSS
	Title    string
	Entries  []Entry
	Results  []judge.Result
	Verdicts []string // one a run
	// Catches say which detectors still catch each run, Measured how far its
	// latents are apart at every ReLU, as far as that was saved.
	Catches  []string
	Measured []measured
	// Contrasts compare them with clean models, nil if none was.
	Contrasts *tableView
	Last      string // deepest level

	Cards     []card
	Curves    []chart
	Batches   []chart // the regulariser's distance in the training batches
	Clouds    [][]cloud
	Levels    []string
	DotPlots  []dotPlot
	Sets      []setTable
	Specs     []specText
	Frozen    bool
	Synthetic bool
	Attacked  bool // a run has a backdoor
	Controls  bool // a run has none
	Replaced  bool // a run reduces another distance than MMD
}

// setTable is the detectors' tables of one inspected set.
type setTable struct {
	Set   string
	Rules []ruleTable
}

// ruleTable is one rule's part of it, of the runs of Results.
type ruleTable struct {
	Rule    string
	Title   string
	Rows    []row
	Results []judge.Result
}

// titles names the rules, in the order of their tables.
var titles = []ruleTable{
	{Rule: score.RuleBest, Title: "Defender's best case"},
	{Rule: score.RuleCanonical, Title: "Canonical rules"},
}

// tablesOf sorts the rows of a set by rule.
func tablesOf(rows []row, set string, results []judge.Result) setTable {
	t := setTable{Set: set}
	for _, rule := range titles {
		rule.Results = results
		for _, r := range rows {
			if r.Set == set && r.Rule == rule.Rule {
				rule.Rows = append(rule.Rows, r)
			}
		}
		if len(rule.Rows) > 0 {
			t.Rules = append(t.Rules, rule)
		}
	}
	return t
}

// measured is what was measured of a run.
type measured struct {
	Run int
	judge.Measured
}

type specText struct{ Name, Text string }

// HTML writes the report of the runs.
func HTML(w io.Writer, entries []Entry) error {
	v := view{Style: template.CSS(pageStyle), Entries: entries}
	var names []string
	for _, e := range entries {
		v.Results = append(v.Results, e.Result)
		v.Specs = append(v.Specs, specText{e.Spec.Name, string(e.Spec.Encode())})
		v.Clouds = append(v.Clouds, clouds(e.Result))
		v.Controls = v.Controls || e.Result.Control
		v.Frozen = v.Frozen || e.Spec.Attack.Mode == "frozen"
		v.Replaced = v.Replaced || e.Spec.MMD.Regulariser != spec.Default().MMD.Regulariser
		v.Synthetic = v.Synthetic || e.Spec.Data.Set == "synthetic"
		names = append(names, e.Spec.Name)
	}
	v.Attacked = attacked(v.Results)
	v.Title = strings.Join(names, " · ")
	v.Levels = levels(v.Results)
	v.draw(names)

	rows := pivot(v.Results)
	if len(v.Levels) > 0 {
		v.Last = v.Levels[len(v.Levels)-1]
	}
	for run, r := range v.Results {
		card := newCard(run, r, v.Last)
		if err := card.show(entries[run].Trigger); err != nil {
			return err
		}
		v.Cards = append(v.Cards, card)
		v.Verdicts = append(v.Verdicts, judgement(r))
		v.Catches = append(v.Catches, catches(r))
		if m := entries[run].Measured; m != nil {
			v.Measured = append(v.Measured, measured{run, *m})
		}
	}
	var runs []apart
	for _, m := range v.Measured {
		runs = append(runs, ofMeasured(m.Measured))
	}
	if t := contrasts(runs); t.rows != nil {
		v.Contrasts = &tableView{t.title, t.head, t.rows}
	}
	for _, set := range sets(rows) {
		v.Sets = append(v.Sets, tablesOf(rows, set, v.Results))
		if set == judge.TestSet {
			v.DotPlots = append(v.DotPlots, newDotPlot(rows, set, score.RuleBest, v.Results))
		}
	}
	return write(w, page, v)
}

// write writes a page, in which nothing from elsewhere is obeyed.
func write(w io.Writer, page *template.Template, view any) error {
	var text strings.Builder
	if err := page.Execute(&text, view); err != nil {
		return err
	}
	_, err := io.WriteString(w, plain.Lines(text.String()))
	return err
}

// draw fills in the curves.
func (v *view) draw(names []string) {
	curve := func(title string, lo, hi float64, value func(run.Metric) float64) {
		var series [][]float64
		for _, e := range v.Entries {
			series = append(series, e.epochs(value))
		}
		v.Curves = append(v.Curves, newChart(title, names, series, lo, hi))
	}
	curve("Training loss", 0, math.NaN(), func(m run.Metric) float64 { return m.Loss })
	curve("BA, accuracy on clean images", 0, 1, func(m run.Metric) float64 { return deref(m.BA) })
	if v.Attacked {
		curve("ASR, triggered images called as the attack wants", 0, 1, func(m run.Metric) float64 { return deref(m.ASR) })
	}
	distance := "MMD²"
	if v.Replaced {
		distance = "The regulariser's distance"
	}
	for i, level := range v.Levels {
		var series [][]float64
		for _, e := range v.Entries {
			series = append(series, e.batchMMD(i))
		}
		v.Batches = append(v.Batches, newChart(distance+" in training batches, "+level, names, series, 0, math.NaN()))
	}
}

func deref(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
