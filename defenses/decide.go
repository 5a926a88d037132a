package defenses

import "sdrm/defenses/score"

// above is the decision to flag the scores above a threshold.
func above(variant string, scores []float64, threshold float64, rule string) Decision {
	flags := make([]bool, len(scores))
	for i, s := range scores {
		flags[i] = s > threshold
	}
	return Decision{Variant: variant, Scores: scores, Flags: flags, Threshold: threshold, ThresholdRule: rule}
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
