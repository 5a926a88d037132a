package score

import (
	"math"

	"sdrm/internal/nullable"
)

// FlaggedImages is how many images of a kind are flagged, with the 95 % interval of
// their share (Wilson's), which is NaN of no image.
type FlaggedImages struct {
	Images  int            `json:"images"`
	Flagged int            `json:"flagged"`
	Low     nullable.Float `json:"low"`
	High    nullable.Float `json:"high"`
}

// OfImages counts the flags of the images of a kind.
func OfImages(flags []bool) FlaggedImages {
	flagged := Count(flags)
	low, high := Wilson(flagged, len(flags))
	return FlaggedImages{len(flags), flagged, low, high}
}

// BeyondAnswer returns how much larger, at least, the share of the malicious images that
// are flagged is than that of the benign ones which the model calls the same: the lower
// bound of the 95 % interval of the difference. It is near 0 or below for a rule that flags
// whatever is called the target, NaN where no benign image is, and infinite where
// CalledTarget is nil.
func (s Score) BeyondAnswer() float64 {
	if s.CalledTarget == nil {
		return math.Inf(1)
	}
	malicious := int(math.Round(float64(s.Prevalence) * float64(s.Samples)))
	hits := int(math.Round(float64(s.Recall) * float64(malicious)))
	return lowestDifference(hits, malicious, s.CalledTarget.Flagged, s.CalledTarget.Images)
}

// lowestDifference returns the lower bound of the 95 % interval of the difference of two
// probabilities by which part of whole trials succeeded (Newcombe, Stat. Med. 1998,
// method 10, from Wilson's intervals); NaN of no trial.
func lowestDifference(part1, whole1, part2, whole2 int) float64 {
	low, _ := Wilson(part1, whole1)
	_, high := Wilson(part2, whole2)
	p1, p2 := float64(part1)/float64(whole1), float64(part2)/float64(whole2)
	below, above := p1-float64(low), float64(high)-p2
	return p1 - p2 - math.Sqrt(float64(below*below)+float64(above*above))
}
