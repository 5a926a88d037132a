package score

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/internal/nullable"
)

// A pair of verdicts about the same samples, whose scores have so much in common.
func twoModels(common float64) (v, clean Verdict, malicious []bool) {
	const n = 200
	r := rand.New(rand.NewPCG(3, 4))
	malicious = make([]bool, n)
	scores, flags := [2][]float64{}, [2][]bool{}
	for i := range malicious {
		malicious[i] = i%2 == 0
		shared := r.NormFloat64()
		for model := range scores {
			s := common*shared + math.Sqrt(1-common*common)*r.NormFloat64()
			if malicious[i] && model == 0 {
				s++
			}
			s = math.Round(8*s) / 8 // with ties
			scores[model], flags[model] = append(scores[model], s), append(flags[model], s > 0.5)
		}
	}
	return ranked(scores[0], flags[0]), ranked(scores[1], flags[1]), malicious
}

// The differences are those of the figures that Of gives, their intervals hold them,
// and the order of the samples changes nothing.
func TestCompare(t *testing.T) {
	p := Protocol{Resamples: Resamples, Seed: 1}
	v, clean, malicious := twoModels(0.5)
	scores, other := Of(v, malicious, p), Of(clean, malicious, p)
	Compare(scores, v, clean, malicious, p)
	for i, s := range scores {
		for _, f := range []struct {
			name      string
			of, clean nullable.Float
			got       Contrast
		}{
			{"AUROC", s.AUROC, other[i].AUROC, s.Control.AUROC}, {"F1", s.F1, other[i].F1, s.Control.F1},
			{"flagged", s.Flagged, other[i].Flagged, s.Control.Flagged}, {"false alarms", s.FalseAlarms, other[i].FalseAlarms, s.Control.FalseAlarms},
		} {
			near(t, f.name, f.got.Value, float64(f.clean), 1e-15)
			near(t, f.name, f.got.Difference, float64(f.of-f.clean), 1e-15)
			if !(f.got.Low <= f.got.Difference && f.got.Difference <= f.got.High) {
				t.Errorf("%s %s: %+v does not hold its difference", s.Rule, f.name, f.got)
			}
		}
	}
	order := rand.New(rand.NewPCG(5, 6)).Perm(len(malicious))
	moved := func(v Verdict) Verdict {
		return ranked(at(v.Canonical.Scores, order), at(v.Canonical.Flags, order))
	}
	again := Of(moved(v), at(malicious, order), p)
	Compare(again, moved(v), moved(clean), at(malicious, order), p)
	if diff := cmp.Diff(scores, again); diff != "" {
		t.Errorf("in another order: %s", diff)
	}
}

// A model has no difference to itself, in no resample: the same samples are drawn of
// both.
func TestCompareWithItself(t *testing.T) {
	p := Protocol{Resamples: 100, Seed: 2}
	v, _, malicious := twoModels(0)
	scores := Of(v, malicious, p)
	Compare(scores, v, v, malicious, p)
	for _, s := range scores {
		for _, c := range []Contrast{s.Control.AUROC, s.Control.F1, s.Control.Flagged, s.Control.FalseAlarms} {
			if c.Difference != 0 || c.Low != 0 || c.High != 0 {
				t.Errorf("%s: %+v", s.Rule, c)
			}
		}
	}
}

// The interval of a difference of AUROCs is as wide as DeLong, DeLong and
// Clarke-Pearson's (Biometrics 1988) standard error of it says: the more the scores of
// the two models have in common, the narrower.
func TestCompareAgreesWithDeLong(t *testing.T) {
	for _, common := range []float64{0, 0.9} {
		v, clean, malicious := twoModels(common)
		p := Protocol{Resamples: Resamples, Seed: 3}
		scores := Of(v, malicious, p)
		Compare(scores, v, clean, malicious, p)
		c := scores[0].Control.AUROC
		want := 2 * 1.96 * deLong(v.Canonical.Scores, clean.Canonical.Scores, malicious)
		if width := float64(c.High - c.Low); math.Abs(width/want-1) > 0.15 {
			t.Errorf("correlation %v: width %v, want about %v", common, width, want)
		}
	}
}

// deLong returns the standard error of the difference of two AUROCs.
func deLong(a, b []float64, malicious []bool) float64 {
	var placements [2][]float64 // by kind: of each sample among those of the other kind
	for i := range a {
		sum, n := 0.0, 0.0
		for j := range a {
			if malicious[i] == malicious[j] {
				continue
			}
			n++
			sum += placed(a[i], a[j]) - placed(b[i], b[j])
		}
		kind := 0
		if malicious[i] {
			kind = 1
		}
		placements[kind] = append(placements[kind], sum/n)
	}
	variance := 0.0
	for _, p := range placements {
		mean, square := 0.0, 0.0
		for _, x := range p {
			mean += x / float64(len(p))
		}
		for _, x := range p {
			square += (x - mean) * (x - mean)
		}
		variance += square / float64(len(p)-1) / float64(len(p))
	}
	return math.Sqrt(variance)
}

// placed is 1 if x is above y, ½ of equal ones.
func placed(x, y float64) float64 {
	switch {
	case x > y:
		return 1
	case x == y:
		return 0.5
	}
	return 0
}

// Where nothing is malicious there are the shares that are flagged alone, where a
// kind has one sample there are no intervals, and JSON has null for what is not there.
func TestCompareOfOneKind(t *testing.T) {
	p := Protocol{Resamples: 50, Seed: 4}
	v := ranked([]float64{1, 2, 3}, []bool{false, true, true})
	v.Detector = "d"
	clean := ranked([]float64{1, 2, 3}, []bool{false, false, true})
	for _, malicious := range [][]bool{{false, false, false}, {false, false, true}} {
		scores := Of(v, malicious, p)
		Compare(scores, v, clean, malicious, p)
		c := scores[0].Control
		if none := !malicious[2]; c.AUROC.Value.IsNaN() != none || c.F1.Difference.IsNaN() != none || c.Flagged.Low.IsNaN() == none {
			t.Errorf("%v: %+v", malicious, *c)
		}
		near(t, "flagged", c.Flagged.Difference, 1./3, 1e-15)
		text, err := json.Marshal(scores[0])
		if err != nil {
			t.Fatal(err)
		}
		var back Score
		if err := json.Unmarshal(text, &back); err != nil || !cmp.Equal(back, scores[0], nearly) {
			t.Errorf("%s reads back as %+v, error %v", text, back, err)
		}
	}
}
