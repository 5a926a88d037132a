// Package sweep runs the cells of a plan, each in a run folder of its own, tells
// how far they are, and gathers what they found.
package sweep

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"sdrm/experiment/judge"
	"sdrm/experiment/plan"
	"sdrm/experiment/run"
	"sdrm/internal/fault"
)

// State says how far a cell is.
type State string

// The states.
const (
	Done    State = "done"
	Running State = "running" // a process works on it
	Failed  State = "failed"  // when it was last tried
	Stopped State = "stopped" // begun, and nobody works on it
	Missing State = "missing" // not begun
)

// Status is how far a cell is.
type Status struct {
	Cell   plan.Cell
	State  State
	Dir    string // of its run; empty if it has none
	Epoch  int    // the last with a step, from 1; 0 for none
	Reason string // of a failure

	Run    *run.Run     // of a cell that is done
	Result judge.Result // the same
}

// Survey is what folders hold of a plan.
type Survey struct {
	Plan  *plan.Plan
	Cells []Status // as in the plan
	// Foreign are run folders that hold no cell of the plan, Contradicting says
	// of pairs that hold one cell where they differ. Each is one line.
	Foreign       []error
	Contradicting []error
}

// Look surveys the run folders that lie in dirs. Other files and folders there
// are passed over.
func Look(p *plan.Plan, dirs ...string) (*Survey, error) {
	s := &Survey{Plan: p, Cells: make([]Status, len(p.Cells))}
	at := map[string]int{} // by hash
	named := map[string]int{}
	for i, c := range p.Cells {
		s.Cells[i] = Status{Cell: c, State: Missing}
		at[c.Hash], named[c.Name] = i, i
	}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, fault.Input(err)
		}
		for _, e := range entries {
			path := filepath.Join(dir, e.Name())
			if _, err := os.Stat(filepath.Join(path, run.SpecFile)); err != nil {
				continue
			}
			r, err := run.Open(path)
			if err != nil {
				s.Foreign = append(s.Foreign, err)
				continue
			}
			hash := r.Spec.Hash()
			if i, ok := at[hash]; ok {
				if err := s.found(i, r); err != nil {
					return nil, err
				}
			} else if i, ok := named[e.Name()]; ok {
				s.Foreign = append(s.Foreign, fault.Inputf("%s: comes from another spec than cell %d of %s: found SHA-256 %.16s…, want %.16s…",
					filepath.Join(path, run.SpecFile), p.Cells[i].Number, p.Path, hash, p.Cells[i].Hash))
			} else {
				s.Foreign = append(s.Foreign, fault.Inputf("%s: holds no cell of %s: its spec has SHA-256 %.16s…", path, p.Path, hash))
			}
		}
		for i := range s.Cells {
			s.Cells[i].failure(dir)
		}
	}
	return s, nil
}

// found adds the run folder of cell i.
func (s *Survey) found(i int, r *run.Run) error {
	was := &s.Cells[i]
	now := Status{Cell: was.Cell, State: Stopped, Dir: r.Dir}
	if m, ok := r.LastMetric(); ok {
		now.Epoch = m.Epoch
	}
	switch {
	case r.Finished():
		result, err := r.Result()
		if err != nil {
			return err
		}
		now.State, now.Run, now.Result = Done, r, result
		if was.State == Done {
			if err := contradiction(*was, now); err != nil {
				s.Contradicting = append(s.Contradicting, err)
			}
			return nil
		}
	case was.State == Done || was.State == Running:
		return nil
	case r.Busy():
		now.State = Running
	}
	*was = now
	return nil
}

// failure makes a cell failed that is not done, nor worked on, and of which dir
// holds the note of a failure.
func (s *Status) failure(dir string) {
	if s.State == Done || s.State == Running {
		return
	}
	if reason, ok := readFailure(dir, s.Cell); ok {
		s.State, s.Reason = Failed, reason
	}
}

// Count returns how many cells are in a state.
func (s *Survey) Count(state State) int {
	n := 0
	for _, c := range s.Cells {
		if c.State == state {
			n++
		}
	}
	return n
}

// Err returns the first contradiction, if there is one.
func (s *Survey) Err() error {
	if len(s.Contradicting) > 0 {
		return s.Contradicting[0]
	}
	return nil
}

// prepare makes the folder of a sweep and returns what is there, which must be
// of the plan.
func prepare(p *plan.Plan, dir string) (*Survey, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fault.Input(err)
	}
	s, err := Look(p, dir)
	if err != nil {
		return nil, err
	}
	if len(s.Foreign) > 0 {
		return nil, s.Foreign[0]
	}
	return s, s.Err()
}
