// Package sweep runs the cells of a plan, each in a run folder of its own, tells
// how far they are, and gathers what they found.
package sweep

import (
	"os"
	"path/filepath"
	"slices"

	"sdrm/experiment/plan"
	"sdrm/experiment/run"
	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/internal/regular"
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
	Dir    string  // of its run, or the ledger with its record; empty if it has none
	Epoch  int     // the last with a step, from 1; 0 for none
	Reason string  // of a failure
	Record *Record // of a cell that is done
}

// Survey is what folders hold of a plan.
type Survey struct {
	Plan  *plan.Plan
	Cells []Status // as in the plan
	// Foreign are run folders that hold no cell of the plan, or weights that were imported, or are damaged,
	// and what is called as a cell and can become none of its folders, Contradicting says
	// of pairs that hold one cell where they differ. Each is one line.
	Foreign       []error
	Contradicting []error
}

// Look surveys sources: folders with run folders in them, whose other contents are
// passed over, and ledgers.
func Look(p *plan.Plan, sources ...string) (*Survey, error) {
	s := &Survey{Plan: p, Cells: make([]Status, len(p.Cells))}
	for i, c := range p.Cells {
		s.Cells[i] = Status{Cell: c, State: Missing}
	}
	for _, source := range sources {
		look := s.folder
		if info, err := os.Stat(source); filepath.Ext(source) == LedgerExt && (err != nil || !info.IsDir()) {
			look = s.ledger
		}
		if err := look(source); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// folder surveys the run folders in dir.
func (s *Survey) folder(dir string) error {
	if holdsRun(dir) {
		return fault.Inputf("%s: is a run folder, for it has %s; want a folder of run folders or a ledger *%s", dir, run.SpecFile, LedgerExt)
	}
	entries, err := regular.ReadDir(dir)
	if err != nil {
		return fault.Inputf("%w, want a folder of run folders or a ledger *%s", err, LedgerExt)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		named := s.index(func(c plan.Cell) bool { return c.Name == e.Name() })
		if !holdsRun(path) {
			if named < 0 {
				continue
			}
			err := run.Vacant(path)
			if !holdsRun(path) { // which another process may have begun since
				if err != nil {
					s.Foreign = append(s.Foreign, err)
				}
				continue
			}
		}
		r, err := run.Open(path)
		if err != nil {
			s.Foreign = append(s.Foreign, err)
			continue
		}
		hash := r.Spec.Hash()
		if i := s.index(func(c plan.Cell) bool { return c.Hash == hash }); i >= 0 {
			if err := s.found(i, r); err != nil {
				s.Foreign = append(s.Foreign, err)
			}
			continue
		}
		err = fault.Inputf("%s: holds no cell of %s: its spec has SHA-256 %.16s…", path, s.Plan.Path, hash)
		if named >= 0 {
			c := s.Cells[named].Cell
			err = fault.Inputf("%w (than cell %d of %s, SHA-256 %.16s…)", r.Check(c.Spec), c.Number, s.Plan.Path, c.Hash)
		}
		s.Foreign = append(s.Foreign, err)
	}
	for i := range s.Cells {
		s.Cells[i].failure(dir)
	}
	return nil
}

// holdsRun tells whether a run has begun in a folder.
func holdsRun(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, run.SpecFile))
	return err == nil
}

// ledger surveys the records in a ledger.
func (s *Survey) ledger(path string) error {
	records, err := ReadLedger(path)
	if err != nil {
		return err
	}
	for _, r := range records {
		i := s.index(func(c plan.Cell) bool { return c.Hash == r.SpecSHA256 })
		if i < 0 {
			s.Foreign = append(s.Foreign, fault.Inputf("%s: %s is no cell of %s: its spec has SHA-256 %.16s…", path, r.Name, s.Plan.Path, r.SpecSHA256))
			continue
		}
		r.Number = s.Cells[i].Cell.Number // that of an older plan may be another
		s.add(i, Status{Cell: s.Cells[i].Cell, State: Done, Dir: path, Record: r})
	}
	return nil
}

func (s *Survey) index(is func(plan.Cell) bool) int {
	return slices.IndexFunc(s.Plan.Cells, is)
}

// found adds the run of cell i.
func (s *Survey) found(i int, r *run.Run) (err error) {
	now := Status{Cell: s.Cells[i].Cell, State: Stopped, Dir: r.Dir}
	if m, ok := r.LastMetric(); ok {
		now.Epoch = m.Epoch
	}
	switch {
	case r.Finished():
		now.State = Done
		if now.Record, err = record(now.Cell.Number, r); err != nil {
			return err
		}
	case r.Busy():
		now.State = Running
	}
	s.add(i, now)
	return nil
}

// add adds what a source has of cell i: done goes before running, that before
// failed, that before stopped, and of two that are stopped the one that is further.
func (s *Survey) add(i int, now Status) {
	was := &s.Cells[i]
	switch {
	case was.State == Done && now.State == Done:
		if err := contradiction(*was, now); err != nil {
			s.Contradicting = append(s.Contradicting, err)
		}
	case was.State == Done, now.State == Stopped && (was.State == Running || was.State == Failed):
	case now.State == Stopped && was.State == Stopped && now.Epoch <= was.Epoch:
	default:
		*was = now
	}
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

// Records returns the records of the cells that are done, or an error if two
// sources contradict each other.
func (s *Survey) Records() ([]*Record, error) {
	if len(s.Contradicting) > 0 {
		return nil, s.Contradicting[0]
	}
	var out []*Record
	for _, c := range s.Cells {
		if c.State == Done {
			out = append(out, c.Record)
		}
	}
	return out, nil
}

// prepare makes the folder of a sweep and returns what is there, which must be
// of the plan.
func prepare(p *plan.Plan, dir string) (*Survey, error) {
	if _, err := atomicfile.MkdirAll(dir); err != nil {
		return nil, fault.Input(err)
	}
	s, err := Look(p, dir)
	switch {
	case err != nil:
		return nil, err
	case len(s.Foreign) > 0:
		return nil, s.Foreign[0]
	case len(s.Contradicting) > 0:
		return nil, s.Contradicting[0]
	}
	return s, nil
}
