package score

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// curveOf returns the curve of scores that are flagged from a threshold on.
func curveOf(scores []float64, threshold float64, malicious []bool) *Curve {
	v := Verdict{Canonical: Decision{Scores: scores, Flags: AtLeast(scores, threshold)}, Options: []Decision{{Scores: scores}}}
	return Of(v, malicious, Protocol{Curves: true})[0].Curve
}

func TestCurve(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name            string
		scores          []float64
		threshold       float64
		malicious       []bool
		low, high, cut  float64
		benign, harmful map[int]int // by bin
		alarms, hits    Counts
	}{
		{"apart", []float64{0, 1, 9, 20}, 5, []bool{false, false, true, true}, 0, 20, 9, map[int]int{0: 1, 1: 1}, map[int]int{9: 1, 19: 1}, Counts{0, 0, 2}, Counts{0, 2, 2}},
		{"one value", []float64{3, 3}, 4, []bool{false, true}, 3, 3, math.NaN(), map[int]int{0: 1}, map[int]int{0: 1}, Counts{0, 1}, Counts{0, 1}},
		{"all flagged", []float64{1, 2}, 0, []bool{true, false}, 1, 2, 1, map[int]int{19: 1}, map[int]int{0: 1}, Counts{0, 1, 1}, Counts{0, 0, 1}},
		{"infinite", []float64{-inf, 0, 1, inf}, 1, []bool{false, false, true, true}, 0, 1, 1, map[int]int{0: 2}, map[int]int{19: 2}, Counts{0, 0, 2}, Counts{0, 2, 2}},
		{"far apart", []float64{-math.MaxFloat64, math.MaxFloat64}, 0, []bool{false, true}, -math.MaxFloat64, math.MaxFloat64, math.MaxFloat64, map[int]int{0: 1}, map[int]int{19: 1}, Counts{0, 0, 1}, Counts{0, 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := curveOf(c.scores, c.threshold, c.malicious)
			for what, pair := range map[string][2]float64{"low": {float64(got.Low), c.low}, "high": {float64(got.High), c.high}, "cut": {float64(got.Cut), c.cut}} {
				if pair[0] != pair[1] && !(math.IsNaN(pair[0]) && math.IsNaN(pair[1])) {
					t.Errorf("%s: got %v, want %v", what, pair[0], pair[1])
				}
			}
			for i := range bins {
				if got.Benign[i] != c.benign[i] || got.Malicious[i] != c.harmful[i] {
					t.Errorf("bin %d: got %d and %d, want %d and %d", i, got.Benign[i], got.Malicious[i], c.benign[i], c.harmful[i])
				}
			}
			if d := cmp.Diff(c.alarms, got.Alarms) + cmp.Diff(c.hits, got.Hits); d != "" {
				t.Error(d)
			}
		})
	}
}

// A cluster that no threshold separates has no cut.
func TestCurveWithoutCut(t *testing.T) {
	v := Verdict{Canonical: Decision{Scores: []float64{1, 2, 3}, Flags: []bool{false, true, false}}, Options: []Decision{{Scores: []float64{1, 2, 3}}}}
	if got := Of(v, []bool{true, false, false}, Protocol{Curves: true})[0].Curve.Cut; !got.IsNaN() {
		t.Errorf("cut %v", got)
	}
}

// The points that are kept of a long curve enclose nearly its area, and what is
// stored is read as it was.
func TestLongCurves(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	scores, malicious := make([]float64, 2000), make([]bool, 2000)
	for i := range scores {
		malicious[i] = i%2 == 0
		scores[i] = random.NormFloat64()
		if malicious[i] {
			scores[i]++
		}
	}
	v := Verdict{Detector: "x", Canonical: Decision{Scores: scores, Flags: AtLeast(scores, 0)}, Options: []Decision{{Scores: scores}}}
	s := Of(v, malicious, Protocol{Curves: true})[0]
	c := s.Curve
	if len(c.Alarms) != points {
		t.Fatalf("%d points, want %d", len(c.Alarms), points)
	}
	area := 0.0
	for i := 1; i < points; i++ {
		area += float64((c.Alarms[i]-c.Alarms[i-1])*(c.Hits[i]+c.Hits[i-1])) / 2e6
	}
	near(t, "area", area, float64(s.AUROC), 0.005)
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Score
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s, back, nearly); d != "" {
		t.Error(d)
	}
	if Of(v, malicious, Protocol{})[0].Curve != nil {
		t.Error("a curve that was not asked for")
	}
}

func TestHostileCurves(t *testing.T) {
	const good = `{"low":0,"high":1,"benign":"1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0","malicious":"0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1","cut":null,"roc_benign":"0 0 1","roc_malicious":"0 1 1"}`
	for _, c := range []struct{ old, new, want string }{
		{"", "", ""},
		{`"1 0`, `"1 x`, `found "x"`},
		{`"1 0`, `"1 -1`, `found "-1"`},
		{`"1 0`, `"2 0`, "the bins do not hold 1 samples"},
		{`"1 0`, `"9223372036854775807 9223372036854775807`, "the bins do not hold 1 samples"},
		{`"1 0`, `"1`, "found 19 and 20 bins"},
		{`"0 0 1"`, `"0 0 0 1"`, "found 4 and 3 points"},
		{`"0 0 1"`, `"0 1 0"`, "a point of 0 samples after one of 1"},
		{`"0 0 1"`, `"0 0 2"`, "points from 0 to 2 samples, want 0 to 1"},
		{`"0 0 1"`, `""`, "found 0 and 3 points"},
		{`"0 0 1"`, `[0]`, "cannot unmarshal"},
	} {
		text := `{"name":"ac","rule":"best","samples":2,"prevalence":0.5,"curve":` + strings.Replace(good, c.old, c.new, 1) + `}`
		var s Score
		err := json.Unmarshal([]byte(text), &s)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q for %q: error %v, want %q", c.new, c.old, err, c.want)
		}
	}
}
