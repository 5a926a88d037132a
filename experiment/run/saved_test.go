package run

import (
	"slices"
	"testing"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/experiment/spec/spectest"
)

// A detector's scores of another level or set, those of other detectors and their
// warnings stay when more is saved; its scores of the same level and set do not.
func TestWhatWasSavedOfAnotherPlaceStays(t *testing.T) {
	s := spectest.Tiny()
	r, l, err := create(t.TempDir(), s, (*Run).saveSpec)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	result := judge.Result{Name: s.Name, SpecSHA256: s.Hash(), WeightsSHA256: "w"}
	if err := r.save(ResultFile, result); err != nil {
		t.Fatal(err)
	}
	l.Release()
	const trigger = "test-trigger"
	save := func(name, level, set, warning string) {
		t.Helper()
		err := r.SaveDetected(judge.Detected{
			Name: s.Name, SHA256: "w", Warnings: []string{warning},
			Detectors: []score.Score{{Name: name, Level: level, Set: set, Rule: score.RuleBest}},
		}, []string{name})
		if err != nil {
			t.Fatal(err)
		}
	}
	save("ac", "s1", judge.TestSet, "first")
	save("ac", "s3", trigger, "second")
	save("ss", "s3", judge.TestSet, "first")
	save("ac", "s2", judge.TestSet, "third")
	save("ss", "s3", judge.TestSet, "third")
	d, err := r.Detected(result)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range d.Detectors {
		got = append(got, s.Name+" "+s.Level+" "+s.Set)
	}
	if want := []string{"ac s1 " + judge.TestSet, "ac s3 " + trigger, "ac s2 " + judge.TestSet, "ss s3 " + judge.TestSet}; !slices.Equal(got, want) {
		t.Errorf("saved are %q, want %q", got, want)
	}
	if want := []string{"second", "first", "third"}; !slices.Equal(d.Warnings, want) {
		t.Errorf("warnings %q, want %q", d.Warnings, want)
	}
}
