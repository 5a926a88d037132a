package run

import (
	"encoding/json"
	"math"
	"reflect"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

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

// parsed reads a result that must be of the run tiny.
func parsed(text []byte) (judge.Result, error) {
	var checked checkedResult
	var r judge.Result
	return r, parse(text, &checked, func() error { return mustBe("name", checked.Name, "tiny", SpecFile) }, &r)
}

// What is not of the run that is meant, or wrong at its end, takes little memory.
func TestFoundIsRefusedInLittleMemory(t *testing.T) {
	const length = mostElement + mostElement/2
	fill := func(begin, piece, end string) []byte {
		return []byte(begin + strings.Repeat(piece, length/len(piece)) + end)
	}
	const ours = `{"name":"tiny",`
	for _, text := range [][]byte{
		fill(`{"name":"x","detectors":[`, `{"name":"ac","rule":"best"},`, `{"name":"ac","rule":"best"}]}`),
		fill("", "[", ""), fill("", "\x00", ""), fill(`"`, `a`, `"`), fill(ours+`"x":`, "[", ""), fill(ours+`"ba":[`, "[],", `0]}`),
		fill(ours+`"detectors":[`, "{},", `{}]}`), fill(ours+`"detectors":[`, `{"name":"ac","rule":"best"},`, `{}]}`),
		fill(ours+`"skipped":[`, "{},", `0]}`), fill(ours+`"levels":[`, "{},", `0]}`), fill(ours+`"levels":[`, "{},", `{}]}`), fill(ours+`"scatter":[`, "{},", `0]}`),
		fill(ours+`"scatter":[{"benign":[`, "[],", `0]}]}`), fill(ours+`"scatter":[{"malicious":{`, `"":0,`, `"":0}}]}`),
		fill(ours+`"skipped":[`, "{},", `{}],"ba":"x"}`), fill(ours+`"skipped":[{"reason":"`, "x", `"}]}`),
	} {
		_, err := parsed(text)
		peak := uint64(math.MaxUint64) // the least of some, for on a busy machine garbage is collected late
		for try := 0; try < 5 && peak > heap.Most/8; try++ {
			peak = min(peak, peakOf(func() { _, err = parsed(text) }))
		}
		if err == nil || peak > heap.Most/8 {
			t.Errorf("%.60q…: %d bytes held, error %.100v", text, peak, err)
		}
	}
	if r, err := parsed(result(t)); err != nil || len(r.Detectors) != 1 || len(r.Skipped) != 1 || len(r.Levels) != 1 || len(r.Scatter) != 1 {
		t.Errorf("a result is read as %+v, error %v", r, err)
	}
}

// peakOf returns about how many bytes more than before the heap holds at most while
// f runs.
func peakOf(f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	held := func() uint64 { metrics.Read(sample); return sample[0].Value.Uint64() }
	runtime.GC()
	before, most := held(), uint64(0)
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				most = max(most, held())
			}
		}
	}()
	f()
	close(stop)
	<-stopped
	return max(most, before) - before
}

// FuzzFound reads findings: what is accepted is of the run, and written again reads
// the same.
func FuzzFound(f *testing.F) {
	f.Add(result(f))
	f.Add([]byte(`{"name":"tiny","kernel":"median","levels":[{"level":"relu1","relu":1,"mmd":{"value":1,"p":null}}]}`))
	f.Add([]byte(`{"name":"tiny","detectors":[{"name":"ac","rule":"worst"}]}`))
	f.Add([]byte(`{"name":"tiny","name":"x"}`))
	f.Add([]byte(`{"name":"tiny","height":1,"width":1,"channels":1,"original":"AA==","changed":"/w=="}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for checked, v := range map[any]any{new(checkedResult): new(judge.Result), new(checkedMeasured): new(judge.Measured), new(checkedDetected): new(judge.Detected), new(checkedTrigger): new(Trigger)} {
			meant := func() error {
				name := reflect.ValueOf(checked).Elem().FieldByName("Name").String()
				return mustBe("name", name, "tiny", SpecFile)
			}
			if parse(text, checked, meant, v) != nil {
				continue
			}
			if name := reflect.ValueOf(v).Elem().FieldByName("Name").String(); name != "tiny" {
				t.Fatalf("read as of %q", name)
			}
			again, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			if err := parse(again, checked, meant, v); err != nil {
				t.Fatalf("%s cannot be read: %v", again, err)
			}
		}
	})
}

// FuzzMetrics reads metrics: what is accepted are the lines of epochs in order.
func FuzzMetrics(f *testing.F) {
	const lines = `{"kind":"step","epoch":1,"step":1,"lr":0.1,"loss":2,"ce":1.5,"mmd":[0.5,0.25]}` + "\n" + `{"kind":"epoch","epoch":1,"lr":0.1,"loss":2,"ba":0.5,"asr":1}` + "\n"
	f.Add([]byte(lines), 1)
	f.Add([]byte(lines+`{"kind":"epoch","epoch":2}`), 2)
	f.Add([]byte(lines+lines), 2)
	f.Add([]byte(lines[:len(lines)-9]), 1)
	f.Fuzz(func(t *testing.T, text []byte, epochs int) {
		metrics, done, err := parseMetrics(strings.NewReader(string(text)), epochs)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("an error of more than one line: %q", err)
			}
			return
		}
		ends := slices.DeleteFunc(metrics, func(m Metric) bool { return m.Kind == "step" })
		if len(ends) != done || done > max(epochs, 0) {
			t.Fatalf("%d epochs end, and %d of %d are done", len(ends), done, epochs)
		}
		size, n, err := sizeOfLines(strings.NewReader(string(text)), len(text))
		if err != nil || size > int64(len(text)) || n != strings.Count(string(text), "\n") {
			t.Fatalf("%d lines in %d bytes, error %v", n, size, err)
		}
	})
}
