package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sdrm/experiment/spec"
	"sdrm/internal/hostile"
)

// What is printed of texts from elsewhere steers no terminal and forges no line.
func TestHostileTextsArePrintedHarmlessly(t *testing.T) {
	for i := range hostile.Texts {
		text := hostile.Text(i)
		var out strings.Builder
		if err := errors.Join(printf(&out, "%s: %v\n", text, errors.New(text)), printJSON(&out, []string{text})); err != nil {
			t.Fatal(err)
		}
		if r, raw := hostile.Raw(out.String()); raw {
			t.Errorf("text %d, %.60q: a raw %q", i, text, r)
		}
		line, document, _ := strings.Cut(out.String(), "\n")
		if want := "[\n"; !strings.HasPrefix(document, want) || len([]rune(line)) > 10_000 {
			t.Errorf("text %d, %.60q: %d characters in a line, or more than one line", i, text, len([]rune(line)))
		}
		var back []string
		if err := json.Unmarshal([]byte(document), &back); err != nil || back[0] != strings.ToValidUTF8(text, "\ufffd") && !strings.Contains(back[0], "\ufffd") {
			t.Errorf("text %d, %.60q: the document says %.60q, error %v", i, text, back, err)
		}
	}
}

// Hostile names of files, and hostile texts in every field of a spec and in what
// the command line takes, end in one line of error.
func TestHostileInputs(t *testing.T) {
	dir := t.TempDir()
	specFile, archive := filepath.Join(dir, "spec.toml"), filepath.Join(dir, "archive")
	var lines []string
	for _, f := range spec.Fields {
		lines = append(lines, f.Key+" = %[1]s", f.Key+" = [%[1]s]", f.Key+" = {%[1]s = 1}")
	}
	lines = append(lines, "%[1]s = 1", "[%[1]s]", "name = \"a\" %[2]s", "train.%[1]s = 1", "%[2]s", "attack.options = [\"trigger=\" , %[1]s]")
	small := []string{"--data", "synthetic", "--model", "vgg5", "--train-limit", "8", "--test-limit", "8", "--batch", "8"}
	for i := range hostile.Texts {
		text := hostile.Text(i)
		path := filepath.Join(dir, strings.ReplaceAll(text, "\x00", "0"))
		line := fmt.Sprintf(lines[i%len(lines)], tomlString(text), text)
		if err := os.WriteFile(specFile, []byte(line+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		refused(t, "train", specFile, "--train-limit", "-1")
		commands := [][]string{
			{"train", path}, {"report", path}, {"eval", path}, {"latents", "measure", path}, {"data", "check", text},
			{"data", "check", "cifar10", "--data-dir", path}, {"data", "unpack", path}, {"data", "unpack", "--set", "cifar10", archive, path},
			append([]string{"weights", "import", path, "--out", path + "x"}, small...), append([]string{"train", "--trigger", path, "--out", path + "x"}, small...),
			{"x" + text}, {"list", "x" + text}, {"train", "--x" + text}, {"train", "--lr", text}, {"train", "--name", text},
			{"detect", "x", "--detectors", text}, {"report", "--format", text, "x"},
		}
		refused(t, commands[i%len(commands)]...)
		if t.Failed() {
			return
		}
	}
}

// tomlString writes a text as TOML.
func tomlString(text string) string {
	return strings.NewReplacer(`\x`, `\u00`, `\a`, `\u0007`, `\v`, `\u000b`).Replace(strconv.QuoteToASCII(text))
}

// refused checks that a command fails with one harmless line of error.
func refused(t *testing.T, args ...string) {
	t.Helper()
	var out, errs strings.Builder
	code := dispatch(context.Background(), args, &out, &errs)
	if r, raw := hostile.Raw(out.String() + errs.String()); raw {
		t.Errorf("%.100q: a raw %q", args, r)
	}
	if code == exitDone || strings.Count(errs.String(), "\n") != 1 || !strings.HasPrefix(errs.String(), "sdrm: ") {
		t.Errorf("%.100q: exit code %d, stdout %.100q, stderr %.300q", args, code, out.String(), errs.String())
	}
}
