package report

import (
	"fmt"
	"io"
	"strings"

	"sdrm/experiment/judge"
)

// CalibrationText writes what canonical rules flag in clean models, a row a detector
// and level, and how it compares with what they claim.
func CalibrationText(w io.Writer, c judge.Calibration) error {
	t := table{title: fmt.Sprintf("What canonical rules flag of clean samples, mean over sets; clean models: %d", c.Models),
		head: []string{"detector", "level", "claimed", "flagged [95 %]", "", "samples flagged", "sets flagged"}}
	var marks table
	var exceeding []string
	held := 0 // to a level that they claim
	for _, a := range c.Alarms {
		verdict := a.Verdict
		if !a.Claimed.IsNaN() && a.Sets > 0 {
			held++
		}
		if verdict == judge.Exceeds {
			verdict = "ABOVE *"
			exceeding = append(exceeding, a.Detector+" at "+a.Level)
		}
		sets := fmt.Sprintf("%d of %d", a.Alarmed, a.Sets)
		if a.Unlimited > 0 {
			sets += fmt.Sprintf(", %d without a threshold", a.Unlimited)
		}
		claimed := format(a.Claimed, 2)
		if a.OfSets {
			claimed += " of sets"
		}
		t.add(a.Detector, a.Level, claimed, interval(a.Share, a.Low, a.High), verdict,
			fmt.Sprintf("%d of %d", a.Raised, a.Samples), sets)
	}
	if len(exceeding) > 0 {
		marks.add("* flags more than its rule claims: " + strings.Join(exceeding, ", "))
		marks.add(fmt.Sprintf("Of these %d intervals one in forty is above what is claimed by chance, if they are apart.", held))
	}
	return Terminal.write(w, t, marks, skipped([]judge.Result{{Name: "clean models", Skipped: c.Skipped}}))
}

// Calibrated is a run in whose model something was looked for that is not there.
type Calibrated struct {
	Name     string `json:"name"`
	Control  bool   `json:"control"`            // no image was poisoned, or none is known to be
	Imported bool   `json:"imported,omitempty"` // nobody saw the training
	SHA256   string `json:"weights_sha256"`
}

// model says whether the run's model has a backdoor.
func (c Calibrated) model() string {
	switch {
	case c.Control && c.Imported:
		return "no attack known"
	case c.Control:
		return "clean"
	}
	return "backdoored"
}

// Uniformity is how far the p-values of a run are from uniform.
type Uniformity struct {
	Calibrated
	Levels []judge.PValues `json:"levels"`
}

// UniformityText writes a row a run and level, and which of them are not uniform.
func UniformityText(w io.Writer, runs []Uniformity) error {
	t := table{title: "P-values of the two-sample test on untriggered images, and their distance from uniform",
		head: []string{"run", "model", "level", "sets", "images each", "KS", "p", "below 0.05 [95 %]"}}
	tests := 0
	for _, r := range runs {
		for _, l := range r.Levels {
			tests++
			t.add(r.Name, r.model(), l.Level, fmt.Sprint(l.Sets), fmt.Sprint(l.Samples), format(l.Statistic, 3), format(l.P, 3), interval(l.Rejected, l.Low, l.High))
		}
	}
	// Bonferroni's bound for so many tests.
	var verdict table
	level := 0.05 / float64(max(tests, 1))
	var off []string
	for _, r := range runs {
		for _, l := range r.Levels {
			if l.P < level {
				off = append(off, r.Name+" at "+l.Level)
			}
		}
	}
	if off == nil {
		verdict.add(fmt.Sprintf("No p below %.2g, 0.05 over %d tests: none is told apart from uniform.", level, tests))
	} else {
		verdict.add(fmt.Sprintf("Not uniform, p below %.2g, 0.05 over %d tests: %s.", level, tests, strings.Join(off, ", ")))
	}
	return Terminal.write(w, t, verdict)
}
