package experiment

import (
	"encoding/json"
	"os"
	"slices"

	"sdrm/internal/atomicfile"
)

// The files beside a finished run that say what was measured and detected later.
const (
	MeasureFile = "measure.json"
	DetectFile  = "detect.json"
)

// Measured is what measuring a finished run anew found.
type Measured struct {
	Name   string  `json:"name"`
	Lambda float64 `json:"lambda"`
	Differences
	SHA256 string `json:"weights_sha256"`
}

// Detected is what showing a finished run to detectors anew found.
type Detected struct {
	Name      string    `json:"name"`
	Lambda    float64   `json:"lambda"`
	Detectors []Score   `json:"detectors"`
	Skipped   []Skipped `json:"skipped,omitempty"`
	SHA256    string    `json:"weights_sha256"`
}

// SaveMeasured writes what was measured into the run's folder.
func (r *Run) SaveMeasured(m Measured) error { return r.save(MeasureFile, m) }

// SaveDetected writes what the named detectors found into the run's folder. What
// was saved of others before stays there.
func (r *Run) SaveDetected(d Detected, names []string) error {
	of, err := r.Result()
	if err != nil {
		return err
	}
	before, err := r.Detected(of)
	if err != nil {
		return err
	}
	if before != nil {
		kept := slices.DeleteFunc(before.Detectors, func(s Score) bool { return slices.Contains(names, s.Name) })
		d.Detectors = append(kept, d.Detectors...)
		skipped := slices.DeleteFunc(before.Skipped, func(s Skipped) bool { return slices.Contains(names, s.Name) })
		d.Skipped = append(skipped, d.Skipped...)
	}
	return r.save(DetectFile, d)
}

func (r *Run) save(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(r.path(name), append(text, '\n')); err != nil {
		return input(err)
	}
	return nil
}

// Measured reads what SaveMeasured wrote, nil if it did not.
func (r *Run) Measured(of Result) (*Measured, error) {
	var m Measured
	return read(r.path(MeasureFile), &m, &m.SHA256, of)
}

// Detected reads what SaveDetected wrote, nil if it did not.
func (r *Run) Detected(of Result) (*Detected, error) {
	var d Detected
	return read(r.path(DetectFile), &d, &d.SHA256, of)
}

// read fills v with the file, which must be about the weights of a result.
func read[T any](path string, v *T, sha256 *string, of Result) (*T, error) {
	if !exists(path) {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, input(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return nil, inputf("%s: %w", path, err)
	}
	if *sha256 != of.WeightsSHA256 {
		return nil, inputf("%s: weights_sha256: found %q, want %q of the %s beside it", path, *sha256, of.WeightsSHA256, ResultFile)
	}
	return v, nil
}
