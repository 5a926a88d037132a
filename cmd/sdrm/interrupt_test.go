package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sdrm/experiment/run"
)

// program returns the command line as a process of its own; TestMain makes the
// test's binary run main if it is called by the program's name.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &exec.Cmd{Path: path, Args: append([]string{"sdrm"}, args...), Env: os.Environ()}
}

// A signal, or many, ends a run with exit code 75 and no result; --resume then
// gives, to the byte, what the run would have given. Nobody else may work on the
// folder meanwhile.
func TestASignalInterruptsAndResumeContinues(t *testing.T) {
	dir := t.TempDir()
	spec := func(out string) []string {
		return []string{"train", "--json", "--data", "synthetic", "--model", "vgg5", "--train-limit", "96", "--test-limit", "40",
			"--batch", "16", "--epochs", "9", "--rate", "0.9", "--milestones", "4", "--out", filepath.Join(dir, out)}
	}
	want, err := program(t, spec("straight")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	for out, burst := range map[string][]os.Signal{
		"interrupts": {os.Interrupt, os.Interrupt},
		"terms":      {syscall.SIGTERM, syscall.SIGTERM, os.Interrupt},
		"others":     stopSignals,
	} {
		t.Run(out, func(t *testing.T) {
			folder := filepath.Join(dir, out)
			var stdout bytes.Buffer
			child := program(t, spec(out)...)
			child.Stdout = &stdout
			pipe, err := child.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			stderr := bufio.NewReader(pipe)
			first, err := stderr.ReadString('\n')
			if err != nil || !strings.Contains(first, "epoch 1/9") {
				t.Fatalf("stderr begins with %q, %v, want the first epoch", first, err)
			}
			for _, again := range [][]string{{"train", "--resume", "--out", folder}, spec(out)} {
				other := program(t, again...)
				if text, err := other.CombinedOutput(); err == nil || !strings.Contains(string(text), folder+": ") {
					t.Errorf("a second process: error %v, %s, want one that names the folder", err, text)
				} else if code := other.ProcessState.ExitCode(); again[1] == "--resume" && code != exitFailed {
					t.Errorf("a second process leaves with code %d, want %d: %s", code, exitFailed, text)
				}
			}
			for _, signal := range burst {
				if err := child.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
			}
			rest, err := io.ReadAll(stderr)
			if err != nil {
				t.Fatal(err)
			}
			child.Wait()
			if code := child.ProcessState.ExitCode(); code != exitInterrupted {
				t.Fatalf("exit code %d, want %d; stderr %s", code, exitInterrupted, rest)
			}
			if stdout.Len() > 0 || !strings.Contains(string(rest), "train --resume --out "+folder+" continues") {
				t.Errorf("stdout %q, stderr %q, want how to continue on stderr alone", &stdout, rest)
			}
			if _, err := os.Stat(filepath.Join(folder, run.ResultFile)); err == nil {
				t.Error("an interrupted run has a result")
			}
			got, err := program(t, "train", "--resume", "--json", "--out", folder).Output()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("resumed: %s\nwant: %s", got, want)
			}
		})
	}
}
