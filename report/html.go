package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"

	"sdrm/defenses"
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
	"figures":  (judge.Distance{}).Figures,
	"evidence": func(e judge.Evidence) string { return interval(e.Value, e.Low, e.High) },
	"between":  interval,
	"alarms":   falseAlarms,
	"origin":   origin,
	"flagged":  flaggedShare,
	"given":    given,
	"skips":    skips,
	"chance":   chance,
	"unfit":    unfit,
	"word":     wordFor,
	"place":    func(s score.Score) string { return strings.Join(where(s), " ") },
	"bounds":   bounds,
	"missing":  func() string { return missing },
	"colour":   func(run int) int { return run % colours },
	"dash":     func(run int) int { return run / colours % dashes },
	"add":      func(a, b float64) float64 { return round1(a + b) },
	"short":    func(digest string) string { return fmt.Sprintf("%.16s", digest) },
}).Parse(pageText))

// colours is how many runs the style sheet can tell apart by colour, dashes by how
// their lines are broken.
const (
	colours = 6
	dashes  = 3
)

// view is what the page shows.
type view struct {
	Style   template.CSS
	Title   string
	Entries []Entry
	Results []judge.Result
	Groups  []group
	Many    bool // more runs than a screen shows
	Cards   []card
	// Measured says how far the latents are apart at every ReLU, as far as that was
	// saved.
	Measured []measured
	// Contrasts compare them with clean models, nil if none was.
	Contrasts *tableView
	Against   *tableView // the same of detectors

	Curves  []chart
	Batches []chart // the regulariser's distance in the training batches
	Epochs  *tableView
	Clouds  [][]cloud
	Levels  []string
	Sets    []setTable
	Named   []named // the detectors that are in the tables
	Heats   []int   // the colours of the heat maps
	Rates   []string
	Specs   []specText

	Frozen    bool
	Synthetic bool
	Attacked  bool           // a run has a backdoor
	Unknown   bool           // a run has imported weights and no attack
	Controls  bool           // a run has none
	Replaced  []spec.MMDSpec // of runs that reduce another distance than MMD, each distance once
	Refresh   int            // seconds until a browser loads the page again, 0 for never
	Pictured  bool           // scatters are there
}

// named is a detector's name and what it is short for.
type named struct{ Name, Title string }

// titled returns the detectors that results have figures of, or why there are none, in
// the order of lists. One that is not known any more has its name alone.
func titled(results []judge.Result) (out []named) {
	var known, found []string
	for _, r := range results {
		for _, s := range r.Detectors {
			found = append(found, s.Name)
		}
		for _, s := range r.Skipped {
			if s.Name != judge.SkippedMeasures {
				found = append(found, s.Name)
			}
		}
	}
	for _, d := range defenses.All() {
		for _, v := range d.Variants {
			if known = append(known, v.Name()); slices.Contains(found, v.Name()) {
				out = append(out, named{v.Name(), d.Title})
			}
		}
	}
	slices.Sort(found)
	for _, name := range slices.Compact(found) {
		if !slices.Contains(known, name) {
			out = append(out, named{Name: name})
		}
	}
	return out
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
	Brief   bool // the most important figures alone
	Rows    []row
	Texts   []ruleText
	Results []judge.Result
}

// ruleText says what a detector knows and how its threshold came about.
type ruleText struct {
	Detector, Given, Text string
	Unfit, Silent         bool   // on the set that it inspects; without a threshold
	Where                 string // runs and levels of which this is true
}

// ruleTexts collects those of rows, each once.
func ruleTexts(rows []row, results []judge.Result) []ruleText {
	var out []ruleText
	for run, r := range results {
		named := map[int]bool{}
		for _, row := range rows {
			s := row.Scores[run]
			if s == nil {
				continue
			}
			text := ruleText{Detector: s.Name, Given: given(s.Given), Text: s.Variant + ": " + s.ThresholdRule, Unfit: s.NoMinority, Silent: s.NoThreshold}
			i := slices.IndexFunc(out, func(t ruleText) bool {
				t.Where = ""
				return t == text
			})
			if i < 0 {
				i = len(out)
				out = append(out, text)
			}
			switch t := &out[i]; {
			case !named[i] && t.Where != "":
				t.Where += "; " + r.Name + " " + s.Level
			case !named[i]:
				t.Where = r.Name + " " + s.Level
			default:
				t.Where += ", " + s.Level
			}
			named[i] = true
		}
	}
	return out
}

// titles names the rules, in the order of their tables.
var titles = []ruleTable{
	{Rule: score.RuleCanonical, Title: "Own rules"},
	{Rule: score.RuleBest, Title: "Best case"},
}

