package run

import (
	"cmp"
	"encoding/json"
	"io"
	"path/filepath"
	"slices"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
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
// was saved before of others, or of other levels and sets, stays there, but for how it compares
// with another control.
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
			type place struct{ level, set string }
			anew := map[place]bool{}
			for _, s := range d.Detectors {
				anew[place{s.Level, s.Set}] = true
			}
			for _, s := range d.Skipped {
				anew[place{s.Level, s.Set}] = true
			}
			kept := slices.DeleteFunc(before.Detectors, func(s score.Score) bool { return slices.Contains(names, s.Name) && anew[place{s.Level, s.Set}] })
			switch {
			case d.Control == nil:
				d.Control = before.Control
			case before.Control != nil && *before.Control != *d.Control:
				for i := range kept {
					kept[i].Control = nil
				}
			}
			d.Detectors = append(kept, d.Detectors...)
			skipped := slices.DeleteFunc(before.Skipped, func(s judge.Skipped) bool { return slices.Contains(names, s.Name) && anew[place{s.Level, s.Set}] })
			d.Skipped = append(skipped, d.Skipped...)
			d.Warnings = append(slices.DeleteFunc(before.Warnings, func(w string) bool { return slices.Contains(d.Warnings, w) }), d.Warnings...)
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
	if len(text) >= maxFound {
		return fault.Inputf("%s: would have %d bytes, want less than %d: choose fewer detectors, levels or classes", r.path(name), len(text), maxFound)
	}
	if err := atomicfile.WriteBytes(r.path(name), append(text, '\n')); err != nil {
		return fault.Input(err)
	}
	return nil
}

// Measured reads what SaveMeasured wrote, nil if it did not.
func (r *Run) Measured(of judge.Result) (*judge.Measured, error) {
	var checked checkedMeasured
	return about[judge.Measured](of, r.path(MeasureFile), &checked, &checked.Name, &checked.SHA256)
}

// Detected reads what SaveDetected wrote, nil if it did not.
func (r *Run) Detected(of judge.Result) (*judge.Detected, error) {
	var checked checkedDetected
	return about[judge.Detected](of, r.path(DetectFile), &checked, &checked.Name, &checked.SHA256)
}

// about reads a file about a result, nil if there is none. The name and the digest
// that its checked form has must be those of the result's run and weights.
func about[T any](of judge.Result, path string, checked any, name, sha256 *string) (*T, error) {
	if !exists(path) {
		return nil, nil
	}
	v := new(T)
	return v, load(path, checked, func() error {
		return cmp.Or(mustBe("name", *name, of.Name, ResultFile), mustBe("weights_sha256", *sha256, of.WeightsSHA256, ResultFile))
	}, v)
}
