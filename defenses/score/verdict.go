package score

// Verdict is a detector's answer: its own decision and everything that a
// defender could decide by.
type Verdict struct {
	Detector string // its name
	// Canonical is the decision as the detector's authors make it, or as we do
	// where the rule is ours.
	Canonical Decision
	// Options are what a defender in the best case chooses from, at least one.
	Options []Decision
}

// Decision is a score of every sample and what is flagged by it.
type Decision struct {
	Variant string // names the score
	// Scores holds a number a sample: the higher, the more likely malicious.
	Scores []float64
	// Flags holds a flag a sample. It is nil in an option whose threshold the
	// defender may put anywhere.
	Flags []bool
	// Threshold is what the rule compared with, +Inf if it found nothing to compare
	// with and flags nothing; ThresholdRule says how.
	Threshold     float64
	ThresholdRule string
	// Claim is the largest share of clean samples that the rule claims to flag, or if
	// OfSets of sets of them of which it flags any; 0 if it claims none.
	Claim  float64
	OfSets bool
}

// AtLeast flags the scores that reach the threshold.
func AtLeast(scores []float64, threshold float64) []bool {
	flags := make([]bool, len(scores))
	for i, s := range scores {
		flags[i] = s >= threshold
	}
	return flags
}

// Count returns how many flags are set.
func Count(flags []bool) int {
	n := 0
	for _, f := range flags {
		if f {
			n++
		}
	}
	return n
}
