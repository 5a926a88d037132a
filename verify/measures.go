package verify

import (
	"context"

	"sdrm/internal/rng"
	"sdrm/mmd"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// measureComputations hash the distances between two sets of latents, and what is
// computed from their principal components and clusters.
func measureComputations() []computation {
	return []computation{
		{name: "measures", run: func(_ context.Context, d *digest) error {
			a, b := latents(23, 300, 0), latents(19, 300, 0.4)
			for _, e := range []mmd.Estimator{mmd.Biased, mmd.Unbiased} {
				d.doubles(mmd.Squared(a, b, mmd.Prototype(), e))
			}
			d.doubles(mmd.EnergyDistance(a, b), mmd.SlicedWasserstein(a, b, 16, seed))
			return nil
		}},
		{name: "measures with their evidence", run: func(_ context.Context, d *digest) error {
			a, b, r := latents(23, 300, 0), latents(19, 300, 0.4), mmd.Resampling{Permutations: 99, Resamples: 50, Seed: seed}
			pairs := mmd.Compare(a, b)
			for _, e := range []mmd.Evidence{
				pairs.SquaredTest(mmd.Prototype(), mmd.Biased, r), pairs.SquaredTest(mmd.Median(), mmd.Unbiased, r), pairs.EnergyTest(r),
				mmd.SliceTest(a, b, 16, seed, mmd.MeanSlice, r), mmd.SliceTest(a, b, 16, seed, mmd.MaxSlice, r),
				mmd.LinearTimeTest(a, b, mmd.Prototype(), r),
			} {
				d.doubles(e.Value, e.P, e.Low, e.High)
			}
			return nil
		}},
		{name: "linear algebra", run: func(_ context.Context, d *digest) error {
			x := latents(40, 70, 0.7)
			basis, err := linalg.PCA(x, 5)
			if err != nil {
				return err
			}
			d.floats(basis.Components.Data...)
			d.floats(basis.Project(x).Data...)
			clusters := linalg.KMeans(x, 3, 2, seed)
			d.ints(clusters.Labels...)
			d.doubles(clusters.Inertia)
			return nil
		}},
	}
}

// latents returns n samples of normally distributed values, like the outputs of
// a ReLU, the first half of them moved by shift.
func latents(n, width int, shift float64) tensor.View {
	draw := rng.New(seed, rng.Measure, n, int(100*shift))
	v := tensor.Matrix(make([]float32, n*width), n, width)
	for i := range v.Data {
		x := draw.Normal()
		if i%width < width/2 {
			x += shift
		}
		v.Data[i] = float32(max(x, 0))
	}
	return v
}
