package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/asm"
	"sdrm/experiment/judge"
	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
	"sdrm/internal/fault"
	"sdrm/internal/parallel"
	"sdrm/train"
)

func start(t *testing.T, s spec.Spec) (string, judge.Result) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	r, err := Start(context.Background(), dir, s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return dir, r
}

// train.keep says which weights are judged: those of the first epoch with the highest
// BA, which is an earlier one here, or those of the last.
func TestKeptWeightsAreJudged(t *testing.T) {
	s := spectest.Tiny()
	s.Attack.Rate, s.MMD.Lambda, s.Train.Epochs, s.Train.Rate, s.Detect.Detectors = 0.1, 0, 5, 0.05, []string{}
	digests := map[string]bool{}
	for _, keep := range []string{"best", "last"} {
		s.Train.Keep = keep
		dir, result := start(t, s)
		r, err := OpenFinished(dir)
		if err != nil {
			t.Fatal(err)
		}
		metrics, err := r.MetricsSoFar()
		if err != nil {
			t.Fatal(err)
		}
		epoch, ba := 0, -1.0
		for _, m := range metrics {
			if m.BA != nil && (keep == "last" || *m.BA > ba) {
				epoch, ba = m.Epoch, *m.BA
			}
		}
		if result.Epoch != epoch || result.BA != ba || (epoch == s.Train.Epochs) != (keep == "last") {
			t.Errorf("%s: judged is epoch %d with a BA of %v, want epoch %d with %v", keep, result.Epoch, result.BA, epoch, ba)
		}
		digests[result.WeightsSHA256] = true
	}
	if len(digests) != 2 {
		t.Errorf("digests %v, want two", digests)
	}
}

// One spec, one result: whatever the threads, the instruction set, the number
// of loader workers, or where the run was interrupted.
func TestTheSameResultEverywhere(t *testing.T) {
	_, want := start(t, spectest.Tiny())
	if len(want.WeightsSHA256) != 64 {
		t.Fatalf("weights_sha256 is %q", want.WeightsSHA256)
	}
	if len(want.Detectors) < 3*3*2 || want.Samples < 2 {
		t.Fatalf("%d scores of %d samples: the run is no test of the detectors", len(want.Detectors), want.Samples)
	}
	same := func(name string, got judge.Result) {
		t.Helper()
		if d := cmp.Diff(text(t, want), text(t, got)); d != "" {
			t.Errorf("%s: the result differs: %s", name, d)
		}
	}
	for i, k := range asm.Available() {
		threads := 1 + i
		restore := asm.Use(k)
		parallel.SetWorkers(threads)
		_, got := start(t, spectest.Tiny())
		parallel.SetWorkers(0)
		restore()
		same(fmt.Sprintf("%s with %d threads", k.ISA, threads), got)
	}
	for _, after := range []int{2, 7} {
		same(fmt.Sprintf("interrupted after step %d", after), interrupted(t, after))
	}
}

