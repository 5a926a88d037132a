package defenses

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"sdrm/internal/rng"
	"sdrm/tensor"
)

func TestBeatrixGolden(t *testing.T) {
	for i, c := range readLatents(t).Beatrix {
		r := fitRanges(matrix(c.Clean), c.Channels)
		for j, got := range r.deviations(matrix(c.X)) {
			near(t, fmt.Sprint("case ", i, ", sample ", j), got, c.Deviations[j], 1e-5*(1e-3+c.Deviations[j]))
		}
	}
}

// TestTrapPowerLeftOut is BackdoorBench's Beatrix, which does not raise the
// channels to the order, so that all orders say the same: here two latents have
// the same first Gram matrix and another second one.
func TestTrapPowerLeftOut(t *testing.T) {
	flat, spiky := []float32{1, 1, 1, 1}, []float32{2, 0, 0, 0} // one channel, four pixels
	of := func(latent []float32) []float32 {
		dst := make([]float32, features(1))
		gramFeatures(dst, latent, 1)
		return dst
	}
	a, b := of(flat), of(spiky)
	if a[0] != b[0] {
		t.Fatalf("the first orders are %v and %v", a[0], b[0])
	}
	for order := 2; order <= beatrixOrders; order++ {
		want := math.Pow(4, float64(order))
		if a[order-1] != 4 || float64(b[order-1]) != want {
			t.Errorf("order %d: got %v and %v, want 4 and %v", order, a[order-1], b[order-1], want)
		}
	}
}

// TestBeatrixOrders: the root undoes the power, whatever the sign.
func TestBeatrixOrders(t *testing.T) {
	for order := 1; order <= beatrixOrders; order++ {
		for _, v := range []float64{0, 1e-6, .7, 3, 1e5} {
			for _, sign := range []float64{1, -1} {
				near(t, fmt.Sprint("order ", order), root(raise(sign*v, order), order), sign*v, 1e-12*v)
			}
		}
	}
}

// Half of few clean latents give the ranges, the others the threshold.
func TestBeatrixFitsHalfOfFewCleanLatents(t *testing.T) {
	draw := func(rows int) tensor.View {
		x := tensor.Matrix(make([]float32, rows*4), rows, 4)
		s := rng.New(uint64(rows), rng.Generate, 0, 0)
		for i := range x.Data {
			x.Data[i] = float32(s.Normal())
		}
		return x
	}
	for clean, want := range map[int]string{40: "20 clean latents", 60: "30 clean latents", 100: "30 clean latents"} {
		v, err := Beatrix{}.Inspect(t.Context(), Input{Latents: draw(10), Clean: draw(clean)})
		if err != nil || !strings.Contains(v.Canonical.ThresholdRule, want) {
			t.Errorf("%d: %q, error %v, want %s", clean, v.Canonical.ThresholdRule, err, want)
		}
	}
}
