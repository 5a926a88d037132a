package run

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sdrm/experiment/judge"
	"sdrm/experiment/spec/spectest"
	"sdrm/experiment/subject"
	"sdrm/train"
)

// A run that is interrupted while it is judged has the result of one that is not;
// what was finished is not done again, unless another program finished it.
func TestJudgingGoesOn(t *testing.T) {
	s := spectest.Tiny()
	s.Train.Epochs, s.Detect.Detectors = 1, []string{"ss"}
	straight := filepath.Join(t.TempDir(), "run")
	if _, err := Start(t.Context(), straight, s, Options{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(straight, ResultFile))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(t.Context())
	o := Options{Workers: 1, OnUnit: func(p judge.Progress) {
		if p.Name == "ss" && p.Share == 1 {
			cancel()
		}
	}}
	if _, err := Start(ctx, dir, s, o); !errors.Is(err, train.ErrInterrupted) {
		t.Fatalf("error %v, want %v", err, train.ErrInterrupted)
	}
	kept, err := os.ReadFile(filepath.Join(dir, judging))
	if err != nil || strings.Count(string(kept), "\n") != 4 {
		t.Fatalf("kept: %s, error %v, want a line and one for each of BA, ASR and ss", kept, err)
	}
	for _, c := range []struct {
		text  string
		first string // unit that is not done yet
	}{
		{string(kept), "images"}, // that ss is shown
		{strings.Join(strings.SplitAfter(string(kept), "\n")[:2], "") + "\x00{\n", "ASR"}, // torn
		{strings.Replace(string(kept), `program_sha256":"`, `program_sha256":"0`, 1), "BA"},
		{strings.Replace(string(kept), `weights_sha256":"`, `weights_sha256":"0`, 1), "BA"},
	} {
		to := filepath.Join(t.TempDir(), "run")
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, judging), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		first, units := "", map[judge.Unit]bool{}
		o := Options{Workers: 1, OnUnit: func(p judge.Progress) {
			first = cmp.Or(first, p.Name)
			units[p.Unit] = true
		}}
		r, err := Open(to)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := resume(t.Context(), r, o); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(to, ResultFile))
		if err != nil || string(got) != string(want) {
			t.Errorf("after what %s follows: %s, error %v, want %s", c.first, got, err, want)
		}
		if again := units[judge.Unit{Name: "ss", Level: "s1", Set: judge.TestSet}]; first != c.first || again != (c.first != "images") {
			t.Errorf("%s is done first, want %s; ss is done again: %v", first, c.first, again)
		}
		if _, err := os.Stat(filepath.Join(to, judging)); err == nil {
			t.Error("the journal of a finished run is left")
		}
	}

	// A program that is killed after the result is written leaves the journal to the
	// next one.
	if err := os.WriteFile(filepath.Join(straight, judging), kept, 0o600); err != nil {
		t.Fatal(err)
	}
	r := &Run{Dir: straight, Spec: s}
	if err := r.change(func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.path(judging)); err == nil {
		t.Error("the journal of a finished run is left")
	}
}

// Of two programs one keeps what it finds, and both find it.
func TestJournalsAreOneProgramsAlone(t *testing.T) {
	r := &Run{Dir: t.TempDir(), Spec: spectest.Tiny()}
	x, err := subject.New(t.Context(), r.Spec, 1)
	if err != nil {
		t.Fatal(err)
	}
	first, err := r.Detecting(judge.Scope{Subject: x})
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.Detecting(judge.Scope{Subject: x})
	if err != nil {
		t.Fatal(err)
	}
	u := judge.Unit{Name: "ss", Level: "s1", Set: "test"}
	for _, j := range []*Journal{first, second} {
		if err := j.Keep(u, []int{1, 2}); err != nil {
			t.Fatal(err)
		}
	}
	second.Remove()
	first.Close()
	third, err := r.Detecting(judge.Scope{Subject: x})
	if err != nil {
		t.Fatal(err)
	}
	defer third.Remove()
	var found []int
	if !third.Find(u, &found) || len(found) != 2 {
		t.Errorf("found %v, want what the first kept", found)
	}
	var wrong []string
	if third.Find(u, &wrong) || wrong != nil {
		t.Errorf("found %q where there are numbers", wrong)
	}
	if third.Find(judge.Unit{Name: "ss", Level: "s2", Set: "test"}, &found) {
		t.Error("found what nobody kept")
	}
}

func FuzzParseJournal(f *testing.F) {
	const first = `{"program_sha256":"1"}`
	f.Add(first + "\n" + `{"name":"ss","level":"s1","set":"test","found":{"scores":[]}}` + "\n")
	f.Add(first + "\n" + `{"name":"ss"}` + "\n\x00\x00\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		units, end := parseJournal([]byte(text), []byte(first))
		if end != 0 && (end > len(text) || !strings.HasPrefix(text, first+"\n") || text[end-1] != '\n') {
			t.Fatalf("%q: ends at %d", text, end)
		}
		again, same := parseJournal([]byte(text[:end]), []byte(first))
		if same != end || len(again) != len(units) {
			t.Errorf("%q: %d units up to %d, read again %d up to %d", text, len(units), end, len(again), same)
		}
	})
}
