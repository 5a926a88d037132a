package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/attacks"
	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/internal/nullable"
	"sdrm/train"
)

// The demo shows an attack with and without the regulariser, and a clean model
// once.
func TestDemoSpecs(t *testing.T) {
	for attack, names := range map[string][]string{"blended": {"regular", "sdrm"}, "badnets": {"regular", "sdrm"}, attacks.None: {"control"}} {
		c := newDemo(&globals{})
		if err := c.ParseFlags([]string{"--attack", attack}); err != nil {
			t.Fatal(err)
		}
		specs, err := demoSpecs(c.Flags())
		if err != nil || len(specs) != len(names) {
			t.Fatalf("%s: %d specs, error %v", attack, len(specs), err)
		}
		for i, s := range specs {
			if s.Name != names[i] || s.Attack.Name != attack || s.Validate() != nil {
				t.Errorf("%s: spec %d is %q of %q, %v", attack, i, s.Name, s.Attack.Name, s.Validate())
			}
		}
	}
	var usage *usageError
	c := newDemo(&globals{})
	c.SetArgs([]string{"--attack", "magic"})
	c.SetErr(io.Discard)
	if err := c.Execute(); !errors.As(err, &usage) {
		t.Errorf("error %v, want a usageError", err)
	}
}

// Of a clean model the demo speaks of the false alarms of every canonical rule, and
// of nothing that it has not.
func TestDemoOfACleanModel(t *testing.T) {
	none := nullable.NaN()
	clean := judge.Result{Name: "control", Control: true, BA: 0.9, ASR: none, Levels: judge.Levels{{Level: "s3"}}}
	for i, name := range []string{"ac", "ss", "sr"} {
		clean.Detectors = append(clean.Detectors, score.Score{Name: name, Level: "s3", Set: "test-class-0", Rule: score.RuleCanonical, Samples: 10,
			F1: none, ChanceF1: none, AUROC: none, Flagged: nullable.Float(i) / 10, FalseAlarms: nullable.Float(i) / 10})
	}
	var out strings.Builder
	if err := printDemo(&out, []judge.Result{clean}, "report.html"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"false alarm", "ac 0.000 [", "ss 0.100 [", "sr 0.200 [", "\nreport: report.html\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	if found := regexp.MustCompile("(?i)backdoor|ASR|malicious").FindString(out.String()); found != "" {
		t.Errorf("%q in\n%s", found, &out)
	}
}

// An interrupted demo says how it goes on, and then gives what one that nothing
// interrupted gives; what lies there of another demo is refused.
func TestDemoGoesOn(t *testing.T) {
	specs, err := demoSpecs(newDemo(&globals{}).Flags())
	if err != nil {
		t.Fatal(err)
	}
	for i := range specs {
		s := &specs[i]
		s.Data.TrainLimit, s.Data.TestLimit, s.Train.Batch, s.Train.Epochs, s.Detect.Detectors = 64, 80, 16, 1, []string{"ss"}
	}
	out := filepath.Join(t.TempDir(), "demo")
	c := newDemo(&globals{})
	c.SetErr(io.Discard)
	demo := func(ctx context.Context, specs []spec.Spec, out string) ([]judge.Result, error) {
		c.SetContext(ctx)
		return executeDemo(c, specs, out)
	}
	want, err := demo(t.Context(), specs, filepath.Join(t.TempDir(), "straight"))
	if err != nil || len(want) != 2 {
		t.Fatalf("%d results, error %v", len(want), err)
	}

	if _, err := demo(t.Context(), specs[:1], out); err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := demo(stopped, specs, out); !errors.Is(err, train.ErrInterrupted) || !strings.HasSuffix(err.Error(), "; demo --out "+out+" continues") {
		t.Errorf("error %v, want how the demo goes on", err)
	}
	clean := newDemo(&globals{})
	if err := clean.ParseFlags([]string{"--attack", attacks.None}); err != nil {
		t.Fatal(err)
	}
	clean.SetContext(stopped)
	clean.SetErr(io.Discard)
	if _, err := executeDemo(clean, specs, out); !errors.Is(err, train.ErrInterrupted) || !strings.HasSuffix(err.Error(), "; demo --out "+out+" --attack none continues") {
		t.Errorf("error %v, want how the demo of a clean model goes on", err)
	}
	got, err := demo(t.Context(), specs, out)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(document{want}, document{got}, cmp.Transformer("JSON", func(d document) string {
		text, err := json.Marshal(d)
		return fmt.Sprint(string(text), err)
	})); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(filepath.Join(out, run.ReportFile)); err != nil {
		t.Error(err)
	}

	specs[1].Seed = 7
	if _, err := demo(t.Context(), specs, out); err == nil || !strings.Contains(err.Error(), "seed") {
		t.Errorf("error %v, want one that names the field that differs", err)
	}
}
