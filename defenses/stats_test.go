package defenses

import (
	"fmt"
	"slices"
	"testing"
)

func TestPercentile(t *testing.T) {
	for _, c := range []struct {
		x    []float64
		p    float64
		want float64
	}{{[]float64{3, 1, 2, 4}, 50, 2.5}, {[]float64{5}, 95, 5}, {[]float64{0, 10}, 95, 9.5}, {[]float64{1, 2, 3}, 100, 3}} {
		near(t, fmt.Sprint(c.x, c.p), percentile(slices.Clone(c.x), c.p), c.want, 1e-12)
	}
}
