package sweep

import (
	"fmt"
	"slices"
	"testing"

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
