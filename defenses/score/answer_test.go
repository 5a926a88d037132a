package score

import (
	"math"
	"slices"
	"testing"

	"sdrm/internal/nullable"
)

// What is flagged of the benign samples that are called the target is counted under
// both rules, of malicious ones and of other benign ones nothing is.
func TestCalledTarget(t *testing.T) {
	v := ranked([]float64{1, 5, 2, 6, 7, 8}, []bool{true, true, false, true, true, false})
	p := Protocol{CalledTarget: []bool{false, true, true, true, true, true}}
	scores := Of(v, []bool{false, false, false, false, true, true}, p)
	for i, want := range []FlaggedImages{OfImages([]bool{true, false, true}), OfImages([]bool{false, false, false})} {
		if got := scores[i].CalledTarget; got == nil || *got != want {
			t.Errorf("%s: %+v, want %+v", scores[i].Rule, got, want)
		}
	}
	p.CalledTarget = nil
	if got := Of(v, make([]bool, 6), p)[0].CalledTarget; got != nil {
		t.Errorf("latents: %+v", got)
	}
}

// The examples are of Newcombe (Stat. Med. 1998), table II, method 10, but for the last.
func TestBeyondAnswer(t *testing.T) {
	for _, c := range []struct {
		name                            string
		malicious, hits, images, alarms int
		want                            float64
	}{
		{"the example of Newcombe", 70, 56, 80, 48, 0.0524},
		{"none of the benign images", 10, 10, 10, 0, 0.6075},
		{"all of both", 50, 50, 50, 50, -0.0713},
	} {
		same := OfImages(AtLeast(append(make([]float64, c.images-c.alarms), slices.Repeat([]float64{1}, c.alarms)...), 1))
		s := Score{Samples: 2 * c.malicious, Prevalence: 0.5, Recall: nullable.Float(float64(c.hits) / float64(c.malicious)), CalledTarget: &same}
		near(t, c.name, nullable.Float(s.BeyondAnswer()), c.want, 5e-5)
	}
	none := OfImages(nil)
	if got := (Score{Samples: 2, Prevalence: 0.5, Recall: 1, CalledTarget: &none}).BeyondAnswer(); !math.IsNaN(got) {
		t.Errorf("no benign image: %v, want no value", got)
	}
	if got := (Score{}).BeyondAnswer(); !math.IsInf(got, 1) {
		t.Errorf("of latents: %v, want that nothing is asked", got)
	}
}
