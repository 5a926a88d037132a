// Package run keeps a run in a folder: its spec, what training reported step by
// step, its weights and what was found out about them. It starts runs and
// continues them.
package run

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/experiment/judge"
	"sdrm/experiment/spec"
	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/internal/lockfile"
	"sdrm/internal/regular"
	"sdrm/internal/shell"
	"sdrm/train"
)

// The files of a run's folder, beside those of package train.
const (
	SpecFile    = "spec.toml"
	MetricsFile = "metrics.jsonl"
	ResultFile  = "result.json" // written last: a folder with it is a whole run
	ReportFile  = "report.html"
	machineFile = "machine.json" // which program and machine finished the run
)

// files are all that a run's folder holds.
var files = []string{SpecFile, MetricsFile, eventsFile, ResultFile, ReportFile, machineFile, triggerFile, MeasureFile, DetectFile,
	train.CheckpointFile, train.CheckpointInfo, train.BestFile, train.AttackFile}

// Run is the folder of a run.
type Run struct {
	Dir  string
	Spec spec.Spec
}

// survey tells the files of a folder that stand in the way of a new run from what
// programs that were killed left there and the next one may remove: the lock,
// files that were being written, of a run that is judged the journal, and of an
// import that was not whole, all.
func survey(dir string) (kept, left []string, err error) {
	entries, err := regular.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fault.Input(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	half := slices.Contains(names, importing) && !slices.Contains(names, SpecFile)
	whole := slices.Contains(names, ResultFile)
	for _, name := range names {
		temporary := func(of string) bool { return atomicfile.IsTemporary(name, of) }
		if name == lockFile || name == judging && whole || name == importing || temporary(importing) || slices.ContainsFunc(files, temporary) || half && slices.Contains(files, name) {
			left = append(left, name)
		} else {
			kept = append(kept, name)
		}
	}
	return kept, left, nil
}

// errHolds is the cause of the error for a folder of a new run that has one.
var errHolds = errors.New("already holds")

// Vacant returns an error if dir is no folder for a new run: a folder that is
// there already must hold nothing but what a program that was killed left.
func Vacant(dir string) error {
	kept, _, err := survey(dir)
	switch {
	case err != nil:
		return err
	case slices.Contains(kept, SpecFile) && slices.Contains(kept, ResultFile):
		return fault.Inputf("%s: %w a run; nothing is overwritten, choose another folder", dir, errHolds)
	case slices.Contains(kept, SpecFile):
		return fault.Inputf("%s: %w an unfinished run; --resume continues it", dir, errHolds)
	case len(kept) > 0:
		return fault.Inputf("%s: holds %s, want a new or empty folder", dir, kept[0])
	}
	return nil
}

// create makes the folder of a new run, locks it, and lets fill write the spec
// and what has to be there before it. If that fails, nothing of it is left.
func create(dir string, s spec.Spec, fill func(*Run) error) (*Run, *lockfile.Lock, error) {
	undo, err := atomicfile.MkdirAll(dir)
	if err != nil {
		undo()
		return nil, nil, fault.Input(err)
	}
	r := &Run{dir, s}
	l, err := r.lock()
	if err == nil {
		if err = Vacant(dir); err == nil {
			err = fill(r)
		}
		if err != nil {
			err = errors.Join(err, r.clear())
			l.Release()
		}
	}
	if err != nil {
		undo()
		return nil, nil, err
	}
	return r, l, nil
}

// saveSpec makes the folder that of a run.
func (r *Run) saveSpec() error {
	if err := atomicfile.WriteBytes(r.path(SpecFile), r.Spec.Encode()); err != nil {
		return fault.Input(err)
	}
	return nil
}

// Open opens the folder of a run that has begun.
func Open(dir string) (*Run, error) {
	if !exists(dir) {
		return nil, fault.Inputf("%s: there is no such run folder", dir)
	}
	path := filepath.Join(dir, SpecFile)
	if !exists(path) {
		return nil, fault.Inputf("%s: is no run folder: it has no %s", dir, SpecFile)
	}
	s, err := spec.Read(path)
	if err != nil {
		return nil, err
	}
	return &Run{dir, s}, nil
}

// OpenFinished opens the folder of a run that is whole and has a result of its
// own.
func OpenFinished(dir string) (*Run, error) {
	r, err := Open(dir)
	if err != nil {
		return nil, err
	}
	if !r.Finished() {
		return nil, fault.Inputf("%s: the run is not finished: it has no %s; train --resume --out %s continues it", dir, ResultFile, shell.Path(dir))
	}
	if _, err := r.Result(); err != nil {
		return nil, err
	}
	return r, nil
}

// Finished tells whether the run is whole.
func (r *Run) Finished() bool { return exists(r.path(ResultFile)) }

// State says in a word how far the run is.
func (r *Run) State() string {
	last, _ := r.LastMetric()
	switch {
	case r.Finished():
		return "finished"
	case !r.Busy():
		return "stopped"
	case last.Kind == KindEpoch && last.Epoch == r.Spec.Train.Epochs:
		return "judging"
	}
	return "training"
}

func (r *Run) path(name string) string { return filepath.Join(r.Dir, name) }

// exists is also true of what cannot be looked at: whoever opens it says why.
func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// Check returns an error if s is not the spec that the folder holds the run of.
func (r *Run) Check(s spec.Spec) error { return r.mustEqual(s, "another spec") }

// mustEqual returns an error that says what the run's spec is and in which fields
// it differs from s.
func (r *Run) mustEqual(s spec.Spec, what string) error {
	var differ []string
	for _, err := range r.Spec.Differences(s) {
		differ = append(differ, err.Error())
	}
	if differ == nil {
		return nil
	}
	return fault.Inputf("%s: is %s: %s", r.path(SpecFile), what, strings.Join(differ, "; "))
}

// Result reads what a finished run found out.
func (r *Run) Result() (judge.Result, error) {
	var checked checkedResult
	var out judge.Result
	err := load(r.path(ResultFile), &checked, func() error {
		return cmp.Or(mustBe("name", checked.Name, r.Spec.Name, SpecFile), mustBe("spec_sha256", checked.SpecSHA256, r.Spec.Hash(), SpecFile))
	}, &out)
	return out, err
}
