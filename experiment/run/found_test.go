package run

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/heap"
)

// result is a result that is read, as JSON.
func result(t testing.TB) []byte {
	t.Helper()
	r := judge.Result{Name: "tiny", SpecSHA256: "spec", WeightsSHA256: "weights",
		Levels: judge.Levels{{Level: "s1"}}, Detectors: []score.Score{{Name: "ac", Rule: score.RuleBest}},
		Skipped: []judge.Skipped{{Name: "ss", Level: "s1", Set: judge.TestSet, Reason: "2 samples, want at least 20 of each kind"}},
		Scatter: []judge.Scatter{{Level: "s1", Benign: [][2]float64{{1, 2}}}}}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func tiny(of identity) error { return mustBe("name", of.Name, "tiny", SpecFile) }

// What is not of the run that is meant, or no finding at all, takes little memory
// beside the file's bytes.
func TestFoundIsRefusedInLittleMemory(t *testing.T) {
	const length = 1 << 22
	fill := func(begin, piece, end string) []byte {
		return []byte(begin + strings.Repeat(piece, length/len(piece)) + end)
	}
	const foreign, ours = `{"name":"x","detectors":[`, `{"name":"tiny",`
	for _, text := range [][]byte{
		fill(foreign, `{"name":"ac","rule":"best","f1":1,"recall":1,"threshold_rule":"none"},`, `0]}`), fill(foreign, "{},", "0]}"), fill("", "[", ""), fill("", "\x00", ""), fill(`"`, `a`, `"`),
		fill(ours+`"detectors":[`, "{},", `{}]}`), fill(ours+`"skipped":[`, "{},", `0]}`), fill(ours+`"levels":[`, "{},", `0]}`), fill(ours+`"scatter":[{"benign":[`, "[],", `0]}]}`),
		fill(ours+`"detectors":[`, `{                                                                },`, `{}]}`), fill(ours+`"x":`, "[", ""),
		fill(ours+`"skipped":[`, `{"reason":"                                                       "},`, `0]}`),
	} {
		var r judge.Result
		var err error
		taken := heap.Taken(func() { err = parse(text, &r, tiny) })
		if err == nil || taken > heap.Most {
			t.Errorf("%.60q…: %d bytes taken, error %.100v", text, taken, err)
		}
	}
	var r judge.Result
	if err := parse(result(t), &r, tiny); err != nil || len(r.Detectors) != 1 || len(r.Skipped) != 1 {
		t.Errorf("a result is read as %+v, error %v", r, err)
	}
}

// FuzzFound reads findings: what is accepted is of the run, and written again reads
// the same.
func FuzzFound(f *testing.F) {
	f.Add(result(f))
	f.Add([]byte(`{"name":"tiny","kernel":"median","levels":[{"level":"relu1","relu":1,"mmd":{"value":1,"p":null}}]}`))
	f.Add([]byte(`{"name":"tiny","detectors":[{"name":"ac","rule":"worst"}]}`))
	f.Add([]byte(`{"name":"tiny","name":"x"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, v := range []any{new(judge.Result), new(judge.Measured), new(judge.Detected)} {
			if parse(text, v, tiny) != nil {
				continue
			}
			again, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			var of identity
			if err := json.Unmarshal(again, &of); err != nil || of.Name != "tiny" {
				t.Fatalf("read as of %+v, error %v", of, err)
			}
		}
	})
}

// FuzzMetrics reads metrics: what is accepted are the lines of all epochs in order.
func FuzzMetrics(f *testing.F) {
	const lines = `{"kind":"step","epoch":1,"step":1,"lr":0.1,"loss":2,"ce":1.5,"mmd":[0.5,0.25]}` + "\n" + `{"kind":"epoch","epoch":1,"lr":0.1,"loss":2,"ba":0.5,"asr":1}` + "\n"
	f.Add([]byte(lines), 1)
	f.Add([]byte(lines+`{"kind":"epoch","epoch":2}`), 2)
	f.Add([]byte(lines+lines), 2)
	f.Add([]byte(lines[:len(lines)-9]), 1)
	f.Fuzz(func(t *testing.T, text []byte, epochs int) {
		metrics, err := parseMetrics(strings.NewReader(string(text)), epochs)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("an error of more than one line: %q", err)
			}
			return
		}
		ends := slices.DeleteFunc(metrics, func(m Metric) bool { return m.Kind == "step" })
		if len(ends) != max(epochs, 0) {
			t.Fatalf("%d epochs, want %d", len(ends), epochs)
		}
		size, n, err := sizeOfLines(strings.NewReader(string(text)), len(text))
		if err != nil || size > int64(len(text)) || n != strings.Count(string(text), "\n") {
			t.Fatalf("%d lines in %d bytes, error %v", n, size, err)
		}
	})
}

func TestAnErrorOfIdentityIsOne(t *testing.T) {
	if err := mustBe("name", "a", "a", SpecFile); err != nil {
		t.Error(err)
	}
	var r judge.Result
	if err := parse([]byte(`{"name":"tiny"}`), &r, func(identity) error { return errors.ErrUnsupported }); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("error %v, want %v", err, errors.ErrUnsupported)
	}
}
