package run

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"

	"sdrm/internal/fault"
)

// Metric is a line of metrics.jsonl: a step, or an epoch with the tests at its
// end. Epochs and steps count from 1.
type Metric struct {
	Kind  string  `json:"kind"` // step or epoch
	Epoch int     `json:"epoch"`
	Step  int     `json:"step,omitempty"` // within the epoch
	Rate  float64 `json:"lr"`
	Loss  float64 `json:"loss"` // of an epoch: the mean over its steps

	CE  float32   `json:"ce,omitempty"`  // cross-entropy
	MMD []float32 `json:"mmd,omitempty"` // MMD² of the batch by level

	BA      *float64 `json:"ba,omitempty"`
	ASR     *float64 `json:"asr,omitempty"`
	Seconds float64  `json:"seconds,omitempty"` // since the epoch began, or was resumed
}

// ReadMetrics returns the lines of a finished run's metrics.
func (r *Run) ReadMetrics() ([]Metric, error) {
	path := r.path(MetricsFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Input(err)
	}
	var out []Metric
	if len(text) == 0 {
		return out, nil // an imported run
	}
	for i, line := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
		var m Metric
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, fault.Inputf("%s: line %d: %w", path, i+1, err)
		}
		out = append(out, m)
	}
	return out, nil
}

// metricsLog appends lines to a run's metrics.
type metricsLog struct{ file *os.File }

// openMetrics opens a run's metrics and cuts off what follows the first keep
// lines: steps that were done after the checkpoint and will be done again.
func (r *Run) openMetrics(keep int) (*metricsLog, error) {
	path := r.path(MetricsFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fault.Input(err)
	}
	size, err := sizeOfLines(f, keep)
	if err == nil {
		err = f.Truncate(size)
	}
	if err == nil {
		_, err = f.Seek(size, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, fault.Inputf("%s: %w", path, err)
	}
	return &metricsLog{f}, nil
}

// sizeOfLines returns the length of the first n whole lines of r.
func sizeOfLines(r io.Reader, n int) (int64, error) {
	b := bufio.NewReader(r)
	var size int64
	for range n {
		line, err := b.ReadBytes('\n')
		if err == io.EOF {
			return size, nil
		}
		if err != nil {
			return 0, err
		}
		size += int64(len(line))
	}
	return size, nil
}

func (l *metricsLog) write(m Metric) error {
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := l.file.Write(append(line, '\n')); err != nil {
		return fault.Input(err)
	}
	return nil
}

func (l *metricsLog) close() error {
	if err := l.file.Close(); err != nil {
		return fault.Input(err)
	}
	return nil
}
