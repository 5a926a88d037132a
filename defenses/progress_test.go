package defenses

import (
	"context"
	"errors"
	"testing"

	"sdrm/internal/progress"
)

// Detectors that take long tell how far they are, and end in the middle.
func TestLongDetectorsReportAndEnd(t *testing.T) {
	in, _ := shown(6, 8)
	for _, d := range []Detector{STRIP{}, NeuralCleanse{}} {
		ctx, cancel := context.WithCancel(t.Context())
		last := -1
		watched := progress.With(ctx, func(done, all int) {
			if done <= last || done >= all {
				t.Errorf("%s: %d of %d after %d", d.Name(), done, all, last)
			}
			if last = done; done == 1 {
				cancel()
			}
		})
		if _, err := d.Inspect(watched, in); !errors.Is(err, context.Canceled) || last != 1 {
			t.Errorf("%s: error %v after %d reports", d.Name(), err, last+1)
		}
		cancel()
	}
}
