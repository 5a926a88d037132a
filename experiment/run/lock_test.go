package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/experiment/spec/spectest"
	"sdrm/internal/fault"
)

// What a start that was killed left is no run and stands in nobody's way; what
// it was writing is removed.
func TestLeftoversAreCleared(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{lockFile, "." + SpecFile + ".123", ".checkpoint.safetensors.9"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, l, err := create(dir, spectest.Tiny())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 || entries[0].Name() != lockFile || entries[1].Name() != SpecFile {
		t.Errorf("the folder holds %v, %v, want the lock and the spec", entries, err)
	}
}

// Of two that start a run in one folder one does, and neither waits.
func TestAFolderHasOneWriter(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	r, l, err := create(dir, spectest.Tiny())
	if err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"create": func() error { _, _, err := create(dir, spectest.Tiny()); return err },
		"resume": func() error { _, err := Resume(context.Background(), r, Options{}); return err },
	} {
		var input *fault.InputError
		if err := do(); err == nil || errors.As(err, &input) || !strings.Contains(err.Error(), dir+": another process works on this run") {
			t.Errorf("%s of a locked folder: error %v", name, err)
		}
	}
	l.Release()
	if _, _, err := create(dir, spectest.Tiny()); err == nil || !strings.Contains(err.Error(), "already holds an unfinished run") {
		t.Errorf("create of a folder with a run: error %v", err)
	}
}

// Many that save what they detected at the same time all find their place.
func TestNoSavedDetectionIsLost(t *testing.T) {
	dir := t.TempDir()
	s := spectest.Tiny()
	r, l, err := create(dir, s)
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
			if err := r.SaveDetected(judge.Detected{Name: s.Name, SHA256: "w", Detectors: []score.Score{{Name: name}}}, []string{name}); err != nil {
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
