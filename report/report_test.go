package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/internal/imagepair"
	"sdrm/internal/nullable"
	"sdrm/mmd"
)

func value(x float64) judge.Evidence {
	return judge.Evidence{Value: nullable.Float(x), Low: nullable.NaN(), High: nullable.NaN()}
}

func entry(name string, lambda float64, f1 nullable.Float) Entry {
	s := spec.Default()
	s.Name, s.MMD.Lambda = name, lambda
	half := 0.5
	e := Entry{Spec: s, Result: judge.Result{
		Name: name, Lambda: lambda, BA: 0.9, ASR: 0.99, Samples: 40, Epoch: 2, WeightsSHA256: strings.Repeat("ab", 32),
		Levels:  judge.Levels{{Level: "s1", MMD: value(0.25), ED: value(2), SWD: value(0.125)}, {Level: "s2", MMD: value(math.NaN()), ED: value(1), SWD: value(1)}},
		Scatter: []judge.Scatter{{Level: "s1", Benign: [][2]float64{{-1, 0.5}}, Malicious: [][2]float64{{1, -0.25}, {0, 0}}}},
		Skipped: []judge.Skipped{{Name: "sr", Level: "s2", Set: judge.TestSet, Reason: "<too few> & \"odd\""}},
	}}
	for _, level := range []string{"s1", "s2"} {
		for _, rule := range []string{score.RuleCanonical, score.RuleBest} {
			s := score.Score{
				Samples: 80, Given: score.Given{PoisonShare: 9.0 / 19, Clean: 50, Others: 90}, F1Low: f1 - 0.05, F1High: f1 + 0.02,
			}
			s.Name, s.Level, s.Set, s.Rule, s.F1, s.Precision, s.Recall = "ac", level, judge.TestSet, rule, f1, 0.8, 0.7
			s.Prevalence, s.Threshold, s.ThresholdRule, s.ChanceF1 = 0.5, 0.35, "share < 0.35", 2.0/3
			s.AUROC, s.AUROCLow, s.AUPRC, s.TPR1, s.TPR10 = nullable.NaN(), nullable.NaN(), 0.6, 0.125, 0.25
			s.ChanceF1High = 0.685
			s.ChanceAUROC, s.ChanceAUROCHigh = 0.53, 0.61
			s.Curve = curve(40)
			s.Flagged, s.FalseAlarms, s.FalseAlarmsLow, s.FalseAlarmsHigh = 0.45, 0.2, 0.125, 0.3
			e.Result.Detectors = append(e.Result.Detectors, s)
		}
	}
	e.Trigger = &run.Trigger{Name: name, SHA256: e.Result.WeightsSHA256,
		Pair: imagepair.Pair{H: 1, W: 2, C: 1, Original: []uint8{0, 100}, Changed: []uint8{0, 125}}}
	for epoch := 1; epoch <= 2; epoch++ {
		for step := 1; step <= 3; step++ {
			e.Metrics = append(e.Metrics, run.Metric{Kind: "step", Epoch: epoch, Step: step, MMD: []float32{float32(step), float32(epoch)}})
		}
		e.Metrics = append(e.Metrics, run.Metric{Kind: "epoch", Epoch: epoch, Loss: 2 / float64(epoch), BA: &half, ASR: &half})
	}
	return e
}

// curve is the shape of scores that tell so many samples of each kind apart.
func curve(n int) *score.Curve {
	c := &score.Curve{Low: -1, High: 1, Cut: 0.5, Benign: make(score.Counts, 20), Malicious: make(score.Counts, 20),
		Alarms: score.Counts{0, 0, n}, Hits: score.Counts{0, n, n}}
	c.Benign[0], c.Malicious[19] = n, n
	return c
}

