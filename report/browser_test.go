package report

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

//go:embed testdata/inspect.js
var inspector string

// TestPagesInABrowser looks at the pages in Chromium as wide as a phone, a laptop and
// a large screen, in light and in dark: nothing leaves its box, no text is below 9 px,
// and all of it has a contrast of 4.5 (WCAG 2.2, 1.4.3). It needs Debian's chromium.
func TestPagesInABrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("needs chromium, in Debian's package chromium")
	}
	var frames strings.Builder
	for _, page := range pages(t) {
		for _, width := range []int{390, 1280, 1920} {
			fmt.Fprintf(&frames, `<iframe width="%d" height="900" srcdoc="%s"></iframe>`, width, html.EscapeString(page))
		}
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "all.html")
	if err := os.WriteFile(path, []byte("<!DOCTYPE html><meta charset=utf-8><body>"+frames.String()+"<script>"+inspector+"</script>"), 0o644); err != nil {
		t.Fatal(err)
	}
	for scheme, want := range map[int]string{0: "dark true", 1: "dark false"} {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		dom, err := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, want),
			fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme), "--dump-dom", "file://"+path).Output()
		if err != nil {
			t.Fatalf("chromium: %v", err)
		}
		_, found, ok := strings.Cut(string(dom), "<pre>looked at ")
		found, _, _ = strings.Cut(html.UnescapeString(found), "</pre>")
		first, wrong, _ := strings.Cut(found, "\n")
		if !ok || !strings.HasSuffix(first, want) || strings.HasPrefix(first, "0,") {
			t.Fatalf("%s: chromium did not look: %.300q", want, dom)
		}
		t.Logf("looked at %s", first)
		if wrong != "" {
			t.Errorf("%s:\n%s", first, wrong)
		}
	}
}

// pages are a report of runs of every kind, one of a sweep's size, and a sweep's table.
func pages(t *testing.T) []string {
	t.Helper()
	control := saved("a-clean-model-with-a-rather-long-name", 0, nullable.NaN())
	control.Result.Control, control.Result.ASR, control.Trigger, control.Measured = true, nullable.NaN(), nil, nil
	for i := range control.Result.Detectors {
		s := &control.Result.Detectors[i]
		s.Set, s.Prevalence, s.Flagged = "test-class-0", 0, 0.1
	}
	begun := entry("begun", 0.1, 0.6)
	begun.Unfinished, begun.Result, begun.Trigger = true, judge.Result{Name: "begun"}, nil
	made := saved("made", 0.1, 0.6)
	found := madeUp()
	made.Result.Detectors = append(made.Result.Detectors, found.Detectors...)
	made.Measured.Levels[1].MMD.High = 0.2
	var mixed, swept, table bytes.Buffer
	if err := HTML(&mixed, []Entry{saved("regular", 0, 0.95), made, control, begun}); err != nil {
		t.Fatal(err)
	}
	if err := HTML(&swept, []Entry{saved("regular", 0, 0.95), made}); err != nil {
		t.Fatal(err)
	}
	if err := SweepHTML(&table, "sweep", sweepTable()); err != nil {
		t.Fatal(err)
	}
	return []string{mixed.String(), swept.String(), table.String()}
}
