package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sdrm/experiment/run"
)

// A report that is followed is written again until its run is finished, and is the
// usual one then; an interrupt ends it before, with a page that stays as it is.
func TestFollow(t *testing.T) {
	dir := t.TempDir()
	folder, stopped := filepath.Join(dir, "run"), filepath.Join(dir, "stopped")
	signalled(t, exitInterrupted, syscall.SIGTERM, "train", "--data", "synthetic", "--model", "vgg5", "--train-limit", "64", "--test-limit", "20",
		"--batch", "16", "--epochs", "9", "--out", folder)
	if err := os.CopyFS(stopped, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	const again = `http-equiv="refresh"`
	page := func(dir string) string {
		text, err := os.ReadFile(filepath.Join(dir, run.ReportFile))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	follow := func(dir string) (end func(want int)) {
		child := program(t, "report", "--follow", dir)
		var said strings.Builder
		child.Stdout, child.Stderr = &said, &said
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		for began := time.Now(); ; time.Sleep(time.Millisecond) {
			if _, err := os.Stat(filepath.Join(dir, run.ReportFile)); err == nil {
				break
			} else if time.Since(began) > time.Minute {
				t.Fatal(err)
			}
		}
		if !strings.Contains(page(dir), again) {
			t.Error("the page of an unfinished run is not loaded again")
		}
		return func(want int) {
			if want != exitDone {
				child.Process.Signal(os.Interrupt)
			}
			child.Wait()
			if code := child.ProcessState.ExitCode(); code != want {
				t.Errorf("exit code %d, want %d: %s", code, want, &said)
			}
		}
	}
	interrupted, finished := follow(stopped), follow(folder)
	interrupted(exitFailed)
	if text := page(stopped); strings.Contains(text, again) || !strings.Contains(text, "stopped") {
		t.Errorf("after an interrupt: %s", text)
	}
	if text, err := program(t, "train", "--resume", "--out", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	finished(exitDone)
	followed := page(folder)
	if text, err := program(t, "report", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if strings.Contains(followed, again) || followed != page(folder) {
		t.Error("the report of a finished run is not the usual one")
	}
}
