package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sdrm/experiment/run"
	"sdrm/experiment/spec"
)

// The page of unfinished runs has what is known of each, also of one that has not
// begun, and is loaded again only if asked.
func TestLiveHTML(t *testing.T) {
	begun := entry("begun <b>", 0.1, 0.5)
	s := spec.Default()
	s.Name = "waiting"
	runs := []Live{{begun.Spec, "training", begun.Metrics[:6]}, {s, "stopped", nil}}
	for seconds, want := range map[int]bool{0: false, 3: true} {
		var b bytes.Buffer
		if err := LiveHTML(&b, runs, seconds); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		wellFormed(t, page)
		if got := strings.Contains(page, `<meta http-equiv="refresh" content="3">`); got != want || strings.Contains(page, "http-equiv") != want {
			t.Errorf("%d seconds: loaded again: %v", seconds, got)
		}
		for _, part := range []string{"begun &lt;b&gt;", "waiting", "training", "2 of 80", ">0.0000<", ">0.500<", "<polyline", "Training loss", "batches, s2"} {
			if !strings.Contains(page, part) {
				t.Errorf("the page lacks %q", part)
			}
		}
		for _, never := range []string{"<script", "NaN", "https:", "ZgotmplZ"} {
			if strings.Contains(page, never) {
				t.Errorf("the page has %q", never)
			}
		}
	}
}

// Of a run that is being written the whole lines are read.
func TestLoadLive(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(run.SpecFile, string(spec.Default().Encode()))
	if l, err := LoadLive(dir); err != nil || l.Metrics != nil || l.State != "stopped" {
		t.Errorf("not begun: %+v, error %v", l, err)
	}
	const line = `{"kind":"step","epoch":1,"step":1,"lr":0.1,"loss":2}` + "\n"
	write(run.MetricsFile, line+line[:20])
	if l, err := LoadLive(dir); err != nil || len(l.Metrics) != 1 || l.Metrics[0].Loss != 2 {
		t.Errorf("begun: %+v, error %v", l, err)
	}
	write(run.MetricsFile, line+line)
	if _, err := LoadLive(dir); err == nil || !strings.Contains(err.Error(), "line 2: ") {
		t.Errorf("error %v of a step that is there twice", err)
	}
}
