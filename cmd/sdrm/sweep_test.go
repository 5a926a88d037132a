package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sdrm/experiment/run"
	"sdrm/internal/lockfile"
)

// kills is how often a sweep is killed; 200 of them take some minutes.
var kills = flag.Int("kills", 4, "how often TestASweepSurvivesKills kills a sweep")

// sweptPlan is a sweep of four cells of a second or so in all.
const sweptPlan = `
[base]
data.set = "synthetic"
data.train_limit = 48
data.test_limit = 20
model.name = "vgg5"
train.epochs = 2
train.batch = 16
attack.rate = 0.9
detect.detectors = ["ac"]
detect.projections = 4
[axes]
mmd.lambda = [0, 0.1]
seed = [1, 2]
`

// sweepFiles writes the plan and returns its path and that of a folder beside it.
func sweepFiles(t *testing.T) (plan, out string) {
	t.Helper()
	dir := t.TempDir()
	plan = filepath.Join(dir, "plan.toml")
	if err := os.WriteFile(plan, []byte(sweptPlan), 0o644); err != nil {
		t.Fatal(err)
	}
	return plan, filepath.Join(dir, "out")
}

// swept returns what a sweep left: the results of its cells and their metrics but
// for the times.
func swept(t *testing.T, out string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(out, "*", "*.json*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", out, len(files), err)
	}
	found := map[string]string{}
	for _, path := range files {
		name, err := filepath.Rel(out, path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		switch filepath.Base(path) {
		case run.ResultFile:
			found[name] = string(text)
		case run.MetricsFile:
			for line := range strings.Lines(string(text)) {
				var m run.Metric
				if err := json.Unmarshal([]byte(line), &m); err != nil {
					t.Fatalf("%s: %v: %s", path, err, line)
				}
				m.Seconds = 0
				line, err := json.Marshal(m)
				if err != nil {
					t.Fatal(err)
				}
				found[name] += string(line) + "\n"
			}
		}
	}
	return found
}

// However often a sweep is killed, one cell at a time or two, its results and
// metrics are in the end those of a sweep that was left alone. The processes of
// cells whose sweep is gone end at their next line of progress; until then their
// cells are busy.
func TestASweepSurvivesKills(t *testing.T) {
	plan, out := sweepFiles(t)
	began := time.Now()
	if text, err := program(t, "sweep", "run", plan, "--out", out+"-straight").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	took := time.Since(began)
	want := swept(t, out+"-straight")
	if len(want) != 8 {
		t.Fatalf("%d files, want 8", len(want))
	}
	for killed := 0; killed <= *kills; {
		var text bytes.Buffer
		child := program(t, "sweep", "run", plan, "--out", out, "--jobs", strconv.Itoa(1+killed%2))
		child.Stderr = &text
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		if killed < *kills {
			time.Sleep(rand.N(took / 2))
			child.Process.Kill()
		}
		child.Wait()
		switch code := child.ProcessState.ExitCode(); {
		case code == -1:
			killed++
			continue
		case code == exitFailed && strings.Contains(text.String(), "other processes work on"):
			continue
		case code != exitDone:
			t.Fatalf("after %d kills: exit code %d: %s", killed, code, &text)
		}
		if d := cmp.Diff(want, swept(t, out)); d != "" {
			t.Fatalf("after %d kills: %s", killed, d)
		}
		if killed == *kills {
			break
		}
		if err := os.RemoveAll(out); err != nil { // it was done before: another begins
			t.Fatal(err)
		}
	}
}

// A sweep that is asked to stop, of cells in this process or in others, leaves
// with 75 and continues; a second process on the same folder leaves the cell to
// the first, does the others, and says so.
func TestASweepStopsAndSharesItsFolder(t *testing.T) {
	plan, out := sweepFiles(t)
	for _, jobs := range []string{"1", "2"} {
		args := []string{"sweep", "run", plan, "--out", out + jobs, "--jobs", jobs}
		child := program(t, args...)
		pipe, err := child.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		stderr := bufio.NewReader(pipe)
		if line, err := stderr.ReadString('\n'); err != nil || !strings.Contains(line, "0/4 cells") {
			t.Fatalf("stderr begins with %q, %v", line, err)
		}
		if err := child.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(stderr)
		if err != nil {
			t.Fatal(err)
		}
		child.Wait()
		if code := child.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(string(rest), "the same command continues") {
			t.Fatalf("exit code %d, want %d: %s", code, exitInterrupted, rest)
		}
	}
	// Two at the same time on one folder.
	both := []string{"sweep", "run", plan, "--out", out + "1"}
	first := program(t, both...)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	text, err := program(t, both...).CombinedOutput()
	if err != nil && !strings.Contains(string(text), "other processes work on") {
		t.Errorf("the second process: %v: %s", err, text)
	}
	if err := first.Wait(); err != nil && err.Error() != "exit status 1" {
		t.Errorf("the first process: %v", err)
	}
	if text, err := program(t, append(slices.Clip(both), "--json")...).Output(); err != nil || strings.Count(string(text), `"state": "done"`) != 4 {
		t.Errorf("afterwards: %v: %s", err, text)
	}
	if text, err := program(t, "sweep", "run", plan, "--out", out+"2").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, text)
	}
	if d := cmp.Diff(swept(t, out+"1"), swept(t, out+"2")); d != "" {
		t.Error(d)
	}
}

// A cell that another process works on is told with its folder, also if a process of
// the sweep's own found it.
func TestABusyCellIsNamed(t *testing.T) {
	plan, out := sweepFiles(t)
	const cell = "lambda0-seed1"
	if err := os.MkdirAll(filepath.Join(out, cell), 0o755); err != nil {
		t.Fatal(err)
	}
	l, err := lockfile.Wait(t.Context(), filepath.Join(out, cell, ".lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	for _, jobs := range []string{"1", "2"} {
		child := program(t, "sweep", "run", plan, "--out", ".", "--cell", "0", "--jobs", jobs)
		child.Dir = out
		text, err := child.CombinedOutput()
		if want := "\nsdrm: " + cell + ": " + run.ErrBusy.Error() + "\n"; err == nil || !strings.HasSuffix(string(text), want) {
			t.Errorf("--jobs %s: %v: %s want %s", jobs, err, text, want)
		}
	}
}
