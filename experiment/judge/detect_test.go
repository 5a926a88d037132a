package judge

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/experiment/spec/spectest"
	"sdrm/experiment/subject"
)

// Every detector says what it was shown and given, and reads as it was written.
func TestEveryDetectorStatesItsProtocol(t *testing.T) {
	s := spectest.Tiny()
	s.Data.TrainLimit, s.Data.TestLimit, s.Attack.Rate, s.Attack.Weight = 160, 200, 0.3, 0.6
	s.Train.Epochs, s.Train.Batch = 8, 8
	x := trained(t, s, 2)
	labelAsCalled(t, x)
	names := []string{"scale-up", "frequency"} // the quick ones of those that run the model
	for _, name := range defenses.Names() {
		if d, err := defenses.New(name); err == nil && d.Needs().Unit == defenses.Latents {
			names = append(names, name)
		}
	}
	scores, skipped, err := Detect(context.Background(), Scope{x, nil, x.Levels()[2:], []Pair{Protocol}}, names, Work{})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range skipped {
		if !strings.HasPrefix(k.Set, "mixed-") || !strings.Contains(k.Reason, "malicious ones, want 1 to ") {
			t.Errorf("skipped %+v", k)
		}
	}
	sets := map[string]int{}
	for _, d := range scores {
		sets[d.Set]++
		n, err := defenses.New(d.Name)
		if err != nil {
			t.Fatal(err)
		}
		if want := d.Set == TestSet && d.Rule == score.RuleCanonical && n.Needs().Minority; d.NoMinority != want {
			t.Errorf("%s of %s by the %s rule: without the minority that it supposes: %v", d.Name, d.Set, d.Rule, d.NoMinority)
		}
		for _, percent := range minorities {
			malicious := math.Round(float64(d.Prevalence) * float64(d.Samples))
			if want := (float64(d.Samples) - malicious) * float64(percent) / float64(100-percent); d.Set == mixedSet(percent) && !(math.Abs(malicious-want) <= 0.5) {
				t.Errorf("%s: %v malicious of %d, want %v to the nearest", d.Set, malicious, d.Samples, want)
			}
		}
		if d.Set == mixedSet(20) {
			given := d.Given.PoisonShare
			if !(math.Abs(float64(d.Prevalence)-0.2) < 0.06) || n.Needs().PoisonShare && given != 0.2 {
				t.Errorf("%s: prevalence %v, given %v", d.Set, d.Prevalence, given)
			}
		}
	}
	latents := len(names) - 2
	if sets[TestSet] != 2*latents || sets[InputSet] != 4 || sets[mixedSet(20)] != 2*latents {
		t.Errorf("scores by set: %v", sets)
	}
	given := map[string]score.Given{}
	for _, d := range scores {
		if d.Set == TestSet || d.Set == InputSet {
			given[d.Name] = d.Given
		}
		if d.Samples < 4 || d.ThresholdRule == "" {
			t.Errorf("%s: %d samples, rule %q", d.Name, d.Samples, d.ThresholdRule)
		}
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back score.Score
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(back); err != nil || string(again) != string(text) {
			t.Errorf("%s: reads back as %s, want %s", d.Name, again, text)
		}
	}
	for name, ok := range map[string]bool{
		"ac":          given["ac"] == score.Given{},
		"ss":          given["ss"] == score.Given{PoisonShare: 0.5},
		"ss-85":       given["ss-85"] == score.Given{},
		"sr":          given["sr"].Clean > 0 && given["sr"].PoisonShare == 0,
		"scan":        given["scan"].Clean > 0 && given["scan"].Others > 0,
		"ac-distance": given["ac-distance"].Clean == 0 && given["ac-distance"].Others > 0,
		"frequency":   given["frequency"].Clean > 0 && given["frequency"].Others == 0,
	} {
		if !ok {
			t.Errorf("%s was given %+v", name, given[name])
		}
	}
}

// labelAsCalled gives the test images the labels that the model calls them, which
// stands for a model that has learned more.
func labelAsCalled(t *testing.T, x *subject.Subject) {
	t.Helper()
	images, err := x.Images.Plain(x.Images.Test, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	labels := make([]int, 0, x.Images.Test.Len())
	_, _, err = x.Tests.Inputs(context.Background(), images, 1, func(_ *datasets.Batch, _, class int) bool {
		labels = append(labels, class)
		return false
	})
	if err != nil {
		t.Fatal(err)
	}
	set := *x.Images.Test
	set.Labels = labels
	x.Images.Test = &set
}
