package report

import (
	"bytes"
	"strings"
	"testing"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// Of imported weights nothing is said of a training that nobody saw.
func TestImported(t *testing.T) {
	known := entry("theirs", 0.1, 0.9)
	known.Result.Imported, known.Metrics = true, nil
	suspect := known
	suspect.Spec.Name, suspect.Result.Name = "suspect", "suspect"
	suspect.Spec.Attack.Name, suspect.Result.Control, suspect.Result.ASR, suspect.Trigger = "none", true, nullable.NaN(), nil
	none := nullable.NaN()
	suspect.Result.Detectors = []score.Score{{Name: "neural-cleanse", Level: judge.InputLevel, Set: judge.ClassSet, Rule: score.RuleCanonical,
		Samples: 10, Flagged: 0.1, FalseAlarms: 0.1, F1: none, ChanceF1: none, AUROC: none, ThresholdRule: "the largest is 2.50, of class 3"}}
	for _, c := range []struct {
		e    Entry
		says []string
	}{
		{known, []string{"<h1>Can detectors tell the backdoor?", "blended to class 0", "weights from a file"}},
		{suspect, []string{"<h1>What do detectors flag?", "no attack known", "Nothing is known of what the weights were trained on: what is flagged may be a backdoor&#39;s",
			"neural-cleanse 1 of 10 classes (the largest is 2.50, of class 3)"}},
	} {
		var page, text, lines bytes.Buffer
		if err := HTML(&page, []Entry{c.e}); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, page.String())
		shown, _, _ := strings.Cut(page.String(), `<h2 id="reading">`)
		for _, want := range append(c.says, "Imported weights, SHA-256") {
			if !strings.Contains(shown, want) {
				t.Errorf("%s: the page does not say %q", c.e.Spec.Name, want)
			}
		}
		for _, invented := range []string{"λ = 0", "at rate", "80 epochs", "mmd at levels", "Weights of epoch", "No image was poisoned"} {
			if strings.Contains(shown, invented) {
				t.Errorf("%s: the page says %q", c.e.Spec.Name, invented)
			}
		}
		if err := Verdict(&text, []judge.Result{c.e.Result}); err != nil || !strings.HasPrefix(text.String(), c.e.Spec.Name+" (imported): BA ") {
			t.Errorf("error %v, verdict %s", err, &text)
		}
		if err := CSV(&lines, []Entry{c.e}); err != nil || !strings.Contains(lines.String(), "\n"+c.e.Spec.Name+",,ba,") {
			t.Errorf("error %v, lines\n%s", err, &lines)
		}
	}
	var text bytes.Buffer
	if err := DetectorsText(&text, []judge.Detected{{Name: "suspect", Detectors: suspect.Result.Detectors}}); err != nil ||
		!strings.Contains(text.String(), "suspect: neural-cleanse: the largest is 2.50, of class 3\n") {
		t.Errorf("error %v, in place of the class\n%s", err, &text)
	}
}
