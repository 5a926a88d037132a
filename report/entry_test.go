package report

import (
	"fmt"
	"slices"
	"testing"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// What was saved of a detector, level and set takes the place of that alone.
func TestWhatDetectSavedIsAdded(t *testing.T) {
	const trigger = "test-trigger"
	of := func(name, level, set string, f1 float64) score.Score {
		return score.Score{Name: name, Level: level, Set: set, F1: nullable.Float(f1)}
	}
	e := Entry{Result: judge.Result{
		Detectors: []score.Score{of("ac", "s2", judge.TestSet, 1), of("ac", "s3", judge.TestSet, 1), of("ss", "s3", judge.TestSet, 1)},
		Skipped:   []judge.Skipped{{Name: "sr", Level: "s3", Set: judge.TestSet}, {Name: judge.SkippedMeasures, Level: "s3"}},
	}}
	e.add(judge.Detected{
		Detectors: []score.Score{of("ac", "s3", judge.TestSet, 2), of("ac", "s3", trigger, 2), of("sr", "s3", judge.TestSet, 2)},
		Skipped:   []judge.Skipped{{Name: "ss", Level: "s3", Set: trigger}},
		Warnings:  []string{"few samples"},
	})
	var got []string
	for _, s := range e.Result.Detectors {
		got = append(got, fmt.Sprint(s.Name, " ", s.Level, " ", s.Set, " ", float64(s.F1)))
	}
	for _, s := range e.Result.Skipped {
		got = append(got, fmt.Sprint(s.Name, " ", s.Level, " ", s.Set, " skipped"))
	}
	want := []string{
		"ac s2 test-target 1", "ss s3 test-target 1", "ac s3 test-target 2", "ac s3 test-trigger 2", "sr s3 test-target 2",
		"measures s3  skipped", "ss s3 test-trigger skipped",
	}
	if !slices.Equal(got, want) {
		t.Errorf("shown are %q, want %q", got, want)
	}
	if !slices.Equal(e.Warnings, []string{"few samples"}) {
		t.Errorf("warnings %q", e.Warnings)
	}
}
