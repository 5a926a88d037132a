package run

import (
	"encoding/json"
	"io"
	"path/filepath"
	"slices"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/internal/regular"
)

// The files beside a finished run that say what was measured and detected later.
const (
	MeasureFile = "measure.json"
	DetectFile  = "detect.json"
)

// SaveMeasured writes what was measured into the run's folder.
func (r *Run) SaveMeasured(m judge.Measured) error {
	return r.change(func() error { return r.save(MeasureFile, m) })
}

// SaveDetected writes what the named detectors found into the run's folder. What
// was saved of others before stays there.
func (r *Run) SaveDetected(d judge.Detected, names []string) error {
	return r.change(func() error {
		of, err := r.Result()
		if err != nil {
			return err
		}
		before, err := r.Detected(of)
		if err != nil {
			return err
		}
		if before != nil {
			kept := slices.DeleteFunc(before.Detectors, func(s score.Score) bool { return slices.Contains(names, s.Name) })
			d.Detectors = append(kept, d.Detectors...)
			skipped := slices.DeleteFunc(before.Skipped, func(s judge.Skipped) bool { return slices.Contains(names, s.Name) })
			d.Skipped = append(skipped, d.Skipped...)
		}
		return r.save(DetectFile, d)
	})
}

// SaveReport writes a report with what fill writes. If path lies in the folder of
// a run, nobody else changes that meanwhile.
func SaveReport(path string, fill func(io.Writer) error) error {
	write := func() error {
		if err := atomicfile.Write(path, fill); err != nil {
			return fault.Input(err)
		}
		return nil
	}
	r := &Run{Dir: filepath.Dir(path)}
	if exists(r.path(SpecFile)) {
		return r.change(write)
	}
	return write()
}

func (r *Run) save(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(r.path(name), append(text, '\n')); err != nil {
		return fault.Input(err)
	}
	return nil
}

// Measured reads what SaveMeasured wrote, nil if it did not.
func (r *Run) Measured(of judge.Result) (*judge.Measured, error) {
	var m judge.Measured
	return read(r.path(MeasureFile), &m, &m.Name, &m.SHA256, of)
}

// Detected reads what SaveDetected wrote, nil if it did not.
func (r *Run) Detected(of judge.Result) (*judge.Detected, error) {
	var d judge.Detected
	return read(r.path(DetectFile), &d, &d.Name, &d.SHA256, of)
}

// read fills v with the file, which must be about the run and the weights of a
// result.
func read[T any](path string, v *T, name, sha256 *string, of judge.Result) (*T, error) {
	if !exists(path) {
		return nil, nil
	}
	text, err := regular.Read(path, maxFound)
	if err != nil {
		return nil, fault.Input(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return nil, fault.Inputf("%s: %w", path, err)
	}
	if *name != of.Name {
		return nil, fault.Inputf("%s: name: found %q, want %q of the %s beside it", path, *name, of.Name, ResultFile)
	}
	if *sha256 != of.WeightsSHA256 {
		return nil, fault.Inputf("%s: weights_sha256: found %q, want %q of the %s beside it", path, *sha256, of.WeightsSHA256, ResultFile)
	}
	return v, nil
}
