package defenses

import (
	"context"
	"fmt"
	"math"

	"sdrm/mmd"
)

// MMDTest asks whether the inspected latents come from the distribution of clean
// latents of the class: the kernel two-sample test (Gretton et al., JMLR 2012)
// with the median heuristic. It is the difference that SDRM reduces, turned
// against it. What it says of single samples is ours: the witness function, how
// much more similar a sample is to the one set than to the other.
type MMDTest struct{}

const (
	// mmdLevel is the level of the test (ours).
	mmdLevel = 0.05
	// mmdPermutations is how many splits the p-value comes from (ours).
	mmdPermutations = 1000
	// mmdPercentile is the percentile of clean scores above which a sample is
	// flagged if the test rejects (ours).
	mmdPercentile = 95
)

// Name returns "mmdtest".
func (MMDTest) Name() string { return "mmdtest" }

// Needs says clean latents.
func (MMDTest) Needs() Needs { return Needs{Clean: true} }

// Inspect compares the inspected latents with the clean ones; its memory grows
// with the square of their number. A sample's score is its mean similarity to
// the other inspected latents minus that to the clean ones. If the p-value is
// below 5 %, the canonical decision flags scores above the 95th percentile of
// those of the clean latents, else none.
func (d MMDTest) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkBoth(ctx, d); err != nil {
		return Verdict{}, err
	}
	pairs := mmd.Compare(in.Latents, in.Clean)
	p, err := mmdP(ctx, pairs, in.Seed)
	if err != nil {
		return Verdict{}, err
	}
	if math.IsNaN(p) {
		return Verdict{}, unusable(d, ErrLatents, "latents: lie so near one another, or so far apart, that their kernel is beyond float32")
	}
	scores, clean := pairs.Witness(mmd.Median())
	canonical := claiming(mmdLevel, above("witness", scores, percentile(clean, mmdPercentile),
		fmt.Sprintf("above the 95th percentile of clean scores if the two-sample test, p = %.3g, rejects at 0.05, else none", p)))
	canonical.OfSets = true
	if !(p < mmdLevel) {
		clear(canonical.Flags)
	}
	return Verdict{Detector: d.Name(), Canonical: canonical, Options: tails("witness", scores)}, nil
}

// PValue returns the p-value of the test alone.
func (d MMDTest) PValue(ctx context.Context, in Input) (float64, error) {
	if err := in.checkBoth(ctx, d); err != nil {
		return 0, err
	}
	return mmdP(ctx, mmd.Compare(in.Latents, in.Clean), in.Seed)
}

func mmdP(ctx context.Context, pairs *mmd.Comparison, seed uint64) (float64, error) {
	test := pairs.SquaredTest(mmd.Median(), mmd.Unbiased, mmd.Resampling{Permutations: mmdPermutations, Seed: seed,
		Stopped: func() bool { return ctx.Err() != nil }})
	if ctx.Err() != nil {
		return 0, context.Canceled
	}
	return test.P, nil
}

func init() {
	register(Definition{Order: 7, Title: "Two-sample test", Paper: "Gretton et al., JMLR 2012",
		Defaults: "median heuristic (section 8); level 0.05, 1,000 permutations, 95th percentile of clean latents, witness of single samples (ours)"}, MMDTest{})
}
