package report

import (
	"fmt"
	"math"
	"slices"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/internal/nullable"
)

// Entry is a run as a report shows it.
type Entry struct {
	Spec   spec.Spec
	Result judge.Result // of an unfinished run without figures
	// Unfinished tells that the run has no result yet: there are Metrics so far.
	Unfinished bool
	State      string          // of an unfinished run, in words: training, judging or stopped
	Trigger    *run.Trigger    // nil if the run kept no image
	Measured   *judge.Measured // nil if measure saved nothing
	Warnings   []string        // of what detect saved
	Metrics    []run.Metric
}

// Load reads the run in dir, which need not be finished. What detect saved there of a
// detector, level and set takes the place of what the result says of them.
func Load(dir string) (Entry, error) {
	r, err := run.Open(dir)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Spec: r.Spec}
	if !r.Finished() {
		e.Unfinished, e.State = true, r.State()
		e.Result = judge.Result{Name: e.Spec.Name, Lambda: e.Spec.MMD.Lambda, Control: e.Spec.Attack.Control(), BA: math.NaN(), ASR: nullable.NaN()}
		e.Metrics, err = r.MetricsSoFar()
		return e, err
	}
	if e.Result, err = r.Result(); err != nil {
		return Entry{}, err
	}
	e.Result.Control = e.Spec.Attack.Control() // older results do not say
	if e.Trigger, err = r.Trigger(e.Result); err != nil {
		return Entry{}, err
	}
	if e.Measured, err = r.Measured(e.Result); err != nil {
		return Entry{}, err
	}
	detected, err := r.Detected(e.Result)
	if err != nil {
		return Entry{}, err
	}
	if detected != nil {
		e.add(*detected)
	}
	e.Metrics, err = r.ReadMetrics(e.Result)
	return e, err
}

// add puts what detect saved with what the result says of other detectors, levels and sets.
func (e *Entry) add(d judge.Detected) {
	type subject struct{ name, level, set string }
	anew := map[subject]bool{}
	for _, s := range d.Detectors {
		anew[subject{s.Name, s.Level, s.Set}] = true
	}
	for _, s := range d.Skipped {
		anew[subject{s.Name, s.Level, s.Set}] = true
	}
	e.Result.Detectors = append(slices.DeleteFunc(e.Result.Detectors, func(s score.Score) bool {
		return anew[subject{s.Name, s.Level, s.Set}]
	}), d.Detectors...)
	e.Result.Skipped = append(slices.DeleteFunc(e.Result.Skipped, func(s judge.Skipped) bool {
		return anew[subject{s.Name, s.Level, s.Set}]
	}), d.Skipped...)
	e.Warnings = d.Warnings
}

// epochs returns the value of every epoch that has one.
func (e Entry) epochs(value func(run.Metric) float64) []float64 {
	var out []float64
	for _, m := range e.Metrics {
		if v := value(m); m.Kind == run.KindEpoch && !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	return out
}

// batchMMD returns the mean over each epoch's steps of the MMD² of a level, nothing
// of a run without an attack, whose batches have no malicious samples.
func (e Entry) batchMMD(level int) []float64 {
	if e.Spec.Attack.Control() {
		return nil
	}
	var out []float64
	var sum float64
	var steps int
	for _, m := range e.Metrics {
		switch {
		case m.Kind == run.KindEpoch && steps > 0:
			out = append(out, sum/float64(steps))
			sum, steps = 0, 0
		case level < len(m.MMD):
			sum += float64(m.MMD[level])
			steps++
		}
	}
	return out
}

// last is the last epoch that is done, the zero Metric of none.
func (e Entry) last() (last run.Metric) {
	for _, m := range e.Metrics {
		if m.Kind == run.KindEpoch {
			last = m
		}
	}
	return last
}

// named returns the distances of the protocol's pair at the levels of the model, as
// they were measured last.
func (e Entry) named() []judge.Distance {
	out := slices.Clone([]judge.Distance(e.Result.Levels))
	if e.Measured == nil {
		return out
	}
	for i, d := range out {
		for _, m := range e.Measured.Levels {
			if m.Level == d.Level && pair(m) == string(judge.Protocol) {
				out[i] = m
			}
		}
	}
	return out
}

// soFar says how far a run is that is not finished.
func (e Entry) soFar() string {
	last := e.last()
	text := fmt.Sprintf("%d of %d epochs are done", last.Epoch, e.Spec.Train.Epochs)
	if last.BA != nil {
		text += ", BA " + format(*last.BA, 3)
	}
	if last.ASR != nil {
		text += ", ASR " + format(*last.ASR, 3)
	}
	return text
}
