package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
				} else if code := other.ProcessState.ExitCode(); code != exitFailed {
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
			answers := 0
			if slices.Contains(burst, os.Interrupt) {
				answers = 1
			}
			if n := strings.Count(string(rest), "sdrm: finishing what is at hand; once more to abort\n"); n != answers {
				t.Errorf("%d answers to an interrupt, want %d; stderr %s", n, answers, rest)
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

// A run whose stderr nobody reads any more, perhaps after an interrupt that tee got as
// well, saves and leaves with 75; the epoch that was told of is kept.
func TestAReaderThatLeavesInterrupts(t *testing.T) {
	for _, interrupt := range []bool{false, true} {
		leave(t, interrupt)
	}
}

func leave(t *testing.T, interrupt bool) {
	folder := filepath.Join(t.TempDir(), "run")
	child := program(t, "train", "--data", "synthetic", "--model", "vgg5", "--train-limit", "96", "--test-limit", "40",
		"--batch", "16", "--epochs", "50", "--rate", "0.9", "--out", folder)
	pipe, err := child.StderrPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(pipe).ReadString('\n'); err != nil || !strings.Contains(line, "epoch 1/50") {
		t.Errorf("stderr begins with %q, %v, want the first epoch", line, err)
	}
	pipe.Close()
	if interrupt {
		if err := child.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
	}
	child.Wait()
	if code := child.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("interrupted %v: %v, want exit code %d", interrupt, child.ProcessState, exitInterrupted)
	}
	if found := names(t, folder); !slices.Contains(found, "checkpoint.json") {
		t.Errorf("%s holds %v, want a checkpoint", folder, found)
	}
}

// A stdout that nobody reads ends a command in silence, as SIGPIPE would, and ends what
// is at hand.
func TestAnUnreadOutput(t *testing.T) {
	for _, args := range [][]string{{"list"}, {"--help"}, {"help", "train"}, {"info", "--json"}} {
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		reader.Close()
		child := program(t, args...)
		var stderr bytes.Buffer
		child.Stdout, child.Stderr = writer, &stderr
		child.Run()
		writer.Close()
		if code := child.ProcessState.ExitCode(); code != exitUnread || stderr.Len() > 0 {
			t.Errorf("%v: %v, stderr %q, want exit code %d alone", args, child.ProcessState, &stderr, exitUnread)
		}
	}
	told := 0
	s := stream{Writer: unreadWriter{}, unread: func() { told++ }}
	if _, err := s.Write([]byte("x")); err == nil || told != 1 || s.err != err {
		t.Errorf("error %v, kept %v, told %d times, want the error and once", err, s.err, told)
	}
}

// unreadWriter is a pipe that nobody reads.
type unreadWriter struct{}

func (unreadWriter) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "pipe", Err: syscall.EPIPE}
}

// A signal ends detect and measure soon, with exit code 75, and the same command goes
// on where it was: with --save. Without it nothing is kept.
func TestASignalInterruptsDetectAndMeasure(t *testing.T) {
	dir := t.TempDir()
	folder, straight := filepath.Join(dir, "interrupted"), filepath.Join(dir, "straight")
	err := program(t, "train", "--data", "synthetic", "--model", "vgg5", "--train-limit", "64", "--test-limit", "80",
		"--rate", "0.9", "--batch", "16", "--epochs", "2", "--out", folder).Run()
	if err == nil {
		err = os.CopyFS(straight, os.DirFS(folder))
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		long  []string // is interrupted after its first unit
		whole []string // goes on: with fewer detectors, for the others take long
		file  string
	}{
		{[]string{"detect", "--detectors", "ss,neural-cleanse"}, []string{"detect", "--detectors", "ss"}, run.DetectFile},
		{[]string{"measure", "--permutations", "3000", "--resamples", "0"}, nil, ""},
	} {
		for _, save := range []bool{false, true} {
			args, code, says := append(c.long, folder), exitFailed, "sdrm: interrupted\n"
			if save {
				args, code, says = append(args, "--save"), exitInterrupted, "interrupted, what is finished is kept; the same command continues\n"
			}
			before := names(t, folder)
			stderr := signalled(t, code, syscall.SIGTERM, args...)
			if !strings.HasSuffix(stderr, says) {
				t.Errorf("%v: stderr %q, want at its end %q", args, stderr, says)
			}
			if !save && !slices.Equal(names(t, folder), before) {
				t.Errorf("%v: leaves %v, want %v", args, names(t, folder), before)
			}
		}
		if c.whole == nil {
			continue
		}
		var outputs [2]string
		for i, at := range []string{straight, folder} {
			whole := program(t, append(c.whole, at, "--save", "--json")...)
			var stderr bytes.Buffer
			whole.Stderr = &stderr
			stdout, err := whole.Output()
			if err != nil {
				t.Fatalf("%v: %v: %s", whole.Args, err, &stderr)
			}
			if told := strings.Contains(stderr.String(), "  ss at s1, test-target  "); told != (at == straight) {
				t.Errorf("%v: stderr %q: what was finished is not done again", whole.Args, &stderr)
			}
			saved, err := os.ReadFile(filepath.Join(at, c.file))
			if err != nil {
				t.Fatal(err)
			}
			outputs[i] = string(stdout) + string(saved)
		}
		if outputs[0] != outputs[1] {
			t.Errorf("%v: found %s, want %s", c.whole, outputs[1], outputs[0])
		}
		if found, want := names(t, folder), names(t, straight); !slices.Equal(found, want) {
			t.Errorf("left are %v, want %v", found, want)
		}
	}
}

// signalled starts the program, sends it a signal when it has told of something,
// and returns what it told after it ended with the given code.
func signalled(t *testing.T, code int, s os.Signal, args ...string) string {
	t.Helper()
	child := program(t, args...)
	pipe, err := child.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	stderr := bufio.NewReader(pipe)
	first, err := stderr.ReadString('\n')
	if err == nil {
		err = child.Process.Signal(s)
	}
	rest, _ := io.ReadAll(stderr)
	child.Wait()
	if found := child.ProcessState.ExitCode(); err != nil || found != code {
		t.Fatalf("%v: exit code %d, error %v, want %d; stderr %s%s", args, found, err, code, first, rest)
	}
	return first + string(rest)
}

// names lists what a folder holds.
func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
