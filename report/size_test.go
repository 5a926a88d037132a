package report

import (
	"bytes"
	"fmt"
	"testing"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/experiment/run"
)

// twelve are made-up runs of a sweep: two data sets, three attacks and two λ, each with
// 80 epochs, full scatters, and fifteen detectors of latents on five sets at three levels.
func twelve() []Entry {
	var entries []Entry
	for i := range 12 {
		set, attack, lambda := []string{"cifar10", "gtsrb"}[i/6], []string{"blended", "badnets", "wanet"}[i/2%3], []float64{0, 0.1}[i%2]
		e := entry(fmt.Sprintf("%s-%s-%g", set, attack, lambda), lambda, 0.9)
		e.Spec.Data.Set, e.Spec.Attack.Name = set, attack
		one := e.Result.Detectors[0]
		e.Result.Levels, e.Result.Scatter, e.Result.Detectors, e.Metrics = nil, nil, nil, nil
		for level := range 3 {
			name := fmt.Sprint("s", level+1)
			e.Result.Levels = append(e.Result.Levels, judge.Distance{Level: name, MMD: value(0.25), ED: value(2), SWD: value(0.125)})
			points := func(x float64) (out [][2]float64) {
				for k := range 100 {
					out = append(out, [2]float64{x + float64(k%10)/37, float64(k)/97 - 0.5})
				}
				return out
			}
			e.Result.Scatter = append(e.Result.Scatter, judge.Scatter{Level: name, Benign: points(-0.5), Malicious: points(0.25)})
			for detector := range 15 {
				for _, set := range []string{judge.TestSet, "mixed-1", "mixed-5", "mixed-10", "mixed-20"} {
					for _, rule := range []string{score.RuleCanonical, score.RuleBest} {
						s := one
						s.Name, s.Level, s.Set, s.Rule, s.Curve = fmt.Sprint("detector-", detector), name, set, rule, nil
						s.AUROC, s.AUROCLow, s.AUROCHigh, s.ThresholdRule = 0.75, 0.7, 0.8, "above the 23 smallest of 23 held-out clean residuals, 18 components"
						if set == judge.TestSet {
							s.Curve = steps(1000)
						}
						e.Result.Detectors = append(e.Result.Detectors, s)
					}
				}
			}
		}
		for epoch := range 80 {
			x := 1 / float64(epoch+1)
			e.Metrics = append(e.Metrics, run.Metric{Kind: "step", Epoch: epoch + 1, Step: 1, MMD: []float32{1, 2, 3}},
				run.Metric{Kind: "epoch", Epoch: epoch + 1, Loss: x, BA: &x, ASR: &x})
		}
		entries = append(entries, e)
	}
	return entries
}

// steps is a curve with as many points as are kept.
func steps(n int) *score.Curve {
	c := curve(n)
	c.Alarms, c.Hits = nil, nil
	for i := range 64 {
		c.Alarms, c.Hits = append(c.Alarms, i*i*n/63/63), append(c.Hits, i*n/63)
	}
	for i := range c.Benign {
		c.Benign[i], c.Malicious[i] = n/20, n/20
	}
	return c
}

// The report of a sweep of twelve runs has at most 3 MB, lists its runs by what was
// trained on what, and leads to each.
func TestTwelveRuns(t *testing.T) {
	var b bytes.Buffer
	if err := HTML(&b, twelve()); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 3e6 {
		t.Errorf("%d bytes, want at most 3 MB", b.Len())
	}
	wellFormed(t, b.String())
	for part, want := range map[string]int{`<a href="#run0">`: 1, `<a href="#run11">`: 1, `id="run11"`: 1, `<th colspan="8">cifar10 · vgg11 · blended</th>`: 1, "<h3>gtsrb · vgg11 · wanet</h3>": 2} {
		if n := bytes.Count(b.Bytes(), []byte(part)); n != want {
			t.Errorf("%q is there %d times, want %d", part, n, want)
		}
	}
}
