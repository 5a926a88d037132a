package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/experiment/spec/spectest"
	"sdrm/internal/tfevents"
	"sdrm/internal/tfevents/tfeventstest"
	"sdrm/train"
)

// The events are the lines of the metrics, each once, whether the run was
// straight, continued over what a killed process left, or finished before.
func TestEventsAreTheMetrics(t *testing.T) {
	s := spectest.Tiny()
	s.Detect.Detectors = []string{}
	want, err := Start(context.Background(), filepath.Join(t.TempDir(), "straight"), s, Options{Events: true})
	if err != nil {
		t.Fatal(err)
	}
	continued := filepath.Join(t.TempDir(), "continued")
	ctx, cancel := context.WithCancel(context.Background())
	_, err = Start(ctx, continued, s, Options{Events: true, OnEpoch: func(train.Epoch) { cancel() }})
	if !errors.Is(err, train.ErrInterrupted) {
		t.Fatalf("error %v, want %v", err, train.ErrInterrupted)
	}
	if err := appendTo(filepath.Join(continued, eventsFile), "half an event of a step that is done again"); err != nil {
		t.Fatal(err)
	}
	later, _ := start(t, s)
	for _, dir := range []string{continued, later} {
		r, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		got, err := resume(context.Background(), r, Options{Events: true})
		if err != nil || text(t, got) != text(t, want) {
			t.Errorf("%s: error %v, or another result", dir, err)
		}
		metrics, err := r.ReadMetrics(got)
		if err != nil || len(metrics) != 10 {
			t.Fatalf("%s: %d lines of metrics, error %v, want 10", dir, len(metrics), err)
		}
		data, err := os.ReadFile(r.path(eventsFile))
		if err != nil {
			t.Fatal(err)
		}
		events, err := tfeventstest.Read(data)
		if err != nil || len(events) != 1+10 || events[0].Version != tfevents.Version {
			t.Fatalf("%s: %d events, error %v, want the version and 10", dir, len(events), err)
		}
		for i, m := range metrics {
			wantStep := int64(i + 1 - i/5)
			wantScalars := []tfevents.Scalar{{Tag: "step/loss", Value: float32(m.Loss)}, {Tag: "step/ce", Value: m.CE}, {Tag: "step/lr", Value: float32(m.Rate)}}
			for j, d := range m.MMD {
				wantScalars = append(wantScalars, tfevents.Scalar{Tag: fmt.Sprint("mmd/s", j+1), Value: d})
			}
			if m.Kind == "epoch" {
				wantStep = int64(m.Epoch)
				wantScalars = []tfevents.Scalar{{Tag: "epoch/loss", Value: float32(m.Loss)}, {Tag: "epoch/ba", Value: float32(*m.BA)}, {Tag: "epoch/asr", Value: float32(*m.ASR)}}
			}
			if e := events[1+i]; e.Step != wantStep || !cmp.Equal(e.Scalars, wantScalars) || e.Seconds < events[i].Seconds || e.Seconds == 0 {
				t.Errorf("%s: event %d is %v, want step %d, %v", dir, i, e, wantStep, wantScalars)
			}
		}
	}
}
