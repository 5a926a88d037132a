package defenses

import (
	"fmt"
	"math"
	"slices"

	"sdrm/defenses/score"
)

// above is the decision to flag the scores above a threshold.
func above(variant string, scores []float64, threshold float64, rule string) Decision {
	flags := make([]bool, len(scores))
	for i, s := range scores {
		flags[i] = s > threshold
	}
	return Decision{Variant: variant, Scores: scores, Flags: flags, Threshold: threshold, ThresholdRule: rule}
}

// passing is how many of 100 clean samples beyond's thresholds let pass at least. Of
// knn it is the paper's (Sun et al., section 4), of ted too (1 − α of Mo et al.,
// section VI), of beatrix the lower of the paper's 95 and 99; of sr, sr-sparse and
// frequency it is ours.
const passing = 95

// beyond is the decision to flag the scores above all but the highest of those of
// clean samples that no fit has seen: of m of them the threshold is the
// ⌈passing/100·(m + 1)⌉-th smallest. A new clean score is as likely at any place
// among these, so that it is flagged in at most 100 − passing of 100 cases (the
// p-value of conformal prediction: Vovk, Gammerman and Shafer, 2005, section 2.2),
// where an interpolated percentile is exceeded more often the fewer they are. If
// they are too few for that, nothing is flagged. It sorts the clean scores; what
// names them, and detail is added to the rule.
func beyond(variant string, scores, clean []float64, what, detail string) Decision {
	slices.Sort(clean)
	m := len(clean)
	place := (passing*(m+1) + 99) / 100
	threshold, rule := math.Inf(1), fmt.Sprintf("none: too few for %d %% are %d held-out clean %s, %s", passing, m, what, detail)
	if place <= m {
		threshold, rule = clean[place-1], fmt.Sprintf("above the %d smallest of %d held-out clean %s, %s", place, m, what, detail)
	}
	return claiming((100-passing)/100., above(variant, scores, threshold, rule))
}

// claiming returns a decision with the level that its rule claims.
func claiming(level float64, d Decision) Decision {
	d.Claim = level
	return d
}

// reaching is the decision to flag the scores that reach a threshold.
func reaching(variant string, scores []float64, threshold float64, rule string) Decision {
	return Decision{Variant: variant, Scores: scores, Flags: score.AtLeast(scores, threshold), Threshold: threshold, ThresholdRule: rule}
}

// free is the option to put a threshold anywhere.
func free(variant string, scores []float64) Decision {
	return Decision{Variant: variant, Scores: scores}
}

// tails are the options to put a threshold anywhere, and to flag what is above
// or what is below it.
func tails(variant string, scores []float64) []Decision {
	return []Decision{free(variant+", upper tail", scores), free(variant+", lower tail", negate(scores))}
}

// negate returns −x, which ranks the samples the other way round.
func negate(x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = -v
	}
	return y
}