func TestHTMLIsWholeAndSelfContained(t *testing.T) {
	lone := entry("third", 0.2, 0.5)
	lone.Result.Detectors, lone.Result.Scatter, lone.Metrics = nil, nil, nil
	lone.Result.Levels, lone.Trigger = nil, nil
	for _, entries := range [][]Entry{
		{entry("regular", 0, 0.95), entry("sdrm", 0.1, 0.6)},
		{entry("regular", 0, 0.95), lone},
		{lone},
	} {
		var b bytes.Buffer
		if err := HTML(&b, entries); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		wellFormed(t, page)
		for _, never := range []string{"<script", "http:", "https:", "<link", "@import", "url(", "NaN", "ZgotmplZ", "<too few>"} {
			if strings.Contains(page, never) {
				t.Errorf("the page has %q", never)
			}
		}
		shown := 0
		for _, e := range entries {
			if e.Trigger != nil {
				shown += 3
			}
			if !strings.Contains(page, e.Spec.Name) || !strings.Contains(page, "lambda = ") {
				t.Errorf("the page lacks %s or its spec", e.Spec.Name)
			}
		}
		if all, inside := strings.Count(page, "<img"), strings.Count(page, `<img src="data:image/png;base64,`); all != shown || inside != shown {
			t.Errorf("the page has %d images, %d of them in itself, want %d", all, inside, shown)
		}
	}
}

