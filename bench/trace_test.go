package bench_test

import (
	"math"
	"testing"

	"sdrm/bench"
	"sdrm/internal/golden"
)

// The trace holds the losses of ten steps of PyTorch from the same weights on
// the same batches; bench/peers/trace.py made it.
func TestTenStepsEqualPyTorch(t *testing.T) {
	trace := golden.Read[struct {
		Plain []float64 `json:"lambda_0"`
		SDRM  []float64 `json:"lambda_0.1"`
	}](t, "testdata/pytorch_trace.json")
	for _, c := range []struct {
		name   string
		lambda float64
		want   []float64
	}{{"lambda=0", 0, trace.Plain}, {"lambda=0.1", 0.1, trace.SDRM}} {
		t.Run(c.name, func(t *testing.T) {
			if len(c.want) != 10 {
				t.Fatalf("the trace has %d losses, want 10", len(c.want))
			}
			s, err := bench.NewStep("vgg11", 256, c.lambda, len(c.want))
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range c.want {
				got := float64(s.Run().Loss)
				if e := math.Abs(got-want) / want; !(e <= 1e-3) {
					t.Errorf("step %d: loss %.6f, PyTorch %.6f, relative difference %.2g", i+1, got, want, e)
				}
			}
		})
	}
}
