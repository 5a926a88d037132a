package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sdrm/experiment/judge"
	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
	"sdrm/internal/fault"
	"sdrm/train"
)

// learned is a tiny run of an attack that learns before the first step.
func learned() spec.Spec {
	s := spectest.Tiny()
	s.Attack.Name = "lf"
	s.Attack.Options = []string{"epochs=1", "passes=2", "fooling=1"}
	s.Train.Epochs = 1
	s.Detect.Detectors = []string{"ss"}
	return s
}

// asked is a context that ends when it was asked some times whether it has.
type asked struct {
	context.Context
	left atomic.Int64
}

func (c *asked) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// What an attack learns before the first step is part of the run: it is the same
// wherever the run was interrupted, and is needed to judge it.
func TestWhatAnAttackLearns(t *testing.T) {
	dir, want := start(t, learned())
	attack := filepath.Join(dir, train.AttackFile)
	pattern, err := os.ReadFile(attack)
	if err != nil {
		t.Fatal(err)
	}
	// How often the context is asked: once for the images of each split, 7 times for the clean model's epoch and its
	// tests of no images, 4 times for batches of images, 6 times for batches that
	// the attack learns from, and once before every step.
	for _, c := range []struct {
		name  string
		asks  int64
		steps int // done of the classifier's
	}{
		{"before anything", 0, 0},
		{"while the test images are read", 1, 0},
		{"while the clean model is trained", 5, 0},
		{"while the attack learns", 16, 0},
		{"while the classifier is trained", 21, 2},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		ctx := &asked{Context: t.Context()}
		ctx.left.Store(c.asks)
		stages, steps := 0, 0
		o := Options{OnStage: func(Learned) { stages++ }, OnStep: func(train.Step) { steps++ }}
		if _, err := Start(ctx, dir, learned(), o); !errors.Is(err, train.ErrInterrupted) {
			t.Fatalf("%s: error %v, want %v", c.name, err, train.ErrInterrupted)
		}
		if found := exists(filepath.Join(dir, train.AttackFile)); steps != c.steps || found != (steps > 0) {
			t.Errorf("%s: %s is there: %v; %d steps, want %d", c.name, train.AttackFile, found, steps, c.steps)
		}
		r, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		got, err := resume(t.Context(), r, o)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if text(t, got) != text(t, want) || stages != 1 {
			t.Errorf("%s: another result, or learned %d times", c.name, stages)
		}
	}

	// Runs that differ in what comes after it learn it once, also at the same time.
	siblings := t.TempDir()
	var from [2]string
	var results [2]judge.Result
	var runs sync.WaitGroup
	for i := range results {
		s := learned()
		s.MMD.Lambda += float64(i)
		runs.Go(func() {
			var err error
			results[i], err = Start(t.Context(), filepath.Join(siblings, strconv.Itoa(i)), s, Options{
				Siblings: siblings, OnStage: func(l Learned) { from[i] = l.From },
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	if from != [2]string{"", "0"} && from != [2]string{"1", ""} {
		t.Errorf("two runs with one attack took what it learns from %q", from)
	}
	for i, r := range results {
		if r.Attack.SHA256 != want.Attack.SHA256 || i == 0 && text(t, r) != text(t, want) {
			t.Errorf("run %d beside another that learns the same found something else", i)
		}
	}
	if left, err := os.ReadDir(siblings); err != nil || len(left) != 2 {
		t.Errorf("beside the two runs lie %v, error %v", left, err)
	}
	// What has learned something else, or is damaged, is not taken.
	for name, change := range map[string]func(*spec.Spec) error{
		"another seed": func(s *spec.Spec) error { s.Seed++; return nil },
		"damaged": func(*spec.Spec) error {
			return errors.Join(os.RemoveAll(filepath.Join(siblings, "1")), os.Truncate(filepath.Join(siblings, "0", train.AttackFile), 100))
		},
	} {
		s := learned()
		if err := change(&s); err != nil {
			t.Fatal(err)
		}
		taken := "nothing was learned"
		_, err := Start(t.Context(), filepath.Join(siblings, name), s, Options{Siblings: siblings, OnStage: func(l Learned) { taken = l.From }})
		if err != nil || taken != "" {
			t.Errorf("%s: took from %q, error %v", name, taken, err)
		}
	}

	r, err := OpenFinished(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Subject(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	damaged := slices.Clone(pattern)
	damaged[len(damaged)-1] ^= 1
	for name, spoil := range map[string]func() error{
		"damaged":             func() error { return os.WriteFile(attack, damaged, 0o644) },
		"file does not exist": func() error { return os.Remove(attack) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		var bad *fault.InputError
		_, err := r.Subject(t.Context(), 1)
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), attack) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line with %s", name, err, attack)
		}
	}
	into := filepath.Join(t.TempDir(), "imported")
	if _, err := Import(t.Context(), into, learned(), filepath.Join(dir, train.BestFile), Options{}); err == nil || !strings.HasPrefix(err.Error(), "attack.name: ") || exists(into) {
		t.Errorf("import: error %v, or a folder was left", err)
	}
}
