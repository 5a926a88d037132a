package mmd

import "testing"

// BenchmarkEvidence tests 2000 + 2000 latents of 8192 values with 1000
// permutations: the MMD² from the samples on; then, of distances that are
// measured already, the MMD², also with 1000 bootstrap resamples in place of the
// permutations, its witness function and the Energy Distance; and the Sliced
// Wasserstein distance.
func BenchmarkEvidence(b *testing.B) {
	x, y := random(1, 2000, 8192, 0, 1), random(2, 2000, 8192, 0.01, 1)
	r := Resampling{Permutations: 1000, Seed: 1}
	c := Compare(x, y)
	for _, part := range []struct {
		name string
		run  func()
	}{
		{"mmd from samples", func() { Compare(x, y).SquaredTest(Prototype(), Biased, r) }},
		{"mmd", func() { c.SquaredTest(Prototype(), Biased, r) }},
		{"bootstrap", func() { c.SquaredTest(Prototype(), Biased, Resampling{Resamples: 1000, Seed: 1}) }},
		{"witness", func() { c.Witness(Prototype()) }},
		{"energy", func() { c.EnergyTest(r) }},
		{"sliced", func() { SliceTest(x, y, 128, 1, MeanSlice, r) }},
	} {
		b.Run(part.name, func(b *testing.B) {
			for b.Loop() {
				part.run()
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/set")
		})
	}
}
