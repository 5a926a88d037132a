package defenses

import (
	"math"
	"strings"
	"testing"

	"sdrm/defenses/score"
)

// TestBeyondHoldsItsLevel: of any number of exchangeable scores that differ, a new
// one is flagged at no more than the places that passing leaves, and at one
// more it would be at more than these.
func TestBeyondHoldsItsLevel(t *testing.T) {
	for m := range 130 {
		flagged := 0
		for fresh := range m + 1 { // its place among m + 1
			var held []float64
			for place := range m + 1 {
				if place != fresh {
					held = append(held, float64(m-place))
				}
			}
			d := beyond("v", []float64{float64(m - fresh)}, held, "scores", "of a test")
			flagged += score.Count(d.Flags)
			if none := strings.HasPrefix(d.ThresholdRule, "none: too few for 95 %"); none != (m < 19) || none != math.IsInf(d.Threshold, 1) {
				t.Fatalf("%d held out: threshold %v, %s", m, d.Threshold, d.ThresholdRule)
			}
		}
		if want := (m + 1) / 20; flagged != want {
			t.Errorf("%d held out: %d of %d places are flagged, want %d", m, flagged, m+1, want)
		}
	}
}
