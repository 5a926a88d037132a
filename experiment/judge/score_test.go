package judge

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"sdrm/defenses"
	"sdrm/experiment/spec/spectest"
)

// The intervals hold what the verdict scored, do not depend on the order of the
// samples, and close in on a ranking without errors.
func TestIntervals(t *testing.T) {
	const n = 200
	scores, flags, malicious := make([]float64, n), make([]bool, n), make([]bool, n)
	for _, c := range []struct {
		name      string
		apart     float64
		low, high float64 // bounds of the AUROC's interval
	}{{"apart", 1000, 1, 1}, {"near", 1, 0.55, 0.95}, {"one", 0, 0.3, 0.7}} {
		r := rand.New(rand.NewPCG(1, 2))
		for i := range scores {
			malicious[i] = i%2 == 0
			scores[i] = math.Round(4*r.NormFloat64()) / 4 // with ties
			if malicious[i] {
				scores[i] += c.apart
			}
			flags[i] = scores[i] > c.apart/2
		}
		v := defenses.Verdict{Detector: "d", Canonical: defenses.Decision{Flags: flags, Scores: scores}, Options: []defenses.Option{{Scores: scores}}}
		want := defenses.Judge(v, malicious)[0]
		var p, moved Protocol
		p.intervals(scores, flags, malicious, 1)
		if !(float64(p.AUROCLow) <= want.AUROC && want.AUROC <= float64(p.AUROCHigh) && float64(p.F1Low) <= want.F1 && want.F1 <= float64(p.F1High)) {
			t.Errorf("%s: %+v does not hold AUROC %v, F1 %v", c.name, p, want.AUROC, want.F1)
		}
		if float64(p.AUROCLow) < c.low || float64(p.AUROCHigh) > c.high {
			t.Errorf("%s: AUROC %v to %v, want within %v to %v", c.name, p.AUROCLow, p.AUROCHigh, c.low, c.high)
		}
		// The standard error of Hanley and McNeil (Radiology 1982) is near.
		if c.name == "near" {
			a := want.AUROC
			q1, q2 := a/(2-a), 2*a*a/(1+a)
			se := math.Sqrt((a*(1-a) + (n/2-1)*(q1-a*a+q2-a*a)) / (n / 2 * n / 2))
			if width := float64(p.AUROCHigh - p.AUROCLow); math.Abs(width/(2*1.96*se)-1) > 0.15 {
				t.Errorf("width %v, want about %v", width, 2*1.96*se)
			}
		}
		shuffledScores, shuffledFlags, shuffledTruth := make([]float64, n), make([]bool, n), make([]bool, n)
		for i, at := range r.Perm(n) {
			shuffledScores[i], shuffledFlags[i], shuffledTruth[i] = scores[at], flags[at], malicious[at]
		}
		moved.intervals(shuffledScores, shuffledFlags, shuffledTruth, 1)
		if moved != p {
			t.Errorf("%s: in another order %+v, want %+v", c.name, moved, p)
		}
	}
	var p Protocol
	p.intervals([]float64{1, 2, 3}, make([]bool, 3), []bool{true, false, false}, 1)
	if !math.IsNaN(float64(p.AUROCLow)) || !math.IsNaN(float64(p.F1High)) {
		t.Errorf("one malicious sample: %+v, want NaN", p)
	}
}

// Every detector says what it was shown and told, and reads as it was written.
func TestEveryDetectorStatesItsProtocol(t *testing.T) {
	x := trained(t, spectest.Tiny(), 2)
	names := append(defenses.Names(), "scale-up", "frequency") // the quick ones of those that run the model
	scores, skipped, err := Detect(context.Background(), x, x.Levels()[2:], names)
	if err != nil {
		t.Fatal(err)
	}
	if len(skipped) > 0 {
		t.Errorf("skipped %+v", skipped)
	}
	if want := 2 * len(names); len(scores) != want {
		t.Errorf("%d scores, want %d", len(scores), want)
	}
	told := map[string]Told{}
	for _, d := range scores {
		told[d.Name] = d.Told
		if d.Samples < 4 || d.ThresholdRule == "" {
			t.Errorf("%s: %d samples, rule %q", d.Name, d.Samples, d.ThresholdRule)
		}
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back Score
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(back); err != nil || string(again) != string(text) {
			t.Errorf("%s: reads back as %s, want %s", d.Name, again, text)
		}
	}
	for name, ok := range map[string]bool{
		"ac":          told["ac"] == Told{},
		"ss":          told["ss"] == Told{PoisonShare: 0.5},
		"ss-85":       told["ss-85"] == Told{},
		"sr":          told["sr"].Clean > 0 && told["sr"].PoisonShare == 0,
		"scan":        told["scan"].Clean > 0 && told["scan"].Others > 0,
		"ac-distance": told["ac-distance"].Clean == 0 && told["ac-distance"].Others > 0,
		"frequency":   told["frequency"].Clean > 0 && told["frequency"].Others == 0,
	} {
		if !ok {
			t.Errorf("%s was told %+v", name, told[name])
		}
	}
	var old Score
	if err := json.Unmarshal([]byte(`{"name":"ac","f1":0.5}`), &old); err != nil || old.F1 != 0.5 || !math.IsNaN(float64(old.AUROCLow)) {
		t.Errorf("%+v, %v", old, err)
	}
}
