package run

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"

	"sdrm/experiment/judge"
	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/internal/regular"
)

// The kinds of lines of metrics.jsonl.
const (
	kindStep  = "step"
	KindEpoch = "epoch"
)

// Metric is a line of metrics.jsonl: a step, or an epoch with the tests at its
// end. Epochs and steps count from 1.
type Metric struct {
	Kind  string  `json:"kind"` // kindStep or KindEpoch
	Epoch int     `json:"epoch"`
	Step  int     `json:"step,omitempty"` // within the epoch
	Rate  float64 `json:"lr"`
	Loss  float64 `json:"loss"` // of an epoch: the mean over its steps

	CE  float32   `json:"ce,omitempty"`  // cross-entropy
	MMD []float32 `json:"mmd,omitempty"` // the regulariser's distance in the batch by level: MMD² unless mmd.regulariser says another

	BA      *float64 `json:"ba,omitempty"`
	ASR     *float64 `json:"asr,omitempty"`     // none without an attack
	Seconds float64  `json:"seconds,omitempty"` // since the epoch began, or was resumed
}

// ReadMetrics returns the lines of a finished run's metrics, which end with its
// last epoch. An imported run has none.
func (r *Run) ReadMetrics(of judge.Result) ([]Metric, error) {
	path := r.path(MetricsFile)
	file, _, err := regular.Open(path)
	if err != nil {
		return nil, fault.Input(err)
	}
	defer file.Close()
	want := r.Spec.Train.Epochs
	if of.Imported {
		want = 0
	}
	out, done, err := parseMetrics(file, want)
	if err == nil && done < want {
		err = fmt.Errorf("holds %d epochs, want %d: put the whole file back", done, want)
	}
	if err != nil {
		return nil, fault.Inputf("%s: %w", path, err)
	}
	return out, nil
}

// MetricsSoFar returns the whole lines of the run's metrics, which need not be
// finished or have begun.
func (r *Run) MetricsSoFar() ([]Metric, error) {
	path := r.path(MetricsFile)
	file, _, err := regular.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Input(err)
	}
	defer file.Close()
	size, _, err := sizeOfLines(file, math.MaxInt)
	if err != nil {
		return nil, fault.Input(err)
	}
	out, _, err := parseMetrics(io.NewSectionReader(file, 0, size), r.Spec.Train.Epochs)
	if err != nil {
		return nil, fault.Inputf("%s: %w", path, err)
	}
	return out, nil
}

// parseMetrics reads the lines of at most so many epochs, the steps of each and its
// end, and tells how many of them are done.
func parseMetrics(r io.Reader, epochs int) (out []Metric, done int, err error) {
	epoch, step := 1, 1          // that is due
	lines := bufio.NewScanner(r) // of 64 KiB at most
	for lines.Scan() {
		var m Metric
		err := json.Unmarshal(lines.Bytes(), &m)
		switch {
		case err != nil:
		case epoch > epochs:
			err = fmt.Errorf("found a line after the last of %d epochs", epochs)
		case m.Epoch == epoch && m.Kind == kindStep && m.Step == step:
			step++
		case m.Epoch == epoch && m.Kind == KindEpoch:
			epoch, step = epoch+1, 1
		default:
			err = fmt.Errorf("found %.20q %d of epoch %d, want step %d of epoch %d or the epoch's end", m.Kind, m.Step, m.Epoch, step, epoch)
		}
		if err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", len(out)+1, err)
		}
		out = append(out, m)
	}
	if err := lines.Err(); err != nil {
		return nil, 0, fmt.Errorf("line %d: %w", len(out)+1, err)
	}
	return out, epoch - 1, nil
}

// tail is more than the length of a line of metrics.
const tail = 4096

// LastMetric returns the last whole line of the run's metrics so far; ok tells
// whether there is one.
func (r *Run) LastMetric() (m Metric, ok bool) {
	f, size, err := regular.Open(r.path(MetricsFile))
	if err != nil {
		return m, false
	}
	defer f.Close()
	text := make([]byte, min(size, tail))
	if _, err := f.ReadAt(text, size-int64(len(text))); err != nil {
		return m, false
	}
	text = text[:bytes.LastIndexByte(text, '\n')+1]
	line := bytes.TrimSuffix(text, []byte("\n"))
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	return m, json.Unmarshal(line, &m) == nil
}

// metricsLog appends lines to a run's metrics, and to its events if there are
// such.
type metricsLog struct {
	file   *os.File
	events *eventsLog
}

// openMetrics opens a run's metrics and cuts off what follows the first keep
// lines: steps that were done after the checkpoint and will be done again. The
// lines before it must be there.
func (r *Run) openMetrics(keep int) (*metricsLog, error) {
	path := r.path(MetricsFile)
	f, err := regular.Edit(path)
	if err != nil {
		return nil, fault.Input(err)
	}
	size, lines, err := sizeOfLines(f, keep)
	if err == nil && lines < keep {
		err = fmt.Errorf("%d whole lines, the checkpoint beside it counts %d: put the file back, or start the run anew in another folder", lines, keep)
	}
	if err == nil {
		err = f.Truncate(size)
	}
	if err == nil {
		_, err = f.Seek(size, io.SeekStart)
	}
	if err == nil {
		err = atomicfile.SyncDir(r.Dir) // for the file may be new
	}
	if err != nil {
		f.Close()
		return nil, fault.Inputf("%s: %w", path, err)
	}
	return &metricsLog{file: f}, nil
}

// sizeOfLines returns the length of the first n whole lines of r, and how many
// of them there are.
func sizeOfLines(r io.Reader, n int) (size int64, lines int, err error) {
	b := bufio.NewReader(r)
	var begun int64 // of the line at hand
	for lines < n {
		part, err := b.ReadSlice('\n')
		begun += int64(len(part))
		switch {
		case err == nil:
			size, begun = size+begun, 0
			lines++
		case errors.Is(err, io.EOF):
			return size, lines, nil
		case !errors.Is(err, bufio.ErrBufferFull): // a line longer than what is looked at of it at a time
			return 0, 0, err
		}
	}
	return size, lines, nil
}

func (l *metricsLog) write(m Metric) error {
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := l.file.Write(append(line, '\n')); err != nil {
		return fault.Input(err)
	}
	if l.events == nil {
		return nil
	}
	return l.events.write(m)
}

// sync makes the lines survive a power cut.
func (l *metricsLog) sync() error {
	if err := atomicfile.Sync(l.file); err != nil {
		return fault.Input(err)
	}
	return nil
}

func (l *metricsLog) close() error {
	err := l.file.Close()
	if l.events != nil {
		err = errors.Join(err, l.events.file.Close())
	}
	if err != nil {
		return fault.Input(err)
	}
	return nil
}
