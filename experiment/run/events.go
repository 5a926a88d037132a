package run

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"sdrm/internal/fault"
	"sdrm/internal/regular"
	"sdrm/internal/tfevents"
)

// eventsFile is the metrics once more, for TensorBoard. A run has one such file
// however often it is continued: of two, TensorBoard would show some steps twice.
const eventsFile = "events.out.tfevents.0.sdrm"

// eventsLog writes lines of metrics as events: those of a step at the number of
// steps since the run began, those of an epoch at its number.
type eventsLog struct {
	file  *os.File
	to    *tfevents.Writer
	steps int64
}

// openEvents writes what the metrics hold into a file that can be written on. It
// is made anew in place, so that a killed run leaves nothing to mend, and reaches
// its old length with the old steps: a TensorBoard that has it open reads on.
func (r *Run) openEvents() (l *eventsLog, err error) {
	metrics, _, err := regular.Open(r.path(MetricsFile))
	if err != nil {
		return nil, fault.Input(err)
	}
	defer metrics.Close()
	f, err := regular.Edit(r.path(eventsFile))
	if err != nil {
		return nil, fault.Input(err)
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if err := f.Truncate(0); err != nil {
		return nil, fault.Input(err)
	}
	to, err := tfevents.NewWriter(f, time.Now())
	if err != nil {
		return nil, fault.Input(err)
	}
	l = &eventsLog{file: f, to: to}
	for lines := json.NewDecoder(metrics); ; {
		var m Metric
		switch err := lines.Decode(&m); {
		case err == io.EOF:
			return l, nil
		case err != nil:
			return nil, fault.Inputf("%s: %w", metrics.Name(), err)
		}
		if err := l.write(m); err != nil {
			return nil, err
		}
	}
}

func (l *eventsLog) write(m Metric) error {
	var scalars []tfevents.Scalar
	add := func(tag string, v float64) { scalars = append(scalars, tfevents.Scalar{Tag: tag, Value: float32(v)}) }
	step := int64(m.Epoch)
	if m.Kind == kindStep {
		l.steps++
		step = l.steps
		add("step/loss", m.Loss)
		add("step/ce", float64(m.CE))
		add("step/lr", m.Rate)
		for i, d := range m.MMD {
			add(fmt.Sprintf("mmd/s%d", i+1), float64(d))
		}
	} else {
		add("epoch/loss", m.Loss)
		if m.BA != nil {
			add("epoch/ba", *m.BA)
		}
		if m.ASR != nil {
			add("epoch/asr", *m.ASR)
		}
	}
	if err := l.to.Write(time.Now(), step, scalars); err != nil {
		return fault.Input(err)
	}
	return nil
}

// saveEvents writes the events of a finished run.
func (r *Run) saveEvents() error {
	l, err := r.openEvents()
	if err != nil {
		return err
	}
	if err := l.file.Close(); err != nil {
		return fault.Input(err)
	}
	return nil
}
