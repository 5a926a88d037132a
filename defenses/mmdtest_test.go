package defenses

import (
	"testing"

	"sdrm/defenses/score"
	"sdrm/internal/rng"
	"sdrm/mmd"
	"sdrm/tensor"
)

// TestMMDTestNeedsARejection: without one nothing is flagged, whatever stands
// out.
func TestMMDTestNeedsARejection(t *testing.T) {
	rejected := 0
	for seed := range uint64(20) {
		x, truth := latents(seed, 60, 0, 0)
		v, _, _ := inspect(t, "mmdtest", input(x, truth), truth)
		if score.Count(v.Canonical.Flags) > 0 {
			rejected++
		}
	}
	if rejected > 4 {
		t.Errorf("%d of 20 clean sets are rejected at 5 %%", rejected)
	}
}

func TestMMDTestFlagsAboveAllButFiveOfAHundredCleanScores(t *testing.T) {
	const n = 100
	draw := func(seed uint64, shift float64) tensor.View {
		x := tensor.Matrix(make([]float32, n*3), n, 3)
		s := rng.New(seed, rng.Generate, 0, 0)
		for i := range x.Data {
			x.Data[i] = float32(shift + s.Normal())
		}
		return x
	}
	in := Input{Latents: draw(1, 1), Clean: draw(2, 0), Seed: 1}
	v, err := MMDTest{}.Inspect(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	above := 0
	_, clean := mmd.Compare(in.Latents, in.Clean).Witness(mmd.Median())
	for _, c := range clean {
		if c > v.Canonical.Threshold {
			above++
		}
	}
	if above != 5 {
		t.Errorf("%d of %d clean scores are above the threshold, want 5", above, n)
	}
}