// tablesOf sorts the rows of a set by rule.
func tablesOf(rows []row, set string, results []judge.Result, brief bool) setTable {
	t := setTable{Set: set}
	for _, rule := range titles {
		rule.Results, rule.Brief = results, brief
		for _, r := range rows {
			if r.Set == set && r.Rule == rule.Rule {
				rule.Rows = append(rule.Rows, r)
			}
		}
		if len(rule.Rows) > 0 {
			rule.Texts = ruleTexts(rule.Rows, results)
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

// fewRuns is how many runs a report shows without a list of them.
const fewRuns = 3

// HTML writes the report of the runs.
func HTML(w io.Writer, entries []Entry) error { return LiveHTML(w, entries, 0) }

// LiveHTML writes the report of runs that go on: unless refresh is 0, a browser loads
// it again after so many seconds.
func LiveHTML(w io.Writer, entries []Entry, refresh int) error {
	v := view{Style: template.CSS(pageStyle), Refresh: refresh, Entries: entries, Groups: groups(entries), Many: len(entries) > fewRuns}
	var names []string
	var runs []apart
	for run, e := range entries {
		v.Results = append(v.Results, e.Result)
		v.Specs = append(v.Specs, specText{e.Spec.Name, string(e.Spec.Encode())})
		v.Controls = v.Controls || e.Result.Control
		v.Unknown = v.Unknown || e.Result.Control && e.Result.Imported
		v.Frozen = v.Frozen || e.Spec.Attack.Frozen()
		v.replaces(e.Spec.MMD)
		v.Synthetic = v.Synthetic || e.Spec.Data.Set == "synthetic"
		v.Pictured = v.Pictured || len(e.Result.Scatter) > 0
		names = append(names, e.Spec.Name)
		c, err := newCard(run, e)
		if err != nil {
			return err
		}
		c.Folded = v.Many
		v.Cards = append(v.Cards, c)
		if m := e.Measured; m != nil {
			v.Measured = append(v.Measured, measured{run, *m})
			runs = append(runs, ofMeasured(*m))
		}
	}
	v.Attacked = attacked(v.Results)
	v.Title = strings.Join(names, " · ")
	v.Levels = levels(v.Results)
	v.Clouds = clouds(v.Results)
	v.draw(names)
	for i := range v.Groups {
		g := &v.Groups[i]
		g.Heat = newHeatmap(v.Results, g.Runs)
		g.Curves = curveLevels(v.Results, g.Runs)
		g.Plot = newLevelPlot(entries, g.Runs)
		for _, run := range g.Runs {
			if text := biased(entries[run].named()); text != "" {
				g.Biased = append(g.Biased, entries[run].Result.Name+": "+text)
			}
		}
	}
	for i := range heats {
		v.Heats = append(v.Heats, i)
	}
	for _, rate := range alarmRates {
		v.Rates = append(v.Rates, trim(100*rate)+" %")
	}
	v.Contrasts, v.Against = viewOf(contrasts(runs)), viewOf(againstControls(v.Results))
	v.Named = titled(v.Results)
	rows := pivot(v.Results)
	for _, set := range sets(rows) {
		v.Sets = append(v.Sets, tablesOf(rows, set, v.Results, v.Many))
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

// draw fills in the curves, and the table of what they show.
func (v *view) draw(names []string) {
	table := tableView{Head: []string{"epoch"}}
	columns := 0
	add := func(to *[]chart, title, short string, hi float64, of func(Entry) []float64) {
		var series [][]float64
		for run, e := range v.Entries {
			values := of(e)
			series = append(series, values)
			if len(values) == 0 {
				continue
			}
			columns++
			table.Head = append(table.Head, names[run]+" "+short)
			for epoch, x := range values {
				if epoch == len(table.Rows) {
					table.Rows = append(table.Rows, []string{fmt.Sprint(epoch + 1)})
				}
				for len(table.Rows[epoch]) < columns {
					table.Rows[epoch] = append(table.Rows[epoch], missing)
				}
				table.Rows[epoch] = append(table.Rows[epoch], format(x, 3))
			}
		}
		*to = append(*to, newChart(title, names, series, 0, hi))
	}
	epochs := func(value func(run.Metric) float64) func(Entry) []float64 {
		return func(e Entry) []float64 { return e.epochs(value) }
	}
	add(&v.Curves, "Training loss", "loss", math.NaN(), epochs(func(m run.Metric) float64 { return m.Loss }))
	add(&v.Curves, "BA, accuracy on clean images", "BA", 1, epochs(func(m run.Metric) float64 { return deref(m.BA) }))
	if v.Attacked {
		add(&v.Curves, "ASR, triggered images called as the attack wants", "ASR", 1, epochs(func(m run.Metric) float64 { return deref(m.ASR) }))
	}
	distance := "MMD²"
	if len(v.Replaced) > 0 {
		distance = "The regulariser's distance"
	}
	for i, level := range v.curveLevels() {
		add(&v.Batches, distance+" in training batches, "+level, distance+" "+level, math.NaN(), func(e Entry) []float64 { return e.batchMMD(i) })
	}
	for i := range table.Rows {
		for len(table.Rows[i]) <= columns {
			table.Rows[i] = append(table.Rows[i], missing)
		}
	}
	if table.Rows != nil {
		v.Epochs = &table
	}
}

// replaces notes what a run reduces, unless that is MMD or noted.
func (v *view) replaces(m spec.MMDSpec) {
	noted := slices.ContainsFunc(v.Replaced, func(o spec.MMDSpec) bool { return o.Regulariser == m.Regulariser })
	if m.Regulariser != spec.Default().MMD.Regulariser && !noted {
		v.Replaced = append(v.Replaced, m)
	}
}

// curveLevels names the levels whose distances training reports, which results may
// not do yet.
func (v *view) curveLevels() []string {
	out := slices.Clone(v.Levels)
	for _, e := range v.Entries {
		for _, m := range e.Metrics[:min(1, len(e.Metrics))] {
			for len(out) < len(m.MMD) {
				out = append(out, fmt.Sprint("s", len(out)+1))
			}
		}
	}
	return out
}

func deref(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
