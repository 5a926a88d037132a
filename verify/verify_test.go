package verify

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sdrm/asm"
	"sdrm/asm/conform"
	"sdrm/tensor"
)

var update = flag.Bool("update", false, "write the golden list")

// writeGolden is the command that writes the golden list.
const writeGolden = "SDRM_ISA=generic go test ./verify -run TestKnownAnswers -update"

// TestKnownAnswers compares every computation's digest with the golden list, which
// must hold those and no others, in the order of the computations.
func TestKnownAnswers(t *testing.T) {
	got, left := goldenHead, len(computations())
	digests := map[string]string{}
	for _, r := range computations() {
		t.Run(r.name, func(t *testing.T) {
			left--
			digest, err := r.digest(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if r.same == "" {
				digests[r.name] = digest
				got += digest + "  " + r.name + "\n"
			}
			switch want, listed := golden()[r.key()]; {
			case *update:
			case !listed:
				t.Errorf("golden.txt has no line of %q, whose digest is %s; if it is new, this adds it: %s", r.key(), digest, writeGolden)
			case digest != want:
				t.Errorf("digest %s, want %s; if the results were meant to change, this writes them anew: %s", digest, want, writeGolden)
			}
			if want, done := digests[r.key()]; done && digest != want {
				t.Errorf("digest %s, that of %q is %s", digest, r.same, want)
			}
		})
	}
	if left > 0 {
		return // -run chose some
	}
	if *update && !t.Failed() {
		if err := os.WriteFile("golden.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for key := range golden() {
		if digests[key] == "" {
			t.Errorf("golden.txt has a line of %q, and nothing computes that; if it was taken out, this removes the line: %s", key, writeGolden)
		}
	}
	if got != goldenText && !t.Failed() {
		t.Errorf("golden.txt has the right digests, but not as they are written by: %s", writeGolden)
	}
}

// TestEveryOpHasAKnownAnswer compares the names of computations with the files of the ops,
// and with the algorithms of the convolution.
func TestEveryOpHasAKnownAnswer(t *testing.T) {
	files, err := filepath.Glob("../autograd/op_*.go")
	if err != nil || len(files) < 10 {
		t.Fatalf("found %d files of ops, error %v", len(files), err)
	}
	var words []string
	for _, r := range opComputations() {
		words = append(words, strings.Fields(r.name)...)
	}
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "op_"), ".go")
		if !slices.Contains(words, name) {
			t.Errorf("the op %s has no computation", name)
		}
	}
	for a := tensor.ConvAlgorithm(0); a <= tensor.Im2col; a++ {
		if !slices.Contains(words, a.String()) {
			t.Errorf("the convolution's algorithm %s has no computation", a)
		}
	}
}

// compared does computations against a golden list and returns the checks.
func compared(t *testing.T, list []computation, golden map[string]string) []Check {
	t.Helper()
	var checks []Check
	err := compare(t.Context(), list, golden, func(name string, check func() (string, error)) error {
		digest, err := check()
		checks = append(checks, Check{Name: name, OK: err == nil, Digest: digest, Problem: fmt.Sprint(err)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return checks
}

func TestWrongDigestsAreFound(t *testing.T) {
	one := func(_ context.Context, d *digest) error { d.ints(1); return nil }
	fails := func(context.Context, *digest) error { return errors.New("no disk") }
	list := []computation{{name: "a", run: one}, {name: "b", same: "a", run: one}, {name: "c", run: one}, {name: "d", run: one}, {name: "e", run: fails}}
	right, err := list[0].digest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checks := compared(t, list, map[string]string{"a": right, "c": "0123"})
	for i, want := range []string{"", "", "want 0123", "no digest", "no disk"} {
		c := checks[i]
		if c.OK != (want == "") || want != "" && !strings.Contains(c.Problem, want) {
			t.Errorf("%s: ok %v, problem %q, want %q", c.Name, c.OK, c.Problem, want)
		}
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_, err := Run(ctx, Here(), func(Check) {
		if n++; n == 2 {
			cancel()
		}
	})
	if all := Count(Here()); all < 100 || Count(append(Here(), Here()...)) <= all {
		t.Errorf("%d checks", all)
	}
	if !errors.Is(err, context.Canceled) || n != 2 {
		t.Errorf("error %v after %d checks, want %v after 2", err, n, context.Canceled)
	}
}

// TestKernelsAreAllChecked runs the kernels' part as the command does.
func TestKernelsAreAllChecked(t *testing.T) {
	var names []string
	err := kernels(func(name string, check func() (string, error)) error {
		names = append(names, name)
		_, err := check()
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if want := (len(conform.Families) + 1) * len(asm.Available()); len(names) != want {
		t.Errorf("%d checks, want %d: %v", len(names), want, names)
	}
}
