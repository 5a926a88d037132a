package defenses

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// SpectralSignatures looks for a minority that stretches the latents of a class
// along one direction (Tran, Li and Madry, NeurIPS 2018, algorithm 1): the
// score is the squared projection of the centred latent on the top right
// singular vector of the centred latents. Some published code projects latents
// that are not centred, which is another score.
type SpectralSignatures struct {
	cut cut
}

// cut says how many samples are removed.
type cut int

// The cuts.
const (
	// cutExcess removes 1.5 times the expected poison (Tran et al., section 3.2).
	cutExcess cut = iota
	// cutPercentile removes what lies above the 85th percentile (the authors' code
	// and BackdoorBench), whatever is expected.
	cutPercentile
	// cutExact removes as many samples as are expected to be poisoned: a defender
	// who knows the count.
	cutExact
)

const (
	ssExcess     = 1.5
	ssPercentile = 85
)

// Name returns "ss", with the cut behind it unless it is the paper's.
func (d SpectralSignatures) Name() string { return "ss" + [...]string{"", "-85", "-exact"}[d.cut] }

// Needs says that cutPercentile is the only cut without the share of poison, and
// that the mean, from which the scores are seen, must be that of the benign.
func (d SpectralSignatures) Needs() Needs {
	return Needs{PoisonShare: d.cut != cutPercentile, Minority: true}
}

// Inspect scores the latents. The canonical decision cuts off the highest
// squared projections, rounded up to whole samples, and those that tie with the
// last. The best case chooses among the squared projection and both tails of
// the signed one: if poison is no minority, the mean lies between the groups,
// and only the sign tells them apart.
func (d SpectralSignatures) Inspect(ctx context.Context, in Input) (Verdict, error) {
	_, points, order, err := in.coordinates(ctx, d, 1)
	if err != nil {
		return Verdict{}, err
	}
	signed, squared := make([]float64, len(order)), make([]float64, len(order))
	for i, p := range points.Data {
		signed[i] = float64(p)
		squared[i] = float64(p) * float64(p)
	}
	signed, squared = restore(signed, order), restore(squared, order)

	threshold, rule := d.threshold(squared, in.ExpectedPoison)
	canonical := reaching("squared", squared, threshold, rule)
	if d.cut == cutPercentile {
		canonical.Claim = (100 - ssPercentile) / 100.
	}
	return Verdict{
		Detector:  d.Name(),
		Canonical: canonical,
		Options:   append([]Decision{free("squared", squared)}, tails("signed", signed)...),
	}, nil
}

// threshold returns the lowest of the scores to remove, +Inf if none is, and
// the rule.
func (d SpectralSignatures) threshold(scores []float64, poison float64) (threshold float64, rule string) {
	n := float64(len(scores))
	switch d.cut {
	case cutPercentile:
		above := percentile(slices.Clone(scores), ssPercentile)
		return math.Nextafter(above, math.Inf(1)), "above the 85th percentile of all scores"
	case cutExact:
		return topThreshold(scores, float64(poison*n)), fmt.Sprintf("the top ε·n scores, ε = %.4g", poison)
	default:
		return topThreshold(scores, float64(ssExcess*poison*n)), fmt.Sprintf("the top 1.5·ε·n scores, ε = %.4g", poison)
	}
}

// decides says which constants are the variant's own.
func (d SpectralSignatures) decides() string {
	switch d.cut {
	case cutPercentile:
		return "above the 85th percentile (official code, BackdoorBench)"
	case cutExact:
		return "as many as the expected poison (ours)"
	}
	return "the top 1.5 times the expected poison (paper)"
}

func init() {
	register(Definition{Order: 2, Title: "Spectral Signatures", Paper: "Tran, Li and Madry, NeurIPS 2018",
		Defaults: "squares of the projections on one singular vector (paper)"},
		SpectralSignatures{cut: cutExcess}, SpectralSignatures{cut: cutPercentile}, SpectralSignatures{cut: cutExact})
}