func text(t *testing.T, r judge.Result) string {
	t.Helper()
	out, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// interrupted stops a run after some steps and resumes it.
func interrupted(t *testing.T, after int) judge.Result {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	_, err := Start(ctx, dir, spectest.Tiny(), Options{Workers: 3, OnStep: func(train.Step) {
		if steps++; steps == after {
			cancel()
		}
	}})
	if !errors.Is(err, train.ErrInterrupted) {
		t.Fatalf("error %v, want %v", err, train.ErrInterrupted)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Finished() {
		t.Error("an interrupted run looks whole")
	}
	got, err := resume(context.Background(), r, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := r.ReadMetrics(got)
	if err != nil {
		t.Fatal(err)
	}
	if len(metrics) != 2*(4+1) {
		t.Errorf("%d lines of metrics, want 10", len(metrics))
	}
	for i, m := range metrics {
		if want := i%5 + 1; m.Epoch != i/5+1 || m.Kind == "step" && m.Step != want {
			t.Errorf("line %d of metrics is of epoch %d, step %d", i+1, m.Epoch, m.Step)
		}
	}
	return got
}

func TestAFinishedRun(t *testing.T) {
	dir, want := start(t, spectest.Tiny())
	r, err := OpenFinished(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Result()
	if err != nil {
		t.Fatal(err)
	}
	if text(t, got) != text(t, want) {
		t.Error("result.json holds another result than was returned")
	}
	again, err := resume(context.Background(), r, Options{})
	if err != nil || text(t, again) != text(t, want) {
		t.Errorf("resuming a finished run: error %v, or another result", err)
	}
	x, err := r.Subject(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	ba, asr, err := judge.Rates(context.Background(), x, judge.Work{})
	if err != nil || ba != want.BA || asr != want.ASR {
		t.Errorf("BA %v, ASR %v, error %v, want %v and %v as in the result", ba, asr, err, want.BA, want.ASR)
	}
	if judge.Head(x).WeightsSHA256 != want.WeightsSHA256 {
		t.Error("the weights on disk are others")
	}
	for _, name := range []string{SpecFile, MetricsFile, ResultFile, triggerFile, train.CheckpointFile, train.CheckpointInfo, train.BestFile} {
		if !exists(filepath.Join(dir, name)) {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestRunFolders(t *testing.T) {
	dir := t.TempDir()
	put := func(path, text string) string {
		t.Helper()
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return filepath.Dir(path)
	}
	text := string(spectest.Tiny().Encode())
	whole := put("whole/spec.toml", text)
	put("whole/result.json", `{"name":"tiny","spec_sha256":"`+spectest.Tiny().Hash()+`"}`)
	renamed := put("renamed/spec.toml", text)
	put("renamed/result.json", `{"name":"\u001b[2J","spec_sha256":"`+spectest.Tiny().Hash()+`"}`)
	half := put("half/spec.toml", text)
	foreign := put("foreign/thesis.tex", "")
	edited := put("edited/spec.toml", text+"\n")
	put("edited/result.json", `{"name":"tiny","spec_sha256":"00"}`)
	damaged := put("damaged/spec.toml", text)
	put("damaged/result.json", `{"ba":`)
	file := filepath.Join(put("afile", ""), "afile")

	openFinished := func(dir string) error { _, err := OpenFinished(dir); return err }
	create := func(dir string) error { _, _, err := create(dir, spectest.Tiny(), (*Run).saveSpec); return err }
	for _, c := range []struct {
		name string
		do   func(string) error
		dir  string
		want string
	}{
		{"create over a run", create, whole, "already holds a run"},
		{"create over half a run", create, half, "--resume continues it"},
		{"create among other files", create, foreign, "holds thesis.tex"},
		{"create over a file", create, file, "not a directory"},
		{"open nothing", openFinished, filepath.Join(dir, "absent"), "no such run folder"},
		{"open another folder", openFinished, foreign, "is no run folder"},
		{"open half a run", openFinished, half, "not finished"},
		{"open a result of another spec", openFinished, edited, "spec_sha256"},
		{"open a result of another name", openFinished, renamed, `name: found "\x1b[2J", want "tiny" of the spec.toml beside it`},
		{"open a damaged result", openFinished, damaged, "result.json"},
	} {
		err := c.do(c.dir)
		var bad *fault.InputError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), filepath.Base(c.dir)) {
			t.Errorf("%s: error %v, want an InputError with the folder and %q", c.name, err, c.want)
		}
	}
	if err := openFinished(whole); err != nil {
		t.Error(err)
	}
}

// Nothing is made before the data are found to be right.
func TestAFailedStartLeavesNothing(t *testing.T) {
	s := spectest.Tiny()
	for name, change := range map[string]func(){
		"no data":      func() { s.Data.Set, s.Data.Dir = "cifar10", t.TempDir() },
		"no trigger":   func() { s = spectest.Tiny(); s.Attack.Trigger = "absent.png" },
		"large batch":  func() { s = spectest.Tiny(); s.Train.Batch = 65 },
		"read-only":    func() { s = spectest.Tiny() },
		"wrong levels": func() { s = spectest.Tiny(); s.MMD.Levels = "s9" },
	} {
		change()
		dir := filepath.Join(t.TempDir(), "run")
		if name == "read-only" {
			dir = "/proc/run" // no user can write there
		}
		_, err := Start(context.Background(), dir, s, Options{})
		var bad *fault.InputError
		if !errors.As(err, &bad) {
			t.Errorf("%s: error %v, want an InputError", name, err)
		}
		if exists(dir) {
			t.Errorf("%s: a folder was left", name)
		}
	}
}

// A run that is interrupted while its images are read has a folder, and is continued.
func TestInterruptedWhileImagesAreRead(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir, s := filepath.Join(t.TempDir(), "run"), spectest.Tiny()
	for _, do := range []func(context.Context, string, spec.Spec, Options) (judge.Result, error){Start, Complete, Continue} {
		if _, err := do(ctx, dir, s, Options{}); !errors.Is(err, train.ErrInterrupted) || strings.Contains(err.Error(), "checkpoint") {
			t.Errorf("error %v, want %v and nothing of a checkpoint", err, train.ErrInterrupted)
		}
	}
	got, err := Continue(t.Context(), dir, s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, want := start(t, s); got.WeightsSHA256 != want.WeightsSHA256 {
		t.Errorf("weights %s, of a straight run %s", got.WeightsSHA256, want.WeightsSHA256)
	}
}
