package report

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/internal/hostile"
)

// fuzz reads findings of one kind and shows them in every way: nothing panics, and
// nothing reaches a terminal raw.
func fuzz[T any](f *testing.F, seed T, show func(w io.Writer, v T) error) {
	text, err := json.Marshal(seed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"name":"\u001b[2J\n","levels":[{"level":"a|b"},{"level":"a|b"}],"scatter":[{"level":"<b>","benign":[[1e308,-1e308]]}]}`))
	f.Add([]byte(`{"detectors":[{"name":"ac","rule":"best","set":"test-target","f1":1e308,"chance_f1":null},{"name":"ac","rule":"canonical","set":"classes"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var v T
		if json.Unmarshal(text, &v) != nil {
			return
		}
		var out strings.Builder
		if err := show(&out, v); err != nil {
			t.Fatal(err)
		}
		if r, raw := hostile.Raw(out.String()); raw {
			t.Fatalf("a raw %q in %q", r, out.String())
		}
	})
}

// inAll writes an entry in every style.
func inAll(w io.Writer, e Entry) error {
	for _, write := range []func(io.Writer, []Entry) error{Terminal.Write, Markdown.Write, CSV, HTML} {
		if err := write(w, []Entry{e}); err != nil {
			return err
		}
	}
	return nil
}

func FuzzResult(f *testing.F) {
	fuzz(f, entry("tiny", 0.1, 0.5).Result, func(w io.Writer, r judge.Result) error {
		e := entry("tiny", 0.1, 0.5)
		e.Result = r
		if err := Text(w, []judge.Result{r}); err != nil {
			return err
		}
		if err := Verdict(w, []judge.Result{r}); err != nil {
			return err
		}
		return inAll(w, e)
	})
}

func FuzzCurves(f *testing.F) {
	f.Add([]byte(`[{"kind":"epoch","loss":1e308,"ba":-1e308},{"kind":"epoch","loss":-1e308},{"kind":"step","mmd":[1e38,-1e38]},{"kind":"epoch"}]`))
	fuzz(f, entry("tiny", 0.1, 0.5).Metrics, func(w io.Writer, m []run.Metric) error {
		e := entry("tiny", 0.1, 0.5)
		e.Metrics = m
		return inAll(w, e)
	})
}

func FuzzMeasure(f *testing.F) {
	fuzz(f, *saved("tiny", 0.1, 0.5).Measured, func(w io.Writer, m judge.Measured) error {
		e := entry("tiny", 0.1, 0.5)
		e.Measured = &m
		if err := MeasuredText(w, m); err != nil {
			return err
		}
		return inAll(w, e)
	})
}

func FuzzTrigger(f *testing.F) {
	fuzz(f, *entry("tiny", 0.1, 0.5).Trigger, func(w io.Writer, t run.Trigger) error {
		if t.Check() != nil {
			return nil // it is not read
		}
		e := entry("tiny", 0.1, 0.5)
		e.Trigger = &t
		return inAll(w, e)
	})
}

func FuzzDetect(f *testing.F) {
	one := entry("tiny", 0.1, 0.5).Result
	fuzz(f, judge.Detected{Name: "tiny", Detectors: one.Detectors, Skipped: one.Skipped}, func(w io.Writer, d judge.Detected) error {
		e := entry("tiny", 0.1, 0.5)
		e.Result.Detectors, e.Result.Skipped = d.Detectors, d.Skipped
		if err := DetectorsText(w, []judge.Detected{d}); err != nil {
			return err
		}
		return inAll(w, e)
	})
}
