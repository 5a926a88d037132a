package report

import (
	"fmt"
	"io"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// Answered are what detectors of images say of a run by what its model calls images.
type Answered struct {
	Calibrated
	Detectors []judge.Answers `json:"detectors"`
}

// AnswersText writes a row a run and detector.
func AnswersText(w io.Writer, runs []Answered) error {
	t := table{title: "What canonical rules flag of test images, by what the model calls them, and how triggered images rank above clean ones called the same",
		head: []string{"run", "model", "detector", "clean, called others [95 %]", "clean, called the target [95 %]", "triggered, called the target [95 %]", "AUROC [95 %]"}}
	var skipped table
	for _, r := range runs {
		for _, a := range r.Detectors {
			if a.Skipped != "" {
				skipped.add(fmt.Sprintf("%s: no %s: %s", r.Name, a.Detector, a.Skipped))
				continue
			}
			auroc := missing
			if !a.AUROC.IsNaN() {
				auroc = interval(a.AUROC, a.Low, a.High)
			}
			t.add(r.Name, r.model(), a.Detector, flaggedShare(&a.Others), flaggedShare(&a.Target), flaggedShare(a.Triggered), auroc)
		}
	}
	return Terminal.write(w, t, skipped)
}

// flaggedShare is which share of images is flagged, of how many.
func flaggedShare(f *score.FlaggedImages) string {
	if f == nil || f.Images == 0 {
		return missing
	}
	return fmt.Sprintf("%s of %d", interval(nullable.Float(float64(f.Flagged)/float64(f.Images)), f.Low, f.High), f.Images)
}
