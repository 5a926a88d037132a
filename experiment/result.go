package experiment

import (
	"encoding/json"
	"math"
	"os"

	"sdrm/internal/atomicfile"
)

// Result is what a run found out. It holds nothing that depends on the machine,
// so that two machines can be compared with diff.
type Result struct {
	Name   string  `json:"name"`
	Lambda float64 `json:"lambda"`

	// Imported tells that the weights come from a file and not from training by
	// the spec.
	Imported bool `json:"imported,omitempty"`

	BA  float64 `json:"ba"`  // accuracy on clean test images
	ASR float64 `json:"asr"` // share of triggered test images called the target

	// Samples is the size of each of the two groups of test latents that the
	// measures compare: benign and malicious images that the model calls the
	// target.
	Samples   int       `json:"samples"`
	Levels    []Level   `json:"levels"`
	Detectors []Score   `json:"detectors"`
	Skipped   []Skipped `json:"skipped,omitempty"`
	Scatter   []Scatter `json:"scatter"`

	Epoch         int    `json:"epoch"` // of the judged weights, from 1
	WeightsSHA256 string `json:"weights_sha256"`
	SpecSHA256    string `json:"spec_sha256"`
	DataSHA256    string `json:"data_sha256"`
}

// Level holds the distances between the benign and the malicious latents of a
// level; null where there are too few.
type Level struct {
	Level string `json:"level"`
	MMD   Number `json:"mmd"` // MMD², biased, the prototype's kernel
	ED    Number `json:"ed"`  // Energy Distance
	SWD   Number `json:"swd"` // Sliced Wasserstein distance
}

// SkippedMeasures is the name under which distances are skipped.
const SkippedMeasures = "measures"

// Skipped says why a figure is not there.
type Skipped struct {
	Name   string `json:"name"` // of the detector or measure
	Level  string `json:"level"`
	Set    string `json:"set"`
	Reason string `json:"reason"`
}

// Scatter holds benign and malicious latents of a level along their two
// principal components, as shares of the largest coordinate.
type Scatter struct {
	Level     string       `json:"level"`
	Benign    [][2]float64 `json:"benign"`
	Malicious [][2]float64 `json:"malicious"`
}

// Number is a float64 that is null in JSON when it is not finite.
type Number float64

// MarshalJSON writes null for NaN and the infinities.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads null as NaN.
func (n *Number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

// Result reads what a finished run found out.
func (r *Run) Result() (Result, error) {
	path := r.path(ResultFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return Result{}, input(err)
	}
	var out Result
	if err := json.Unmarshal(text, &out); err != nil {
		return Result{}, inputf("%s: %w", path, err)
	}
	if want := r.Spec.Hash(); out.SpecSHA256 != want {
		return Result{}, inputf("%s: spec_sha256: found %q, want %q of the %s beside it", path, out.SpecSHA256, want, SpecFile)
	}
	return out, nil
}

func (r *Run) writeResult(out Result) error {
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(r.path(ResultFile), append(text, '\n')); err != nil {
		return input(err)
	}
	return nil
}

// At returns the distances at a level, NaN if the run has no such level.
func (r Result) At(level string) Level {
	for _, l := range r.Levels {
		if l.Level == level {
			return l
		}
	}
	return Level{level, Number(math.NaN()), Number(math.NaN()), Number(math.NaN())}
}
