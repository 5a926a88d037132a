package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/fault"
	"sdrm/internal/regular"
)

// maxFound is the length in bytes of the longest file of what was found out of a
// run: 30,000 scores.
const maxFound = 1 << 25

// load reads what a file says that was found out of a run. The file is decoded
// twice: into a checked form first, which keeps none of its lists, and once that
// is found to be of the run that is meant, into v.
func load(path string, checked any, isMeant func() error, v any) error {
	text, err := regular.Read(path, maxFound)
	if err != nil {
		return fault.Input(err)
	}
	if err := parse(text, checked, isMeant, v); err != nil {
		return fault.Inputf("%s: %w", path, err)
	}
	return nil
}

func parse(text []byte, checked any, isMeant func() error, v any) error {
	if err := json.Unmarshal(text, checked); err != nil {
		return err
	}
	if err := isMeant(); err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}

// mustBe returns an error unless a key has the value that the file beside has.
func mustBe(key, found, want, beside string) error {
	if found == want {
		return nil
	}
	return fmt.Errorf("%s: found %.80q, want %q of the %s beside it", key, found, want, beside)
}

// The checked forms.
type (
	checkedResult struct {
		judge.Result
		Levels    each[checkedLevel]  `json:"levels"`
		Detectors each[score.Score]   `json:"detectors"`
		Skipped   each[judge.Skipped] `json:"skipped"`
		Scatter   each[checkedCloud]  `json:"scatter"`
	}
	checkedMeasured struct {
		judge.Measured
		Levels   each[checkedLevel]  `json:"levels"`
		Skipped  each[judge.Skipped] `json:"skipped"`
		Warnings each[string]        `json:"warnings"`
	}
	checkedDetected struct {
		judge.Detected
		Detectors each[score.Score]   `json:"detectors"`
		Skipped   each[judge.Skipped] `json:"skipped"`
		Warnings  each[string]        `json:"warnings"`
	}

	checkedLevel struct {
		Level string `json:"level"`
	}
	checkedCloud struct {
		Level     string           `json:"level"`
		Benign    each[[2]float64] `json:"benign"`
		Malicious each[[2]float64] `json:"malicious"`
	}
)

// each reads the elements of a list one by one and keeps none, so that a list that
// is wrong at its end takes no more memory than its longest element.
type each[T any] struct{}

// UnmarshalJSON returns the error of the first element that is wrong.
func (*each[T]) UnmarshalJSON(text []byte) error {
	r := &io.LimitedReader{R: bytes.NewReader(text), N: mostElement}
	d := json.NewDecoder(r)
	switch begin, err := d.Token(); {
	case err != nil || begin == nil:
		return err
	case begin != json.Delim('['):
		return fmt.Errorf("found %.20q, want a list", fmt.Sprint(begin))
	}
	var v, none T
	for n := 0; d.More(); n++ {
		v = none
		r.N = mostElement
		err := d.Decode(&v)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("an element of more than %d bytes", mostElement)
		}
		if err != nil {
			return err
		}
		r.N = mostElement
		if _, level := any(v).(checkedLevel); level && n == mostLevels {
			return fmt.Errorf("more than %d levels", mostLevels)
		}
	}
	return nil
}

const (
	mostLevels  = 4096    // more than any model has
	mostElement = 1 << 20 // bytes of a score, or of the 200 points of a cloud
)
