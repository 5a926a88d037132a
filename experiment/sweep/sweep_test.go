package sweep

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/experiment/plan"
	"sdrm/experiment/run"
	"sdrm/internal/fault"
	"sdrm/internal/nullable"
	"sdrm/train"
)

// readPlan writes a plan and reads it.
func readPlan(t *testing.T, text string) *plan.Plan {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.toml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := plan.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const twoByTwo = `
[base]
data.set = "synthetic"
[axes]
mmd.lambda = [0, 0.1]
seed = [1, 2]
`

// fake makes the run folder of a cell in dir, finished with a result if ba is not
// negative.
func fake(t *testing.T, dir string, c plan.Cell, ba float64) {
	t.Helper()
	at := filepath.Join(dir, c.Name)
	if err := os.MkdirAll(at, 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name string, text []byte) {
		if err := os.WriteFile(filepath.Join(at, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(run.SpecFile, c.Spec.Encode())
	if ba < 0 {
		write(run.MetricsFile, []byte("{\"kind\":\"step\",\"epoch\":1}\n{\"kind\":\"step\",\"epoch\":2}\n{\"kind\":"))
		return
	}
	text, err := json.Marshal(judge.Result{Name: c.Name, BA: ba, ASR: 1, SpecSHA256: c.Hash, DataSHA256: "da", WeightsSHA256: fmt.Sprintf("weights %g", ba), Epoch: 3, Imported: ba == imported})
	if err != nil {
		t.Fatal(err)
	}
	write(run.ResultFile, text)
}

// imported is the BA, which is none, of a run that fake makes of imported weights.
const imported = 2

func TestLook(t *testing.T) {
	p := readPlan(t, twoByTwo)
	a, b := t.TempDir(), t.TempDir()
	fake(t, a, p.Cells[0], 0.5)
	fake(t, b, p.Cells[0], 0.5)
	fake(t, a, p.Cells[1], -1)
	fake(t, a, p.Cells[2], -1)
	if err := writeFailure(a, p.Cells[2], "no luck"); err != nil {
		t.Fatal(err)
	}
	if err := writeFailure(a, p.Cells[0], "of old"); err != nil { // as after a kill between result and note
		t.Fatal(err)
	}
	other := p.Cells[1]
	other.Hash, other.Name = "", "other"
	other.Spec.Seed = 7
	fake(t, b, other, 0.5)
	if err := os.Mkdir(filepath.Join(b, "logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	states := func(s *Survey) (out []string) {
		for _, c := range s.Cells {
			out = append(out, fmt.Sprint(c.State, " ", c.Epoch, " ", c.Reason))
		}
		return out
	}
	s, err := Look(p, a, b)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"done 0 ", "stopped 2 ", "failed 2 no luck", "missing 0 "}
	if d := cmp.Diff(want, states(s)); d != "" {
		t.Error(d)
	}
	if len(s.Foreign) != 1 || !strings.Contains(s.Foreign[0].Error(), filepath.Join(b, "other")+": holds no cell of "+p.Path) || len(s.Contradicting) > 0 {
		t.Errorf("foreign %v, contradicting %v", s.Foreign, s.Contradicting)
	}

	// A result that is damaged is told and hides nothing else.
	d := t.TempDir() + LedgerExt // a folder, whatever it is called
	fake(t, d, p.Cells[0], 0.5)
	fake(t, d, p.Cells[3], 0.5)
	if err := os.WriteFile(filepath.Join(d, p.Cells[3].Name, run.ResultFile), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if s, err = Look(p, d); err != nil {
		t.Fatal(err)
	}
	if s.Cells[0].State != Done || s.Count(Done) != 1 || len(s.Foreign) != 1 || !strings.Contains(s.Foreign[0].Error(), run.ResultFile) {
		t.Errorf("states %v, foreign %v, want one cell done and one damaged", states(s), s.Foreign)
	}
	// Imported weights are no training of the cell, whose spec they have.
	fake(t, d, p.Cells[0], imported)
	if s, err = Look(p, d); err != nil {
		t.Fatal(err)
	}
	if text := filepath.Join(d, p.Cells[0].Name) + ": holds imported weights, no training of cell 0"; s.Count(Done) != 0 || len(s.Foreign) != 2 || s.Foreign[0].Error() != text {
		t.Errorf("states %v, foreign %v, want none done and %q", states(s), s.Foreign, text)
	}
	if _, err := Look(p, filepath.Join(d, "gone")); err == nil || err.Error() != filepath.Join(d, "gone")+": file does not exist, want a folder of run folders or a ledger *.jsonl" {
		t.Errorf("a folder that is not there: error %v", err)
	}

	// A run that another source has finished, and one that contradicts.
	fake(t, b, p.Cells[2], 0.7)
	c := t.TempDir()
	fake(t, c, p.Cells[0], 0.6)
	if s, err = Look(p, c, a, b); err != nil {
		t.Fatal(err)
	}
	if s.Cells[2].State != Done || s.Count(Done) != 2 {
		t.Errorf("states %v", states(s))
	}
	_, err = s.Records()
	var bad *fault.InputError
	text := fmt.Sprintf("%s and %s: are of one spec, cell 0 (lambda0-seed1), but the weights have SHA-256 weights 0.6… and weights 0.5…",
		filepath.Join(c, p.Cells[0].Name), filepath.Join(a, p.Cells[0].Name))
	if !errors.As(err, &bad) || err.Error() != text || len(s.Contradicting) != 2 {
		t.Errorf("error %v, want %s", err, text)
	}
}

// What stands where a cell's folder shall be is found before any cell begins.
func TestNothingBeginsWhereACellHasNoRoom(t *testing.T) {
	p := readPlan(t, twoByTwo)
	last := p.Cells[len(p.Cells)-1].Name
	at := filepath.Join("DIR", last)
	for _, c := range []struct{ put, want string }{
		{last, at + ": not a directory"},
		{last + "/notes.txt", at + ": holds notes.txt, want a new or empty folder"},
		{last + "/" + run.ResultFile, at + ": holds result.json, want a new or empty folder"}, // half a copy
		{last + "/.spec.toml.1", ""},                                                          // of a start that was killed
		{"notes/notes.txt", ""},
		{"notes.txt", ""},
		{run.SpecFile, "DIR: is a run folder, for it has spec.toml; want a folder of run folders or a ledger *.jsonl"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, filepath.FromSlash(c.put))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		began := 0
		err := Run(context.Background(), p, dir, Options{
			Cells: p.Cells, FailFast: true,
			Execute: func(context.Context, plan.Cell, string, int) error { return errors.New("begun") },
			OnBegin: func(plan.Cell, int, int) { began++ },
			OnEnd:   func(plan.Cell, int, int, judge.Result, error) {},
		})
		if c.want == "" {
			if began != 1 {
				t.Errorf("%s: %d cells began, error %v, want 1", c.put, began, err)
			}
			continue
		}
		var bad *fault.InputError
		if began > 0 || !errors.As(err, &bad) || strings.ReplaceAll(err.Error(), dir, "DIR") != c.want {
			t.Errorf("%s: %d cells began, error %v, want none and %s", c.put, began, err, c.want)
		}
	}
}

func TestFigures(t *testing.T) {
	at := func(name, level, set, rule string, f1, auroc nullable.Float) score.Score {
		return score.Score{Name: name, Level: level, Set: set, Rule: rule, F1: f1, F1Low: f1 - 0.1, F1High: f1 + 0.1, ChanceF1: 0.25,
			AUROC: auroc, AUROCLow: nullable.NaN(), AUROCHigh: nullable.NaN(), Flagged: 0.5, FalseAlarms: 0.125, FalseAlarmsHigh: 0.25}
	}
	r := judge.Result{BA: 0.9, ASR: 0.8, Detectors: []score.Score{
		at("ac", "s1", judge.TestSet, score.RuleCanonical, 0.1, 0.5), at("ac", "s1", judge.TestSet, score.RuleBest, 0.9, nullable.NaN()),
		at("ac", "s3", judge.TestSet, score.RuleCanonical, 0.3, 0.5), at("ac", "s3", judge.TestSet, score.RuleBest, 0.7, 0.6),
		at("ac", "s3", "train-class-0", score.RuleBest, 1, 1),
		at("strip", "input", judge.InputSet, score.RuleBest, 0.4, 0.3),
	}}
	found := ""
	for _, f := range figures(r) {
		found += fmt.Sprintf("%s %s %s %g", f.Name, f.Detector, f.Level, f.Value)
		if f.Interval != nil {
			found += fmt.Sprintf(" %.2g", *f.Interval)
		}
		found += "\n"
	}
	const want = `ba   0.9
asr   0.8
canonical_f1 ac s3 0.3 [0.2 0.4]
canonical_chance ac s3 0.25
flagged ac s3 0.5
false_alarms ac s3 0.125 [0 0.25]
f1 ac s3 0.7 [0.6 0.8]
chance ac s3 0.25
auroc ac s3 0.6
f1 ac any 0.9
auroc ac any 0.6
f1 strip input 0.4 [0.3 0.5]
chance strip input 0.25
auroc strip input 0.3
`
	if d := cmp.Diff(want, found); d != "" {
		t.Error(d)
	}

	// A rule that means nothing here has no F1, and flags what it flags.
	for _, empty := range []func(*score.Score){
		func(s *score.Score) { s.NoThreshold = true }, func(s *score.Score) { s.NoMinority = true },
	} {
		s := at("ac", "s3", judge.TestSet, score.RuleCanonical, 0.3, 0.5)
		empty(&s)
		for _, f := range ofScore(s) {
			ofF1 := f.Name == CanonicalF1 || f.Name == CanonicalChance
			if f.Value.IsNaN() != ofF1 || ofF1 && f.Interval != nil {
				t.Errorf("%+v: %s is %g %v", s, f.Name, f.Value, f.Interval)
			}
		}
	}
}

func TestTabulate(t *testing.T) {
	p := readPlan(t, `
[base]
data.set = "synthetic"
[axes]
attack.name = ["sig", "badnets"]
mmd.lambda = [0.1, 0, 0.2]
seed = [1, 2, 3]
`)
	dir := t.TempDir()
	for _, c := range p.Cells {
		s := c.Spec
		switch {
		case s.Attack.Name == "badnets" && s.MMD.Lambda == 0: // nothing to compare with
		case s.Attack.Name == "sig" && s.MMD.Lambda == 0.2 && s.Seed > 1: // one pair
		default:
			fake(t, dir, c, []float64{0, 0.5, 0.75, 0.875}[s.Seed]-float64(s.Seed)*s.MMD.Lambda)
		}
	}
	s, err := Look(p, dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Tabulate(s)
	if err != nil {
		t.Fatal(err)
	}
	if got.Done != 13 || got.Of != 18 || !slices.Equal(got.Axes, []string{"attack.name", "mmd.lambda"}) {
		t.Errorf("%+v", got)
	}
	found := ""
	for _, r := range got.Rows {
		f := r.Figures[0]
		found += fmt.Sprintf("%v %d: %s %d %.4f %.4f", r.Values, r.Seeds, f.Name, f.N, f.Mean.Mean, f.Deviation)
		if d := f.Difference; d != nil {
			found += fmt.Sprintf(", %d %.4f %.4f %.4f", d.Pairs, d.Mean, d.Low, d.High)
		}
		found += "\n"
	}
	// The differences of sig at λ = 0.1 are -0.1, -0.2, -0.3: the mean and
	// 4.3027 deviations of 0.1 over the root of 3.
	const want = `[sig 0.1] 3: ba 3 0.5083 0.0946, 3 -0.2000 -0.4484 0.0484
[sig 0] 3: ba 3 0.7083 0.1909
[sig 0.2] 1: ba 1 0.3000 NaN, 1 -0.2000 NaN NaN
[badnets 0.1] 3: ba 3 0.5083 0.0946
[badnets 0.2] 3: ba 3 0.3083 0.0382
`
	if d := cmp.Diff(want, found); d != "" {
		t.Error(d)
	}
	var ranges []string
	for _, r := range got.Ranges {
		if r.Name == BA {
			ranges = append(ranges, fmt.Sprintf("%g: %d %.4f %.4f", r.Lambda, r.Rows, r.Low, r.High))
		}
	}
	if d := cmp.Diff([]string{"0: 1 0.7083 0.7083", "0.1: 2 0.5083 0.5083", "0.2: 2 0.3000 0.3083"}, ranges); d != "" {
		t.Error(d)
	}
}

// A plan need not have λ = 0 for each regulariser, of which none does anything there:
// all are compared with the one that it has, and of the same attack.
func TestOneRowWithoutLambdaIsThatOfAllRegularisers(t *testing.T) {
	for _, c := range []struct{ excluded, want string }{ // at λ = 0
		{`"ed", "swd"`, "sig 0.1 ed less sig 0 mmd, sig 0.1 mmd less sig 0 mmd, sig 0.1 swd less sig 0 mmd, " +
			"wanet 0.1 ed less wanet 0 mmd, wanet 0.1 mmd less wanet 0 mmd, wanet 0.1 swd less wanet 0 mmd"},
		{`"swd"`, "sig 0.1 ed less sig 0 ed, sig 0.1 mmd less sig 0 mmd, wanet 0.1 ed less wanet 0 ed, wanet 0.1 mmd less wanet 0 mmd"},
		{`"ed", "mmd", "swd"`, ""},
	} {
		p := readPlan(t, `
[axes]
attack.name = ["sig", "wanet"]
mmd.lambda = [0.1, 0]
mmd.regulariser = ["ed", "mmd", "swd"]
[[exclude]]
mmd.lambda = 0
mmd.regulariser = [`+c.excluded+`]
`)
		s := &Survey{Plan: p}
		ba, names := map[string]int{}, map[int]string{} // a BA a cell, of which two have one difference
		for i, cell := range p.Cells {
			name := strings.Trim(fmt.Sprint(cell.Values), "[]")
			ba[name], names[1<<i] = 1<<i, name
			s.Cells = append(s.Cells, Status{Cell: cell, State: Done, Record: &Record{Figures: []Figure{{FigureID: FigureID{Name: BA}, Value: nullable.Float(ba[name])}}}})
		}
		table, err := Tabulate(s)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, r := range table.Rows {
			if d := r.Figures[0].Difference; d != nil {
				name := strings.Trim(fmt.Sprint(r.Values), "[]")
				found = append(found, name+" less "+names[ba[name]-int(d.Mean)])
			}
		}
		if d := cmp.Diff(c.want, strings.Join(found, ", ")); d != "" {
			t.Errorf("without λ = 0 of %s: %s", c.excluded, d)
		}
		found = nil // of the figure
		for _, rows := range table.Settings() {
			if len(rows) == 2 && rows[0].Lambda == 0 {
				found = append(found, strings.Trim(fmt.Sprint(rows[1].Values), "[]")+" less "+strings.Trim(fmt.Sprint(rows[0].Values), "[]"))
			}
		}
		if d := cmp.Diff(c.want, strings.Join(found, ", ")); d != "" {
			t.Errorf("without λ = 0 of %s: settings %s", c.excluded, d)
		}
	}
}

func TestOnlySomeDetectors(t *testing.T) {
	ids := []FigureID{{Name: BA}, {F1, "ac", "s3"}, {F1, "ss", "s3"}}
	var whole Table
	whole.Rows = make([]Row, 2)
	for _, id := range ids {
		for i := range whole.Rows {
			whole.Rows[i].Figures = append(whole.Rows[i].Figures, Merged{FigureID: id})
		}
		whole.Ranges = append(whole.Ranges, Range{FigureID: id})
	}
	some := whole.Only([]string{"ss", "sr"})
	for _, r := range some.Rows {
		if len(r.Figures) != 2 || r.Figures[0].FigureID != ids[0] || r.Figures[1].FigureID != ids[2] {
			t.Errorf("a row has %+v", r.Figures)
		}
	}
	if len(some.Ranges) != 2 || len(whole.Ranges) != 3 || len(whole.Rows[1].Figures) != 3 || whole.Rows[1].Figures[1].FigureID != ids[1] {
		t.Errorf("%+v of %+v", some, whole)
	}
}

func TestLedger(t *testing.T) {
	p := readPlan(t, twoByTwo)
	dir := t.TempDir()
	for i, c := range p.Cells {
		fake(t, dir, c, float64(i)/8)
	}
	s, err := Look(p, dir)
	if err != nil {
		t.Fatal(err)
	}
	records, err := s.Records()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteLedger(&b, records); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ledger.jsonl")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(b.String())
	again, err := ReadLedger(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(records, again); d != "" {
		t.Error(d)
	}
	// A ledger stands for the folders, beside them or alone.
	one, err := Tabulate(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, sources := range [][]string{{path}, {path, dir}} {
		s, err := Look(p, sources...)
		if err != nil {
			t.Fatal(err)
		}
		other, err := Tabulate(s)
		if d := cmp.Diff(one, other, cmpopts.EquateNaNs()); err != nil || d != "" {
			t.Errorf("from %v: %v, %s", sources, err, d)
		}
	}
	write(strings.Replace(b.String(), `"value":0.125`, `"value":0.25`, 1))
	if s, err = Look(p, dir, path); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Records(); err == nil || !strings.HasSuffix(err.Error(), "of the same weights, but their figures differ: ba is 0.125 and 0.25") {
		t.Errorf("error %v", err)
	}
	write(b.String() + strings.Replace(b.String(), `"value":0.125`, `"value":0.25`, 1))
	if s, err = Look(p, path); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Records(); err == nil || !strings.HasPrefix(err.Error(), "two lines of "+path+": are of one spec, cell ") {
		t.Errorf("error %v, want one about two lines", err)
	}
	// The numbers are those of the plan at hand.
	reordered := readPlan(t, strings.Replace(twoByTwo, "seed = [1, 2]", "seed = [3, 2, 1]", 1))
	write(b.String())
	if s, err = Look(reordered, path); err != nil {
		t.Fatal(err)
	}
	records, err = s.Records()
	if err != nil || len(records) != 4 {
		t.Fatalf("%d records, error %v", len(records), err)
	}
	for _, r := range records {
		if i := slices.IndexFunc(reordered.Cells, func(c plan.Cell) bool { return c.Hash == r.SpecSHA256 }); r.Number != reordered.Cells[i].Number {
			t.Errorf("%s has number %d, want %d", r.Name, r.Number, reordered.Cells[i].Number)
		}
	}
	for text, want := range map[string]string{
		"":                     "is empty",
		"{\n":                  "line 1: ",
		b.String() + "[]\n":    "line 5: ",
		`{"spec":{"seed":-1}}`: "line 1: seed: found -1, want",
		`{"spec":{}}`:          `line 1: spec_sha256: found "", want "9ca7`,
	} {
		write(text)
		_, err := ReadLedger(path)
		var bad *fault.InputError
		if !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), path+": "+want) {
			t.Errorf("%.20q: error %v, want %q", text, err, want)
		}
	}
}

// What a sweep returns says what became of its cells.
func TestRun(t *testing.T) {
	input := fault.Inputf("bad input")
	imports := errors.New("none: another process imports weights meanwhile")
	for _, c := range []struct {
		name     string
		of       map[string]error // what executing a cell gives; finished if it is not there
		shard    plan.Shard
		failFast bool
		want     string // of the error
		code     error  // that it is
		ran      int
	}{
		{"all", nil, plan.Shard{Index: 1, Of: 1}, false, "", nil, 4},
		{"a shard", nil, plan.Shard{Index: 2, Of: 3}, false, "", nil, 1},
		{"bad input", map[string]error{"lambda0-seed2": input}, plan.Shard{Index: 1, Of: 1}, false,
			"3 of 4 cells are done; 1 failed, the first is lambda0-seed2: bad input", input, 4},
		{"another failure", map[string]error{"lambda0-seed2": errors.New("luck"), "lambda0.1-seed2": input}, plan.Shard{Index: 1, Of: 1}, false,
			"2 of 4 cells are done; 2 failed, the first is lambda0-seed2: luck", nil, 4},
		{"fail fast", map[string]error{"lambda0-seed2": input}, plan.Shard{Index: 1, Of: 1}, true,
			"1 of 4 cells are done; 1 failed, the first is lambda0-seed2: bad input", input, 2},
		{"one cell", map[string]error{"lambda0-seed2": input}, plan.Shard{Index: 2, Of: 4}, false, "lambda0-seed2: bad input", input, 1},
		{"busy", map[string]error{"lambda0-seed2": run.ErrBusy}, plan.Shard{Index: 1, Of: 1}, false, "3 of 4 cells are done; other processes work on 1", nil, 4},
		{"busy and failed", map[string]error{"lambda0-seed2": run.ErrBusy, "lambda0-seed1": input}, plan.Shard{Index: 1, Of: 1}, false,
			"2 of 4 cells are done; other processes work on 1; 1 failed, the first is lambda0-seed1: bad input", nil, 4},
		{"imported", map[string]error{"lambda0-seed2": imports}, plan.Shard{Index: 2, Of: 4}, false,
			"lambda0-seed2: ended without a result: DIR/lambda0-seed2: holds imported weights, no training of cell 1", nil, 1},
		{"interrupted", map[string]error{"lambda0-seed2": train.ErrInterrupted}, plan.Shard{Index: 1, Of: 1}, false,
			"3 of 4 cells are done: interrupted; the same command continues", train.ErrInterrupted, 4},
	} {
		for _, jobs := range []int{1, 2} {
			if c.failFast && jobs > 1 {
				continue // how many run until then is not known
			}
			p := readPlan(t, twoByTwo)
			dir := filepath.Join(t.TempDir(), "out")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := writeFailure(dir, p.Cells[1], "of an attempt before"); err != nil || p.Cells[1].Name != "lambda0-seed2" {
				t.Fatal(p.Cells[1].Name, err)
			}
			began, ended := 0, 0
			err := Run(context.Background(), p, dir, Options{
				Cells: c.shard.Cells(p.Cells), Jobs: jobs, FailFast: c.failFast,
				Execute: func(_ context.Context, cell plan.Cell, at string, together int) error {
					if want := min(jobs, len(c.shard.Cells(p.Cells))); together != want {
						t.Errorf("%s: %d of %d cells are said to run together, want %d", c.name, together, len(c.shard.Cells(p.Cells)), want)
					}
					if at != filepath.Join(dir, cell.Name) {
						t.Errorf("%s: cell %s runs in %s", c.name, cell.Name, at)
					}
					if err := c.of[cell.Name]; err == imports {
						fake(t, dir, cell, imported)
						return nil
					} else if err != nil {
						return err
					}
					fake(t, dir, cell, 0.5)
					return nil
				},
				OnBegin: func(plan.Cell, int, int) { began++ },
				OnEnd:   func(plan.Cell, int, int, judge.Result, error) { ended++ },
			})
			if err == nil && c.want != "" || err != nil && strings.ReplaceAll(err.Error(), dir, "DIR") != c.want {
				t.Errorf("%s: error %v, want %q", c.name, err, c.want)
			}
			var bad *fault.InputError
			if errors.As(err, &bad) != (c.code == input) || errors.Is(err, train.ErrInterrupted) != (c.code == train.ErrInterrupted) {
				t.Errorf("%s: the error is of another kind: %#v", c.name, err)
			}
			if began != c.ran || ended != c.ran {
				t.Errorf("%s: %d cells began, %d ended, want %d", c.name, began, ended, c.ran)
			}
			s, err := Look(p, dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, cell := range s.Cells {
				failure := c.of[cell.Cell.Name]
				if failed := cell.State == Failed; failed != (failure != nil && failure != run.ErrBusy && failure != train.ErrInterrupted) && c.shard.Of == 1 {
					t.Errorf("%s: %s is %s", c.name, cell.Cell.Name, cell.State)
				}
			}
		}
	}
}

// TestSettingsOfLargeNumbers: numbers that are no character are not one setting.
func TestSettingsOfLargeNumbers(t *testing.T) {
	table := Table{Axes: []string{"data.train_limit", LambdaAxis}}
	for _, limit := range []int{56000, 57000, 60000} {
		for _, lambda := range []float64{0.1, 0} {
			table.Rows = append(table.Rows, Row{Values: []any{limit, lambda}, Lambda: lambda})
		}
	}
	settings := table.Settings()
	if len(settings) != 3 {
		t.Fatalf("%d settings, want 3", len(settings))
	}
	for _, rows := range settings {
		if len(rows) != 2 || rows[0].Values[0] != rows[1].Values[0] || rows[0].Lambda != 0 || rows[1].Lambda != 0.1 {
			t.Errorf("a setting of the rows %v", rows)
		}
	}
}
