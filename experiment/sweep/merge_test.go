package sweep

import (
	"fmt"
	"slices"
	"testing"

	"sdrm/experiment/run"
	"sdrm/internal/nullable"
)

// Of one seed a figure keeps the interval of its run, of more it has none.
func TestIntervalsOfRowsAreOfOneSeed(t *testing.T) {
	id := FigureID{Name: BA}
	for seeds := 1; seeds < 4; seeds++ {
		g := &group{seeds: map[uint64]*Record{}}
		for seed := range seeds {
			g.seeds[uint64(seed)] = &Record{Figures: []Figure{{id, 0.5, &[2]nullable.Float{0.4, 0.6}}}}
		}
		if f := g.row(nil).Figures[0]; (f.Interval != nil) != (seeds == 1) {
			t.Errorf("%d seeds: interval %v", seeds, f.Interval)
		}
	}
}

func TestRangesDoNotDependOnTheOrderOfRows(t *testing.T) {
	row := func(mean nullable.Float) Row {
		return Row{Figures: []Merged{{FigureID: FigureID{Name: BA}, Mean: Mean{Mean: mean}}}}
	}
	for _, x := range [][3]nullable.Float{{1, 2, 3}, {3, 2, 1}, {2, 3, 1}, {2, 1, 3}} {
		got := ranges([]*group{{}, {}, {}}, []Row{row(x[0]), row(x[1]), row(x[2])})
		if s := fmt.Sprint(got[0].Rows, got[0].Low, got[0].High); s != "3 1 3" {
			t.Errorf("%v: %s", x, s)
		}
	}
}

// What a source says of a cell: done goes before running, that before failed, and that
// before stopped, whichever comes first.
func TestStatesOfSourcesDoNotDependOnTheirOrder(t *testing.T) {
	states := []State{Missing, Stopped, Failed, Running, Done} // rising
	for i, was := range states {
		for _, now := range []State{Stopped, Running, Done} {
			s := &Survey{Cells: []Status{{State: was, Record: &Record{}}}}
			s.add(0, Status{State: now, Record: &Record{}})
			want := states[max(i, slices.Index(states, now))]
			if got := s.Cells[0].State; got != want {
				t.Errorf("%s, then %s: %s, want %s", was, now, got, want)
			}
		}
	}
}

// Of two that are stopped the one that is further is continued.
func TestTheFurtherOfTwoStaysTheCells(t *testing.T) {
	for _, epochs := range [][2]int{{3, 5}, {5, 3}} {
		s := &Survey{Cells: []Status{{State: Missing}}}
		for _, epoch := range epochs {
			s.add(0, Status{State: Stopped, Epoch: epoch})
		}
		if found := s.Cells[0].Epoch; found != 5 {
			t.Errorf("of the epochs %v: %d, want 5", epochs, found)
		}
	}
}

// A cell that was trained again says where it differs, and from what.
func TestWhatDiffersIsNamed(t *testing.T) {
	ba, auroc := Figure{FigureID: FigureID{Name: BA}, Value: 0.5}, Figure{FigureID{AUROC, "ac", "s3"}, 0.75, &[2]nullable.Float{0.5, 1}}
	narrow, none := auroc, Figure{FigureID: auroc.FigureID, Value: nullable.NaN()}
	narrow.Interval = &[2]nullable.Float{0.625, 1}
	const figures = "the same weights, but other figures: "
	machine := run.Machine{Version: "v1", CPU: "a CPU", ISA: "neon"}
	for _, c := range []struct {
		found, want Record
		differs     string
	}{
		{Record{Figures: []Figure{ba, none}}, Record{Figures: []Figure{ba, none}}, ""},
		{Record{Figures: []Figure{ba, narrow}}, Record{Figures: []Figure{ba, auroc}}, figures + "auroc ac s3: found 0.75 (0.625 to 1), want 0.75 (0.5 to 1)"},
		{Record{Figures: []Figure{ba, none}}, Record{Figures: []Figure{ba, auroc}}, figures + "auroc ac s3: found no value, want 0.75 (0.5 to 1)"},
		{Record{Figures: []Figure{ba}}, Record{Figures: []Figure{auroc, ba}}, figures + "auroc ac s3 is missing, want 0.75 (0.5 to 1)"},
		{Record{Figures: []Figure{auroc, ba}}, Record{Figures: []Figure{auroc}}, figures + "ba: found 0.5, want none"},
		{Record{Figures: []Figure{auroc, ba}}, Record{Figures: []Figure{ba, auroc}}, figures + "the order: found one, want another"},
		{Record{WeightsSHA256: "aa"}, Record{WeightsSHA256: "bb"}, "other weights: found SHA-256 aa…, want bb…"},
		{Record{WeightsSHA256: "aa"}, Record{WeightsSHA256: "bb", Machine: machine}, `other weights: found SHA-256 aa…, want bb… of version "v1" on "a CPU" with "neon"`},
	} {
		if got := c.want.compare(&c.found); got != c.differs {
			t.Errorf("found %q, want %q", got, c.differs)
		}
	}
}

// A cell that is worked on, or done, does not show a failure of before.
func TestAFailureOfBeforeIsNotShown(t *testing.T) {
	dir, c := t.TempDir(), readPlan(t, twoByTwo).Cells[0]
	if err := writeFailure(dir, c, "no luck"); err != nil {
		t.Fatal(err)
	}
	for state, want := range map[State]State{Done: Done, Running: Running, Stopped: Failed, Missing: Failed} {
		s := Status{Cell: c, State: state}
		if s.failure(dir); s.State != want {
			t.Errorf("%s: %s, want %s", state, s.State, want)
		}
	}
}
