package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sdrm/experiment/judge"
	"sdrm/experiment/spec/spectest"
	"sdrm/internal/fault"
	"sdrm/train"
)

func TestMetricsOnAFullDisk(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	log := &metricsLog{file: f}
	err = log.write(Metric{})
	var bad *fault.InputError
	if !errors.As(err, &bad) || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "/dev/full") {
		t.Errorf("error %v, want an InputError that names the file", err)
	}
}

func TestSizeOfLines(t *testing.T) {
	for _, c := range []struct {
		text  string
		n     int
		want  int64
		lines int
	}{{"", 3, 0, 0}, {"a\nbc\n", 0, 0, 0}, {"a\nbc\n", 1, 2, 1}, {"a\nbc\n", 2, 5, 2}, {"a\nbc\n", 9, 5, 2}, {"a\nhalf a li", 9, 2, 1}} {
		if got, lines, err := sizeOfLines(strings.NewReader(c.text), c.n); got != c.want || lines != c.lines || err != nil {
			t.Errorf("%d lines of %q: %d bytes in %d lines, %v, want %d in %d", c.n, c.text, got, lines, err, c.want, c.lines)
		}
	}
}

// A run is not continued without the lines and the weights that its checkpoint
// counts on; what was written after the checkpoint is made anew.
func TestResumeNeedsWhatTheCheckpointCountsOn(t *testing.T) {
	s := spectest.Tiny()
	s.Train.Epochs, s.Train.Keep, s.Detect.Detectors = 3, "best", []string{}
	_, want := start(t, s)
	half := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Start(ctx, half, s, Options{OnEpoch: func(e train.Epoch) {
		if e.Epoch == 1 {
			cancel()
		}
	}})
	if !errors.Is(err, train.ErrInterrupted) {
		t.Fatalf("error %v, want %v", err, train.ErrInterrupted)
	}
	for _, c := range []struct {
		name   string
		damage func(dir string) error
		wants  string // of the error; empty: it is continued to the same result
	}{
		{"nothing", func(string) error { return nil }, ""},
		{"lines after the checkpoint", func(dir string) error {
			return appendTo(filepath.Join(dir, MetricsFile), `{"kind":"step","epoch":3}`+"\n"+`{"kind":`)
		}, ""},
		{"no metrics", func(dir string) error { return os.Remove(filepath.Join(dir, MetricsFile)) }, "0 whole lines, the checkpoint beside it counts"},
		{"half a line lost", func(dir string) error {
			info, err := os.Stat(filepath.Join(dir, MetricsFile))
			if err != nil {
				return err
			}
			return os.Truncate(filepath.Join(dir, MetricsFile), info.Size()-3)
		}, "whole lines, the checkpoint beside it counts"},
		{"no best weights", func(dir string) error { return os.Remove(filepath.Join(dir, train.BestFile)) }, "put it back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(half)); err != nil {
				t.Fatal(err)
			}
			if err := c.damage(dir); err != nil {
				t.Fatal(err)
			}
			r, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			got, err := resume(context.Background(), r, Options{})
			var input *fault.InputError
			switch {
			case c.wants == "" && (err != nil || text(t, got) != text(t, want)):
				t.Errorf("error %v, or another result", err)
			case c.wants != "" && (!errors.As(err, &input) || !strings.Contains(err.Error(), c.wants)):
				t.Errorf("error %v, want an InputError with %q", err, c.wants)
			}
		})
	}
}

func TestMetricsAreReadWholeOrNot(t *testing.T) {
	r := &Run{Dir: t.TempDir(), Spec: spectest.Tiny()} // of two epochs
	const line, end = `{"kind":"epoch","epoch":1}` + "\n", `{"kind":"epoch","epoch":2}` + "\n"
	for text, want := range map[string]string{
		"":                                   "holds 0 epochs, want 2",
		line:                                 "holds 1 epochs, want 2",
		line + "{\n":                         "line 2",
		line + end:                           "",
		line + line:                          `line 2: found "epoch" 0 of epoch 1, want step 1 of epoch 2 or the epoch's end`,
		line + end + end:                     "line 3: found a line after the last of 2 epochs",
		`{"kind":"step","epoch":1,"step":2}`: "line 1",
		`{"kind":"` + strings.Repeat("x", 1<<16) + `"}`: "line 1: bufio.Scanner: token too long",
		line + `{"kind":`: "line 2",
	} {
		if err := os.WriteFile(r.path(MetricsFile), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := r.ReadMetrics(judge.Result{})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	if err := os.WriteFile(r.path(MetricsFile), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if m, err := r.ReadMetrics(judge.Result{Imported: true}); len(m) > 0 || err != nil {
		t.Errorf("an imported run: %v, %v", m, err)
	}
}

// Of a run that is being trained the whole lines are read, and what is written of the
// next one is left out.
func TestMetricsSoFar(t *testing.T) {
	r := &Run{Dir: t.TempDir(), Spec: spectest.Tiny()} // of two epochs
	if m, err := r.MetricsSoFar(); len(m) > 0 || err != nil {
		t.Errorf("before the first step: %v, %v", m, err)
	}
	const line, end = `{"kind":"epoch","epoch":1}` + "\n", `{"kind":"epoch","epoch":2}` + "\n"
	for text, want := range map[string]int{"": 0, `{"kind":"st`: 0, line: 1, line + `{"kind":`: 1, line + end: 2, "{\n": -1, line + line: -1, line + end + end: -1} {
		if err := os.WriteFile(r.path(MetricsFile), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		switch m, err := r.MetricsSoFar(); {
		case want < 0 && err == nil:
			t.Errorf("%q: %d lines, want an error", text, len(m))
		case want >= 0 && (err != nil || len(m) != want):
			t.Errorf("%q: %d lines, error %v, want %d", text, len(m), err, want)
		}
	}
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
