package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"

	"sdrm/experiment/judge"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/internal/lockfile"
)

// The files that hold what a judgement has finished until all of it is written:
// judging of ResultFile, detecting of DetectFile, measuring of MeasureFile.
const (
	judging   = ".judging.jsonl"
	detecting = ".detecting.jsonl"
	measuring = ".measuring.jsonl"
)

// A Journal keeps the finished units of a judgement in a run's folder, so that the
// next one goes on where this one ends. It is a judge.Keeper.
type Journal struct {
	lock  *lockfile.Lock // nil if nothing is kept: another program writes the file, or this one is not known
	units map[judge.Unit]json.RawMessage
}

// subjectOf says what units were found out about: those of anything else are not used.
type subjectOf struct {
	Program  string `json:"program_sha256"`
	Spec     string `json:"spec_sha256"`
	Data     string `json:"data_sha256"`
	Weights  string `json:"weights_sha256"`
	Settings any    `json:"settings"` // what else decides, beside the unit
}

// entry is a line of the file after the first.
type entry struct {
	judge.Unit
	Found json.RawMessage `json:"found"`
}

// Detecting opens the journal of a program which detects with SaveDetected. What is in
// it is of the scope's models; its units say at which places and of which pairs.
func (r *Run) Detecting(s judge.Scope) (*Journal, error) {
	return r.journal(detecting, s.Subject, judge.ControlOf(s.Control))
}

// Measuring opens the journal of a program which measures with SaveMeasured, as Detecting
// does.
func (r *Run) Measuring(s judge.Scope, m judge.Measures) (*Journal, error) {
	return r.journal(measuring, s.Subject, struct {
		judge.Measures
		Control *judge.Control `json:"control,omitempty"`
	}{m, judge.ControlOf(s.Control)})
}

func (r *Run) journal(name string, x *subject.Subject, settings any) (*Journal, error) {
	if thisBuild() == "" {
		return &Journal{}, nil
	}
	head := judge.Head(x)
	first, err := json.Marshal(subjectOf{thisBuild(), head.SpecSHA256, head.DataSHA256, head.WeightsSHA256, settings})
	if err != nil {
		return nil, err
	}
	l, err := lockfile.Acquire(r.path(name))
	if errors.Is(err, lockfile.ErrLocked) {
		return &Journal{}, nil
	}
	if err != nil {
		return nil, fault.Input(err)
	}
	j := &Journal{lock: l}
	if err := j.begin(first); err != nil {
		j.Close()
		return nil, fault.Input(err)
	}
	return j, nil
}

// begin reads the units that are there, if the first line is the given one, and
// cuts off what is not them: all of another file, or the line that a program was
// writing when it was killed.
func (j *Journal) begin(first []byte) error {
	file := j.lock.File()
	text, err := io.ReadAll(io.LimitReader(file, maxFound))
	if err != nil {
		return err
	}
	var end int
	j.units, end = parseJournal(text, first)
	if err := file.Truncate(int64(end)); err != nil {
		return err
	}
	if _, err := file.Seek(int64(end), io.SeekStart); err != nil || end > 0 {
		return err
	}
	return j.write(first)
}

// parseJournal returns the units of a file that begins with a line, and where the
// last of them ends: at 0 if it begins otherwise.
func parseJournal(text, first []byte) (units map[judge.Unit]json.RawMessage, end int) {
	units = map[judge.Unit]json.RawMessage{}
	line, rest, whole := bytes.Cut(text, []byte("\n"))
	if !whole || !bytes.Equal(line, first) {
		return units, 0
	}
	for {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		var e entry
		if !whole || json.Unmarshal(line, &e) != nil {
			return units, len(text) - len(rest)
		}
		units[e.Unit], rest = e.Found, after
	}
}

func (j *Journal) write(line []byte) error {
	_, err := j.lock.File().Write(append(line, '\n'))
	return err
}

// Find does what a judge.Keeper does.
func (j *Journal) Find(u judge.Unit, v any) bool {
	found := reflect.New(reflect.TypeOf(v).Elem())
	if text, ok := j.units[u]; !ok || json.Unmarshal(text, found.Interface()) != nil {
		return false
	}
	reflect.ValueOf(v).Elem().Set(found.Elem())
	return true
}

// Keep does what a judge.Keeper does.
func (j *Journal) Keep(u judge.Unit, v any) error {
	if j.lock == nil {
		return nil
	}
	found, err := json.Marshal(v)
	if err != nil {
		return err
	}
	line, err := json.Marshal(entry{u, found})
	if err != nil {
		return err
	}
	if err := j.write(line); err != nil {
		return fault.Input(err)
	}
	return nil
}

// Close leaves what was finished to the next judgement.
func (j *Journal) Close() {
	if j.lock != nil {
		j.lock.Unlock()
		j.lock = nil
	}
}

// Remove removes the journal, of which all is written elsewhere. One that stays all
// the same is empty, or used up by the next program.
func (j *Journal) Remove() {
	if j.lock != nil {
		_ = j.lock.File().Truncate(0)
		_ = j.lock.Release()
		j.lock = nil
	}
}
