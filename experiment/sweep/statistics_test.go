package sweep

import (
	"math"
	"testing"

	"sdrm/internal/golden"
	"sdrm/internal/nullable"
)

func TestMeansAndIntervals(t *testing.T) {
	type reference struct {
		X                          []float64
		Mean, Deviation, Low, High *float64
	}
	for _, c := range golden.Read[[]reference](t, "testdata/intervals.json") {
		m, d := meanOf(c.X), differenceOf(c.X)
		if m.N != len(c.X) || d.Pairs != len(c.X) || m.Mean != d.Mean {
			t.Errorf("%d values: %+v, %+v", len(c.X), m, d)
		}
		for name, v := range map[string]struct {
			got  nullable.Float
			want *float64
		}{"mean": {m.Mean, c.Mean}, "deviation": {m.Deviation, c.Deviation}, "low": {d.Low, c.Low}, "high": {d.High, c.High}} {
			if v.want == nil && !v.got.IsNaN() || v.want != nil && !(math.Abs(float64(v.got)-*v.want) < 1e-9) {
				t.Errorf("%d values: %s is %v, want %v", len(c.X), name, v.got, v.want)
			}
		}
	}
}
