package sweep

import (
	"slices"
	"testing"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// TestFiguresHaveTheirIntervals: shares have Wilson's of as many images or latents as they
// are shares of, MMD² the result's own; results of older programs say neither.
func TestFiguresHaveTheirIntervals(t *testing.T) {
	level := judge.Distance{Level: "s3"}
	level.MMD = judge.Evidence{Value: 0.5, P: nullable.NaN(), Low: 0.25, High: 0.75}
	r := judge.Result{BA: 0.75, ASR: 0.5, Tests: 200, Triggered: 180, Levels: judge.Levels{level}, Detectors: []score.Score{
		{Name: "sr", Level: "s3", Set: judge.TestSet, Rule: score.RuleCanonical, Samples: 40, Flagged: 0.25, FalseAlarms: 0.5,
			FalseAlarmsLow: 0.375, FalseAlarmsHigh: 0.625, F1Low: nullable.NaN()},
	}}
	share := func(part, whole int) *[2]nullable.Float {
		low, high := score.Wilson(part, whole)
		return &[2]nullable.Float{low, high}
	}
	of := func(r judge.Result, id FigureID) *[2]nullable.Float {
		i := slices.IndexFunc(figures(r), func(f Figure) bool { return f.FigureID == id })
		if i < 0 {
			t.Fatalf("no figure %v", id)
		}
		return figures(r)[i].Interval
	}
	for _, c := range []struct {
		id   FigureID
		want *[2]nullable.Float
	}{
		{FigureID{Name: BA}, share(150, 200)},
		{FigureID{Name: ASR}, share(90, 180)},
		{FigureID{Name: MMD, Level: "s3"}, &[2]nullable.Float{0.25, 0.75}},
		{FigureID{Flagged, "sr", "s3"}, share(10, 40)},
		{FigureID{FalseAlarms, "sr", "s3"}, &[2]nullable.Float{0.375, 0.625}},
	} {
		if got := of(r, c.id); got == nil || *got != *c.want {
			t.Errorf("%v: interval %v, want %v", c.id, got, *c.want)
		}
	}
	r.Tests, r.Triggered = 0, 0
	r.Levels[0].MMD.Low = nullable.NaN()
	for _, id := range []FigureID{{Name: BA}, {Name: ASR}, {Name: MMD, Level: "s3"}, {CanonicalF1, "sr", "s3"}} {
		if got := of(r, id); got != nil {
			t.Errorf("%v of an older result: interval %v, want none", id, *got)
		}
	}
}

// TestALateIntervalThatOneLacksIsNoDifference: an older ledger has none of BA, but of F1.
func TestALateIntervalThatOneLacksIsNoDifference(t *testing.T) {
	id := FigureID{Name: BA}
	without := []Figure{{FigureID: id, Value: 0.5}}
	with := []Figure{{FigureID: id, Value: 0.5, Interval: &[2]nullable.Float{0.25, 0.75}}}
	wider := []Figure{{FigureID: id, Value: 0.5, Interval: &[2]nullable.Float{0.25, 0.875}}}
	other := []Figure{{FigureID: id, Value: 0.625, Interval: &[2]nullable.Float{0.25, 0.75}}}
	f1 := []Figure{{FigureID: FigureID{F1, "ss", "s3"}, Value: 0.5}}
	bounded := []Figure{{FigureID: f1[0].FigureID, Value: 0.5, Interval: with[0].Interval}}
	for _, c := range []struct {
		a, b   []Figure
		differ bool
	}{
		{f1, bounded, true}, {bounded, f1, true}, {f1, f1, false},
		{without, with, false}, {with, without, false}, {with, with, false},
		{with, wider, true}, {with, other, true}, {without, other, true}, {other, without, true},
	} {
		if d := firstDifference(c.a, c.b); (d != nil) != c.differ {
			t.Errorf("%s and %s: difference %v, want one: %v", c.a[0].text(), c.b[0].text(), d, c.differ)
		}
	}
}
