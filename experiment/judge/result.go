package judge

import (
	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/internal/nullable"
)

// Result is what a run found out. It holds nothing that depends on the machine,
// so that two machines can be compared with diff.
type Result struct {
	Name   string  `json:"name"`
	Lambda float64 `json:"lambda"`

	// Imported tells that the weights come from a file and not from training by
	// the spec.
	Imported bool `json:"imported,omitempty"`

	// Control tells that no image was poisoned: the model is clean, but for an
	// imported one, of which nobody knows.
	Control bool `json:"control,omitempty"`

	BA  float64        `json:"ba"`  // accuracy on clean test images
	ASR nullable.Float `json:"asr"` // share of triggered test images called as the attack wants; null without an attack

	// Tests is the number of test images that BA is a share of, Triggered that of
	// those that ASR is a share of. Older files have none.
	Tests     int `json:"tests,omitempty"`
	Triggered int `json:"triggered,omitempty"`

	// Samples is the size of each of the two groups of test latents that the
	// measures compare: benign and malicious images that the model calls the
	// target.
	Samples   int           `json:"samples"`
	Levels    Levels        `json:"levels"`
	Detectors []score.Score `json:"detectors"`
	Skipped   []Skipped     `json:"skipped,omitempty"`
	Scatter   []Scatter     `json:"scatter"`

	Attack *subject.Trained `json:"attack,omitempty"` // of attacks that train something

	Epoch         int    `json:"epoch"` // of the judged weights, from 1
	WeightsSHA256 string `json:"weights_sha256"`
	SpecSHA256    string `json:"spec_sha256"`
	DataSHA256    string `json:"data_sha256"`
	PictureSHA256 string `json:"picture_sha256,omitempty"` // of a trigger's picture that is a file's
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

// At returns the distances at a level, without values if the run has no such
// level.
func (r Result) At(level string) Distance {
	for _, d := range r.Levels {
		if d.Level == level {
			return d
		}
	}
	return unmeasured(level)
}

// Measured is what measuring a finished run anew found.
type Measured struct {
	Name   string  `json:"name"`
	Lambda float64 `json:"lambda"`
	Distances
	SHA256  string   `json:"weights_sha256"`
	Control *Control `json:"control,omitempty"` // nil if there is none
}

// Control says with which clean model a run was compared.
type Control struct {
	Name   string `json:"name"`
	SHA256 string `json:"weights_sha256"`
}

// ControlOf says which clean model x is; nil if it is nil.
func ControlOf(x *subject.Subject) *Control {
	if x == nil {
		return nil
	}
	of := Head(x)
	return &Control{Name: of.Name, SHA256: of.WeightsSHA256}
}

// Detected is what showing a finished run to detectors anew found.
type Detected struct {
	Name      string        `json:"name"`
	Lambda    float64       `json:"lambda"`
	Detectors []score.Score `json:"detectors"`
	Skipped   []Skipped     `json:"skipped,omitempty"`
	Warnings  []string      `json:"warnings,omitempty"` // what weakens the figures
	SHA256    string        `json:"weights_sha256"`
	Control   *Control      `json:"control,omitempty"` // nil if there is none
}