// wellFormed checks that every tag is closed by its own.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false // for attributes without values
	d.AutoClose = []string{"meta"}
	d.Entity = xml.HTMLEntity
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tag := token.(type) {
		case xml.StartElement:
			open = append(open, tag.Name.Local)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != tag.Name.Local {
				t.Fatalf("</%s> closes %v", tag.Name.Local, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("left open: %v", open)
	}
}

func TestHTMLShowsTheFigures(t *testing.T) {
	var b bytes.Buffer
	if err := HTML(&b, []Entry{entry("regular", 0, 0.951), entry("sdrm", 0.1, 0.613)}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"0.951", "0.613", "0.990", "0.2500", "share &lt; 0.35", "0.667",
		"&lt;too few&gt;", `class="benign"`, `class="malicious"`, `class="dots b"`, `class="dots m"`, `aria-label="Training loss"`,
		"0.667 (0.685)", "[0.125, 0.300]", "<h4>Best case</h4>", "<h4>Own rules</h4>", "By their own rules 1 of 1 detectors catch the backdoor.",
		"PSNR 23.2 dB, SSIM –", `alt="difference ×8"`, "cifar10", "vgg11", "blended at rate 0.1 to class 0, prototype", "seed 1",
		"By their own rules 0 of 1 detectors catch the backdoor.", `points="8,192 8,8 192,8"`, `<td>40 0 0 0`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestText(t *testing.T) {
	other := entry("sdrm", 0.1, 0.6)
	other.Result.Detectors = other.Result.Detectors[:2]
	var b bytes.Buffer
	if err := Text(&b, []judge.Result{entry("regular", 0, 0.95).Result, other.Result}); err != nil {
		t.Fatal(err)
	}
	const want = `run      regular       sdrm
lambda   0             0.1
BA       0.9000        0.9000
ASR      0.9900        0.9900
weights  abababababab  abababababab

level  MMD² regular  ED      SWD     MMD² sdrm  ED      SWD
s1     0.2500        2.0000  0.1250  0.2500     2.0000  0.1250
s2     –             1.0000  1.0000  –          1.0000  1.0000

set          level  detector  F1 regular (chance)  false alarms [95 %]   best F1 (chance)  AUROC [95 %]  F1 sdrm (chance)  false alarms [95 %]   best F1 (chance)  AUROC [95 %]
test-target  s1     ac        0.950 (0.667)        0.200 [0.125, 0.300]  0.950 (0.667)     –             0.600 (0.667)     0.200 [0.125, 0.300]  0.600 (0.667)     –
test-target  s2     ac        0.950 (0.667)        0.200 [0.125, 0.300]  0.950 (0.667)     –             –                 –                     –                 –

regular: no sr at s2 of test-target: <too few> & "odd"
sdrm: no sr at s2 of test-target: <too few> & "odd"
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func evidence(value float64) judge.Evidence {
	return judge.Evidence{Value: nullable.Float(value), P: 0.01, Low: nullable.Float(value / 2), High: nullable.Float(2 * value)}
}

func saved(name string, lambda float64, f1 nullable.Float) Entry {
	e := entry(name, lambda, f1)
	none := nullable.NaN()
	e.Measured = &judge.Measured{Name: name, Distances: judge.Distances{Measures: judge.DefaultMeasures(), Levels: []judge.Distance{
		{Level: "relu1", ReLU: 1, MMD: evidence(0.5), ED: evidence(4), SWD: evidence(1), MaxSWD: evidence(2)},
		{Level: "s1", ReLU: 2, Regularised: lambda > 0, MMD: evidence(0.25), ED: evidence(2), SWD: evidence(1), MaxSWD: judge.Evidence{Value: 3, P: none, Low: none, High: none}},
	}}}
	return e
}

// TestContrasts: what was compared with a clean model has a table of its own, and
// what weakens it stands below.
func TestContrasts(t *testing.T) {
	e := saved("regular", 0, 0.95)
	e.Measured.Warnings = []string{"pair trigger: 3 <samples>"}
	l := &e.Measured.Levels[1]
	l.Pair = judge.Trigger
	l.MMD.Control = &score.Contrast{Value: 0.125, Difference: 0.125, Low: -0.25, High: 0.5}
	var b, page bytes.Buffer
	if err := Markdown.Write(&b, []Entry{e}); err != nil {
		t.Fatal(err)
	}
	if err := HTML(&page, []Entry{e}); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, page.String())
	for _, want := range []string{"| s1 | 2 | regular | trigger | 0.250 ", "| s1 | regular | trigger | 0.125 | 0.125 [-0.250, 0.500] | – | – |",
		"* regular: warning: pair trigger: 3 &lt;samples&gt;\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, &b)
		}
	}
	for _, want := range []string{"The same images in a clean model", "0.125 [-0.250, 0.500]", "regular: warning: pair trigger: 3 &lt;samples&gt;."} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestWriteMarkdown(t *testing.T) {
	other := saved("sdrm", 0.1, 0.6)
	other.Result.Detectors = other.Result.Detectors[:1]
	var b bytes.Buffer
	if err := Markdown.Write(&b, []Entry{saved("regular", 0, 0.95), other}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| run | regular | sdrm |\n|---|---|---|\n| lambda | 0 | 0.1 |\n",
		"| relu1 | 1 | regular | protocol | 0.500 [0.250, 1.000] | 0.010 |", "| s1 | 2 | regular | protocol |", "| s1 + | 2 | sdrm | protocol |", "| 3.000 | – |\n",
		"| test-target | s1 | ac | 0.950 (0.667) | 0.200 [0.125, 0.300] | 0.950 (0.667) | – | 0.600 (0.667) | 0.200 [0.125, 0.300] | – | – |\n",
		"| best F1 / AUROC, regular | s1 | s2 |\n|---|---|---|\n| ac | 0.95 / – | 0.95 / – |\n",
		"* regular: by their own rules, latents at s1, s2: caught: ac (F1 0.950 [0.900, 0.970] at s1, false alarms 0.200 [0.125, 0.300]).\n", "* sdrm: By their own rules 0 of 1 detectors catch the backdoor.\n",
		"* regular: no sr at s2 of test-target: &lt;too few&gt;",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, &b)
		}
	}
	if err := Markdown.Write(failing{}, []Entry{other}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
	page := bytes.Buffer{}
	if err := HTML(&page, []Entry{saved("regular", 0, 0.95), other}); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, page.String())
	for _, want := range []string{"0.500 [0.250, 1.000]", "At every ReLU", "poison share 0.4737, 50 clean, 90 clean of other classes", "[0.900, 0.970]", "1000 permutations"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestCSV(t *testing.T) {
	control := entry("<clean>\x1b", 0, nullable.NaN())
	control.Result.Control, control.Result.Levels, control.Result.Detectors = true, nil, nil
	one := saved("sdrm", 0.1, 0.6)
	one.Result.Detectors = one.Result.Detectors[:1]
	one.Result.Detectors[0].NoMinority = true
	other := one.Measured.Levels[0]
	other.Pair = "trigger"
	other.MMD.Control = &score.Contrast{Value: 0.125, Difference: 0.375, Low: 0.25, High: 0.5}
	one.Measured.Levels = []judge.Distance{one.Measured.Levels[0], other}
	var b bytes.Buffer
	if err := CSV(&b, []Entry{control, one}); err != nil {
		t.Fatal(err)
	}
	const want = `run,lambda,figure,set,level,detector,rule,value,low,high,p
<clean>\u001b,0,ba,,,,,0.9,,,
sdrm,0.1,ba,,,,,0.9,,,
sdrm,0.1,asr,,,,,0.99,,,
sdrm,0.1,mmd,test-target,relu1,,,0.5,0.25,1,0.01
sdrm,0.1,ed,test-target,relu1,,,4,2,8,0.01
sdrm,0.1,swd,test-target,relu1,,,1,0.5,2,0.01
sdrm,0.1,max_swd,test-target,relu1,,,2,1,4,0.01
sdrm,0.1,mmd,test-trigger,relu1,,,0.5,0.25,1,0.01
sdrm,0.1,mmd_clean,test-trigger,relu1,,,0.125,,,
sdrm,0.1,mmd_difference,test-trigger,relu1,,,0.375,0.25,0.5,
sdrm,0.1,ed,test-trigger,relu1,,,4,2,8,0.01
sdrm,0.1,swd,test-trigger,relu1,,,1,0.5,2,0.01
sdrm,0.1,max_swd,test-trigger,relu1,,,2,1,4,0.01
sdrm,0.1,f1,test-target,s1,ac,canonical,0.6,0.5499999999999999,0.62,
sdrm,0.1,chance_f1,test-target,s1,ac,canonical,0.6666666666666666,,,
sdrm,0.1,chance_f1_95,test-target,s1,ac,canonical,0.685,,,
sdrm,0.1,precision,test-target,s1,ac,canonical,0.8,,,
sdrm,0.1,recall,test-target,s1,ac,canonical,0.7,,,
sdrm,0.1,prevalence,test-target,s1,ac,canonical,0.5,,,
sdrm,0.1,threshold,test-target,s1,ac,canonical,0.35,,,
sdrm,0.1,flagged,test-target,s1,ac,canonical,0.45,,,
sdrm,0.1,false_alarms,test-target,s1,ac,canonical,0.2,0.125,0.3,
sdrm,0.1,chance_auroc,test-target,s1,ac,canonical,0.53,,,
sdrm,0.1,chance_auroc_95,test-target,s1,ac,canonical,0.61,,,
sdrm,0.1,auprc,test-target,s1,ac,canonical,0.6,,,
sdrm,0.1,tpr_at_1_fpr,test-target,s1,ac,canonical,0.125,,,
sdrm,0.1,tpr_at_10_fpr,test-target,s1,ac,canonical,0.25,,,
sdrm,0.1,samples,test-target,s1,ac,canonical,80,,,
sdrm,0.1,no_minority,test-target,s1,ac,canonical,1,,,
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
	b.Reset()
	one.Result.Detectors[0].NoThreshold = true
	if err := CSV(&b, []Entry{one}); err != nil || strings.Contains(b.String(), "false_alarms") || !strings.Contains(b.String(), "\nsdrm,0.1,no_threshold,test-target,s1,ac,canonical,1,,,\n") {
		t.Errorf("error %v, or false alarms of a rule without a threshold:\n%s", err, &b)
	}
	if err := CSV(failing{}, []Entry{one}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

// What is not there for one reason is one line, of several detectors, levels or sets.
func TestSkips(t *testing.T) {
	few := func(name, level, set string) judge.Skipped {
		return judge.Skipped{Name: name, Level: level, Set: set, Reason: "too few"}
	}
	got := skips(judge.Result{Name: "run", Skipped: []judge.Skipped{few("ac", "s1", "a"), few("sr", "s1", "a"), few("ac", "s2", "a"), few("ac", "s2", "b"),
		{Name: "ac", Level: "s3", Set: "a", Reason: "another"}}})
	want := []string{"run: no ac at s1, s2 of a: too few", "run: no sr at s1 of a: too few", "run: no ac at s2 of b: too few", "run: no ac at s3 of a: another"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var all []judge.Skipped
	for _, set := range []string{"a", "b"} {
		for _, level := range []string{"s1", "s2"} {
			all = append(all, few("ac", level, set), few("sr", level, set))
		}
	}
	got = skips(judge.Result{Name: "run", Skipped: all})
	if d := cmp.Diff([]string{"run: no ac, sr at s1, s2 of a, b: too few"}, got); d != "" {
		t.Error(d)
	}
}

func TestDetectorsText(t *testing.T) {
	var b bytes.Buffer
	one := entry("sdrm", 0.1, 0.6).Result
	if err := DetectorsText(&b, []judge.Detected{{Name: "sdrm", Detectors: one.Detectors[:1]}}); err != nil {
		t.Fatal(err)
	}
	const want = `set          level  detector  rule       run   F1 [95 %]             chance (95 %)  precision  recall  prevalence  flagged  false alarms [95 %]   AUROC [95 %]  chance (95 %)  AUPRC  TPR at 1 %  at 10 %  samples  knows
test-target  s1     ac        canonical  sdrm  0.600 [0.550, 0.620]  0.667 (0.685)  0.800      0.700   0.500       0.450    0.200 [0.125, 0.300]  –             0.530 (0.610)  0.600  0.125       0.250    80       poison share 0.4737, 50 clean, 90 clean of other classes
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A rule on a set that it is not made for is marked, as is one without a threshold,
// and the mark explained once.
func TestUnfitRulesAreMarked(t *testing.T) {
	for _, c := range []struct {
		unfit      func(*score.Score)
		cells, why string
	}{
		{func(s *score.Score) { s.NoMinority = true }, "0.600 (0.667) * 0.200 [0.125, 0.300]", "* means nothing: "},
		{func(s *score.Score) { s.NoThreshold = true }, "0.600 (0.667) † – †", "† means nothing: "},
	} {
		e := entry("sdrm", 0.1, 0.6)
		c.unfit(&e.Result.Detectors[0])
		var b, page bytes.Buffer
		if err := Text(&b, []judge.Result{e.Result, e.Result}); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); !strings.Contains(strings.Join(strings.Fields(got), " "), c.cells) || strings.Count(got, c.why) != 1 {
			t.Errorf("no mark, or not explained once:\n%s", got)
		}
		if err := HTML(&page, []Entry{e}); err != nil || strings.Count(page.String(), "Means nothing here") != 1 {
			t.Errorf("error %v, or not marked once on the page", err)
		}
	}
}

func TestTextReportsAFullDisk(t *testing.T) {
	r := []judge.Result{entry("regular", 0, 0.95).Result}
	if err := Text(failing{}, r); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
	if err := Verdict(failing{}, r); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
	if err := HTML(failing{}, []Entry{entry("regular", 0, 0.95)}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

type failing struct{}

var errFull = errors.New("full")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestChart(t *testing.T) {
	c := newChart("loss", []string{"a", "b"}, [][]float64{{2, 1}, nil}, 0, math.NaN())
	if len(c.Lines) != 1 || c.Lines[0].Points != "46.0,14.0 366.0,104.0" {
		t.Errorf("lines %+v", c.Lines)
	}
	if first, last := c.YTicks[0], c.YTicks[len(c.YTicks)-1]; first.At != c.Bottom || first.Text != "0" || last.At != c.Top || last.Text != "2" {
		t.Errorf("y ticks %v", c.YTicks)
	}
	for _, flat := range [][]float64{{0}, {3, 3}, {-1, -1, -1}, {math.MaxFloat64, -math.MaxFloat64}} {
		c := newChart("flat", []string{"a"}, [][]float64{flat}, math.NaN(), math.NaN())
		if len(c.Lines) != 1 || strings.Contains(c.Lines[0].Points, "NaN") || strings.Contains(c.Lines[0].Points, "Inf") {
			t.Errorf("%v: lines %+v", flat, c.Lines)
		}
	}
}

// All scatters have the axes of the one that reaches farthest, in multiples of the
// spread of its benign latents.
func TestClouds(t *testing.T) {
	near := judge.Scatter{Level: "s1", Benign: [][2]float64{{-1, 0}, {1, 0}}, Malicious: [][2]float64{{2, 0}}}
	far := judge.Scatter{Level: "s1", Benign: [][2]float64{{0.9, 0.5}, {1.1, 0.5}}, Malicious: [][2]float64{{1, -0.5}}}
	got := clouds([]judge.Result{{Name: "a", Scatter: []judge.Scatter{near}}, {Name: "b", Scatter: []judge.Scatter{far}}, {Name: "c"}})
	if len(got) != 3 || len(got[2]) != 0 {
		t.Fatalf("clouds %+v", got)
	}
	// The malicious one of b is ten spreads below the middle.
	for i, want := range []cloud{
		{Benign: "M108.8 120h0M131.2 120h0", Malicious: "M142.4 120h0", Moments: [4]string{"2.00", "0.00", "2.00", "0.00"}},
		{Benign: "M108.8 120h0M131.2 120h0", Malicious: "M120 232h0", Moments: [4]string{"0.00", "-10.00", "10.00", "0.00"}},
	} {
		if g := got[i][0]; g.Benign != want.Benign || g.Malicious != want.Malicious || g.Moments != want.Moments {
			t.Errorf("cloud %d: %+v, want %+v", i, g, want)
		}
	}
	one := judge.Scatter{Benign: [][2]float64{{0.25, -1}}, Malicious: [][2]float64{{0.25, -1}}}
	if g := clouds([]judge.Result{{Scatter: []judge.Scatter{one}}})[0][0]; g.Benign != "M120 120h0" {
		t.Errorf("one point: %q", g.Benign)
	}
}

func TestNiceStep(t *testing.T) {
	for _, c := range []struct{ size, want float64 }{{1, 0.2}, {2, 0.5}, {2.5, 0.5}, {10, 2}, {0.04, 0.01}, {0, 1}} {
		if got := niceStep(c.size); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("niceStep(%v) = %v, want %v", c.size, got, c.want)
		}
	}
}

func TestBatchMMDIsTheMeanOverAnEpoch(t *testing.T) {
	e := entry("x", 0, 0)
	if got := e.batchMMD(0); len(got) != 2 || got[0] != 2 || got[1] != 2 {
		t.Errorf("level 0: %v, want 2 and 2", got)
	}
	if got := e.batchMMD(1); len(got) != 2 || got[0] != 1 || got[1] != 2 {
		t.Errorf("level 1: %v, want 1 and 2", got)
	}
	e.Spec.Attack.Name = "none"
	if got := e.batchMMD(0); got != nil {
		t.Errorf("without an attack: %v, want nothing", got)
	}
}

// What is said of a clean model are false alarms, pooled over its sets.
func TestControl(t *testing.T) {
	e := entry("clean", 0, 0.5)
	e.Result.Control, e.Result.ASR, e.Result.Detectors = true, nullable.NaN(), nil
	for i := range e.Metrics {
		e.Metrics[i].ASR = nil
	}
	none := nullable.NaN()
	for i, set := range []string{"test-class-0", "test-class-1", judge.InputSet} {
		s := score.Score{Name: "ac", Level: "s2", Set: set, Rule: score.RuleCanonical, Samples: 100, Flagged: nullable.Float(i) / 10, FalseAlarms: nullable.Float(i) / 10,
			F1: none, ChanceF1: none, AUROC: none}
		if set == judge.InputSet {
			s.Name, s.Level = "strip", judge.InputLevel
			called := score.OfImages([]bool{true, false, true, false})
			s.CalledTarget = &called
		}
		e.Result.Detectors = append(e.Result.Detectors, s)
	}
	s := e.Result.Detectors[0]
	s.Level, s.Flagged = "s1", 1
	fitted := e.Result.Detectors[0]
	fitted.Set, fitted.Flagged = "train-class-0", 1
	e.Result.Detectors = append(e.Result.Detectors, fitted)
	e.Result.Detectors = append(e.Result.Detectors, s)
	for _, name := range []string{"ac", "knn"} { // without a threshold nothing can be flagged
		s := e.Result.Detectors[0]
		s.Name, s.Set, s.NoThreshold, s.Flagged = name, "test-class-2", true, 0
		e.Result.Detectors = append(e.Result.Detectors, s)
	}

	var text, page bytes.Buffer
	if err := Verdict(&text, []judge.Result{e.Result}); err != nil {
		t.Fatal(err)
	}
	const want = "clean (λ = 0): BA 0.900.\n  No image was poisoned, so all that is flagged is a false alarm. Share of clean samples that the canonical rules flag at s2: " +
		"ac 0.050 [0.027, 0.090] in 1 of 2 sets and without a threshold in 1, strip 0.200 [0.133, 0.289] in 1 of 1 sets, of those called the target 0.500 [0.150, 0.850] of 4, knn without a threshold in 1 sets.\n"
	if text.String() != want {
		t.Errorf("got %q, want %q", text.String(), want)
	}
	if err := Terminal.Write(&text, []Entry{e}); err != nil {
		t.Fatal(err)
	}
	if err := HTML(&page, []Entry{e}); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, page.String())
	if strings.Contains(text.String()+page.String(), "ASR") || strings.Contains(text.String(), "backdoor") || strings.Contains(page.String(), "NaN") || strings.Contains(page.String(), "canonical rules") {
		t.Errorf("an ASR, a backdoor or another name of own rules of a clean model:\n%s", &text)
	}
	page.Reset()
	if err := HTML(&page, []Entry{entry("regular", 0, 0.95), e}); err != nil || !strings.Contains(page.String(), "ASR") {
		t.Errorf("beside an attacked model: error %v, or no ASR", err)
	}
	wellFormed(t, page.String())
	e.Result.Detectors = nil
	if got := controlJudgement(e.Result, "the rules"); !strings.Contains(got, "no detector had enough samples") {
		t.Errorf("got %q", got)
	}
}

// An unfinished run shows what training reported so far, and says that it is not
// finished; no figure of it is a result.
func TestUnfinished(t *testing.T) {
	begun := func(epochs int) Entry {
		e := entry("begun", 0.1, 0.6)
		e.Unfinished, e.State, e.Trigger = true, "stopped", nil
		e.Result = judge.Result{Name: "begun", Lambda: 0.1, BA: math.NaN(), ASR: nullable.NaN()}
		e.Metrics = e.Metrics[:4*epochs]
		return e
	}
	var page, text, lines bytes.Buffer
	if err := HTML(&page, []Entry{begun(1), entry("regular", 0, 0.95), begun(0)}); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, page.String())
	for _, want := range []string{"Not finished, stopped: 1 of 80 epochs are done.", "Not finished, stopped: 0 of 80 epochs are done.", "BA so far", "0.500", "<td>1</td><td>2.000</td>"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page.String(), "NaN") {
		t.Error("the page has NaN")
	}
	const again = `<meta http-equiv="refresh" content="3">`
	if strings.Contains(page.String(), "http-equiv") {
		t.Error("the page is loaded again")
	}
	page.Reset()
	if err := LiveHTML(&page, []Entry{begun(1)}, 3); err != nil || strings.Count(page.String(), again) != 1 {
		t.Errorf("error %v, or the page of a run that goes on is not loaded again", err)
	}
	page.Reset()
	if err := HTML(&page, []Entry{begun(1)}); err != nil || !strings.Contains(page.String(), "training batches, s2") {
		t.Errorf("alone: error %v, or no curve of the second level", err)
	}
	if err := Terminal.Write(&text, []Entry{begun(1)}); err != nil || !strings.Contains(text.String(), "begun: not finished: 1 of 80 epochs are done, BA 0.500, ASR 0.500\n") {
		t.Errorf("error %v, or not said:\n%s", err, &text)
	}
	if err := CSV(&lines, []Entry{begun(1)}); err != nil || strings.Count(lines.String(), "\n") != 1 {
		t.Errorf("error %v, or figures:\n%s", err, &lines)
	}
}

// A biased figure above its interval is explained, once a level, and no other.
func TestAboveIntervals(t *testing.T) {
	e := saved("sdrm", 0.1, 0.6)
	e.Measured.Estimator = mmd.Biased.String()
	l := &e.Measured.Levels[0]
	l.MMD.Value, l.MMD.High = 2, 1
	other := *l
	other.Pair = "trigger"
	e.Measured.Levels = append(e.Measured.Levels, other)
	for estimator, want := range map[string]int{mmd.Biased.String(): 1, mmd.Unbiased.String(): 0} {
		e.Measured.Estimator = estimator
		var b bytes.Buffer
		if err := MeasuredText(&b, *e.Measured); err != nil || strings.Count(b.String(), "sdrm: At relu1 MMD² lies above its interval") != want {
			t.Errorf("%s: error %v, want %d explanations in\n%s", estimator, err, want, &b)
		}
	}
}
