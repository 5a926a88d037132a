package run

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/experiment/spec/spectest"
	"sdrm/internal/fault"
)

// What a start that was killed left is no run and stands in nobody's way; what
// it was writing is removed.
func TestLeftoversAreCleared(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{lockFile, "." + SpecFile + ".123", ".checkpoint.safetensors.9", "." + importing + ".5"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, l, err := create(dir, spectest.Tiny(), (*Run).saveSpec)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 || entries[0].Name() != lockFile || entries[1].Name() != SpecFile {
		t.Errorf("the folder holds %v, %v, want the lock and the spec", entries, err)
	}
}

// An import that was killed is no run, and stands in nobody's way; other files do.
func TestHalfAnImportIsCleared(t *testing.T) {
	dir := t.TempDir()
	put := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{importing, MetricsFile, ResultFile, "best.safetensors", "thesis.tex"} {
		put(name)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "is no run folder") {
		t.Errorf("it is opened: error %v", err)
	}
	if err := Vacant(dir); err == nil || !strings.Contains(err.Error(), "holds thesis.tex") {
		t.Errorf("with another file in it: error %v", err)
	}
	os.Remove(filepath.Join(dir, "thesis.tex"))
	_, l, err := create(dir, spectest.Tiny(), (*Run).saveSpec)
	if err != nil {
		t.Fatal(err)
	}
	l.Release()
	put(importing)
	if kept, left, err := survey(dir); err != nil || !slices.Equal(kept, []string{SpecFile}) || !slices.Equal(left, []string{importing}) {
		t.Errorf("kept %v, left %v, %v, want the spec and the mark", kept, left, err)
	}
}

// An import that fails leaves nothing of what it wrote.
func TestAFailedCreateLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "above", "run")
	full := errors.New("no space left")
	_, _, err := create(dir, spectest.Tiny(), func(r *Run) error {
		for _, name := range []string{importing, MetricsFile, ResultFile} {
			if err := os.WriteFile(r.path(name), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return full
	})
	if !errors.Is(err, full) || exists(dir) {
		t.Errorf("error %v, folder there %v, want %v and none", err, exists(dir), full)
	}
}

// What a save that was killed left is removed by the next save, and a report in
// a run's folder is no exception.
func TestSavesClear(t *testing.T) {
	dir := t.TempDir()
	s := spectest.Tiny()
	r, l, err := create(dir, s, (*Run).saveSpec)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, ".detect.json.7")
	fill := func(w io.Writer) error { _, err := io.WriteString(w, "page"); return err }
	l.Release()
	for name, save := range map[string]func() error{
		"measure": func() error { return r.SaveMeasured(judge.Measured{}) },
		"report":  func() error { return SaveReport(r.path(ReportFile), fill) },
	} {
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := save(); err != nil || exists(path) {
			t.Errorf("%s: error %v, the file is left: %v", name, err, exists(path))
		}
	}
	elsewhere := filepath.Join(t.TempDir(), "page.html")
	if err := SaveReport(elsewhere, fill); err != nil || !exists(elsewhere) {
		t.Errorf("a report elsewhere: %v", err)
	}
}

// Of two that start a run in one folder one does, and neither waits.
func TestAFolderHasOneWriter(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	r, l, err := create(dir, spectest.Tiny(), (*Run).saveSpec)
	if err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"create": func() error { _, _, err := create(dir, spectest.Tiny(), (*Run).saveSpec); return err },
		"resume": func() error { _, err := resume(context.Background(), r, Options{}); return err },
	} {
		var input *fault.InputError
		if err := do(); err == nil || errors.As(err, &input) || !strings.Contains(err.Error(), dir+": another process works on this run") {
			t.Errorf("%s of a locked folder: error %v", name, err)
		}
	}
	l.Release()
	if _, _, err := create(dir, spectest.Tiny(), (*Run).saveSpec); err == nil || !strings.Contains(err.Error(), "already holds an unfinished run") {
		t.Errorf("create of a folder with a run: error %v", err)
	}
}

// Many that save what they detected at the same time all find their place.
func TestNoSavedDetectionIsLost(t *testing.T) {
	dir := t.TempDir()
	s := spectest.Tiny()
	r, l, err := create(dir, s, (*Run).saveSpec)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	if err := r.save(ResultFile, judge.Result{Name: s.Name, SpecSHA256: s.Hash(), WeightsSHA256: "w"}); err != nil {
		t.Fatal(err)
	}
	l.Release()
	names := []string{"ac", "ss", "sr", "scan", "beatrix", "spectre"}
	var all sync.WaitGroup
	for _, name := range names {
		all.Go(func() {
			if err := r.SaveDetected(judge.Detected{Name: s.Name, SHA256: "w", Detectors: []score.Score{{Name: name, Rule: score.RuleBest}}}, []string{name}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	d, err := r.Detected(judge.Result{Name: s.Name, WeightsSHA256: "w"})
	if err != nil || len(d.Detectors) != len(names) {
		t.Errorf("%d detectors were saved, %v, want %d", len(d.Detectors), err, len(names))
	}
}

// Who asks whether a run is busy keeps nobody from working on it.
func TestAskingIsNoWork(t *testing.T) {
	r := &Run{Dir: t.TempDir()}
	if r.Busy() {
		t.Error("a folder without a lock is busy")
	}
	if err := os.WriteFile(r.path(lockFile), nil, 0o644); err != nil { // as a killed program leaves it
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					r.Busy()
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	for range 20 {
		l, err := r.lock()
		if err != nil {
			t.Fatal(err)
		}
		if !r.Busy() {
			t.Error("a locked folder is not busy")
		}
		if err := l.Release(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(r.path(lockFile), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	asking.Wait()
}
