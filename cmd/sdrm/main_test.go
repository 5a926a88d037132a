package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"sdrm/experiment/spec"
	"sdrm/internal/fault"
	"sdrm/train"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sdrm": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"fails": fails,
			"cifar": cifar,
			"only":  only,
		},
	})
}

// fails CODE [limited OPTION LIMIT] ARGS... runs sdrm and wants the exit code,
// nothing on stdout and one line on stderr, which stays there for the script to
// look at. If limited, it runs under the shell's ulimit.
func fails(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fails CODE [limited OPTION LIMIT] ARGS...")
	}
	command := append([]string{"sdrm"}, args[1:]...)
	if args[1] == "limited" {
		command = append([]string{"sh", "-c", `ulimit "$0" "$1"; shift; exec sdrm "$@"`}, args[2:]...)
	}
	err := ts.Exec(command[0], command[1:]...)
	code := 0
	var exit interface{ ExitCode() int }
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
	stdout, stderr := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	if stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "sdrm: ") {
		ts.Fatalf("want one line of error alone, found stdout %q, stderr %q", stdout, stderr)
	}
}

// only DIR NAMES... wants a folder to hold the names, in order, and no others.
func only(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: only DIR NAMES...")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if !slices.Equal(names, args[1:]) {
		ts.Fatalf("%s holds %v, want %v", args[0], names, args[1:])
	}
}

// cifar DIR FILE SIZE [LABEL] writes a file of CIFAR-10's layout, of zeros but
// for the label of its third record.
func cifar(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: cifar DIR FILE SIZE [LABEL]")
	}
	var size, label int
	fmt.Sscan(args[2], &size)
	if len(args) > 3 {
		fmt.Sscan(args[3], &label)
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	contents := make([]byte, size)
	if label > 0 {
		contents[2*3073] = byte(label)
	}
	ts.Check(os.WriteFile(filepath.Join(dir, args[1]), contents, 0o644))
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, exitDone},
		{errors.New("x"), exitFailed},
		{fmt.Errorf("x: %w", &usageError{errors.New("y")}), exitUsage},
		{fmt.Errorf("x: %w", &fault.InputError{Err: errors.New("y")}), exitInput},
		{fmt.Errorf("x: %w", &checkError{1, 2}), exitCheck},
		{fmt.Errorf("x: %w", train.ErrInterrupted), exitInterrupted},
		{&os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}, exitInput},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.want)
		}
	}
}

// A flag must do what its field does in a file.
func TestFlagsSetTheirFields(t *testing.T) {
	texts := map[string]string{
		"name": "n", "seed": "7", "data": "synthetic", "data-dir": "d", "train-files": "2", "train-limit": "3", "test-limit": "4",
		"resize": "40", "model": "vgg5", "attack": "badnets", "target": "5", "labels": "all-to-all", "rate": "0.25", "trigger": "t.png", "mode": "frozen",
		"epochs": "6", "batch": "8", "lr": "0.5", "milestones": "3,5", "lambda": "0.75", "levels": "last", "rotate": "12.5",
		"regulariser": "ed", "warmup": "2", "memory": "100000000",
		"weight": "0.3", "momentum": "0.5", "schedule": "cosine", "keep": "last",
	}
	for _, f := range spec.Fields {
		if f.Flag == "" {
			continue
		}
		text, ok := texts[f.Flag]
		if !ok {
			t.Errorf("--%s is not tested", f.Flag)
			continue
		}
		got, before := spec.Default(), ""
		if f.Flag == "labels" { // the default attack leads to one class
			got.Attack.Name, before = "badnets", "attack.name = \"badnets\"\n"
		}
		old := got
		if err := f.Set(&got, text); err != nil {
			t.Errorf("--%s %s: %v", f.Flag, text, err)
		}
		switch f.Kind() {
		case "text":
			text = `"` + text + `"`
		case "list":
			text = "[" + text + "]"
		}
		path := filepath.Join(t.TempDir(), "spec.toml")
		if err := os.WriteFile(path, []byte(before+f.Key+" = "+text+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		want, err := spec.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("--%s: %s", f.Flag, d)
		}
		if cmp.Equal(got, old) {
			t.Errorf("--%s changed nothing", f.Flag)
		}
	}
}

func TestInterruptedBeforeTheFirstStep(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs strings.Builder
	dir := filepath.Join(t.TempDir(), "run")
	args := []string{"train", "--data", "synthetic", "--model", "vgg5", "--train-limit", "32", "--test-limit", "20",
		"--batch", "16", "--epochs", "1", "--out", dir}
	if code := dispatch(ctx, args, &out, &errs); code != exitInterrupted {
		t.Fatalf("exit code %d, want %d: %s", code, exitInterrupted, &errs)
	}
	if !strings.Contains(errs.String(), "--resume --out "+dir) {
		t.Errorf("stderr %q does not say how to go on", &errs)
	}
	if code := dispatch(context.Background(), []string{"train", "--resume", "--out", dir, "--json"}, &out, &errs); code != exitDone {
		t.Fatalf("resumed: exit code %d: %s", code, &errs)
	}
	// While the images of a finished run are read, to judge it, as well.
	for _, command := range []string{"measure", "detect"} {
		for line, want := range map[string]int{command: exitFailed, command + " --save": exitInterrupted} {
			if code := dispatch(ctx, append(strings.Fields(line), dir), &out, &errs); code != want {
				t.Errorf("%s: exit code %d, want %d: %s", line, code, want, &errs)
			}
		}
	}
}
