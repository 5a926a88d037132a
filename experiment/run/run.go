// Package run keeps a run in a folder: its spec, what training reported step by
// step, its weights and what was found out about them. It starts runs and
// continues them.
package run

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sdrm/experiment/judge"
	"sdrm/experiment/spec"
	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/internal/lockfile"
	"sdrm/internal/regular"
	"sdrm/train"
)

// The files of a run's folder, beside those of package train.
const (
	SpecFile    = "spec.toml"
	MetricsFile = "metrics.jsonl"
	ResultFile  = "result.json" // written last: a folder with it is a whole run
	ReportFile  = "report.html"
)

// files are all that a run's folder holds.
var files = []string{SpecFile, MetricsFile, ResultFile, ReportFile, MeasureFile, DetectFile,
	train.CheckpointFile, train.CheckpointInfo, train.BestFile, train.AttackFile}

// maxFound is the length in bytes of the longest file of what was found out of a
// run that is read. A score takes less than 1,000.
const maxFound = 1 << 28

// Run is the folder of a run.
type Run struct {
	Dir  string
	Spec spec.Spec
}

// vacant returns an error if dir is no folder for a new run: a folder that is
// there already must hold nothing but what a start that was killed left.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Input(err)
	}
	switch {
	case exists(filepath.Join(dir, ResultFile)):
		return fault.Inputf("%s: already holds a run; nothing is overwritten, choose another folder", dir)
	case exists(filepath.Join(dir, SpecFile)):
		return fault.Inputf("%s: already holds an unfinished run; --resume continues it", dir)
	}
	for _, e := range entries {
		if !ours(e.Name()) {
			return fault.Inputf("%s: holds %s, want a new or empty folder", dir, e.Name())
		}
	}
	return nil
}

// create makes the folder of a run that has not begun, and locks it.
func create(dir string, s spec.Spec) (*Run, *lockfile.Lock, error) {
	made := !exists(dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, nil, fault.Input(err)
	}
	r := &Run{dir, s}
	l, err := r.lock()
	if err != nil {
		return nil, nil, err
	}
	if err = vacant(dir); err == nil {
		if err = atomicfile.WriteBytes(r.path(SpecFile), s.Encode()); err != nil {
			err = fault.Input(err)
		}
	}
	if err != nil {
		l.Release()
		if made {
			os.Remove(dir) // unless something is in it
		}
		return nil, nil, err
	}
	return r, l, nil
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
		return nil, fault.Inputf("%s: the run is not finished: it has no %s; train --resume continues it", dir, ResultFile)
	}
	if _, err := r.Result(); err != nil {
		return nil, err
	}
	return r, nil
}

// Finished tells whether the run is whole.
func (r *Run) Finished() bool { return exists(r.path(ResultFile)) }

func (r *Run) path(name string) string { return filepath.Join(r.Dir, name) }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Check returns an error if s is not the spec that the folder holds the run of.
func (r *Run) Check(s spec.Spec) error {
	var differ []string
	for _, err := range r.Spec.Differences(s) {
		differ = append(differ, err.Error())
	}
	if differ == nil {
		return nil
	}
	return fault.Inputf("%s: is another spec: %s", r.path(SpecFile), strings.Join(differ, "; "))
}

// Result reads what a finished run found out.
func (r *Run) Result() (judge.Result, error) {
	path := r.path(ResultFile)
	text, err := regular.Read(path, maxFound)
	if err != nil {
		return judge.Result{}, fault.Input(err)
	}
	var out judge.Result
	if err := json.Unmarshal(text, &out); err != nil {
		return judge.Result{}, fault.Inputf("%s: %w", path, err)
	}
	if out.Name != r.Spec.Name {
		return judge.Result{}, fault.Inputf("%s: name: found %q, want %q of the %s beside it", path, out.Name, r.Spec.Name, SpecFile)
	}
	if want := r.Spec.Hash(); out.SpecSHA256 != want {
		return judge.Result{}, fault.Inputf("%s: spec_sha256: found %q, want %q of the %s beside it", path, out.SpecSHA256, want, SpecFile)
	}
	return out, nil
}
