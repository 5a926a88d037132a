package judge

import (
	"slices"
	"strconv"
	"strings"

	"sdrm/experiment/spec"
)

// A Pair names the two groups of test images whose latents are compared. The
// benign group is of images of the target class that the model calls so: all of
// them, and of Trigger every second. The other one, which stands for the malicious
// images, differs, and with it what a distance is evidence of. Which pairs there are
// beside Protocol is our choice.
type Pair string

const (
	// Protocol has triggered images of the classes that the attack leads to the
	// target, as far as the model calls them the target. Both what the images
	// show and the trigger set them apart from the benign ones.
	Protocol Pair = "protocol"
	// Trigger has every second of the benign images, which is then not among them,
	// with the trigger, whatever the model calls it then. Only the trigger sets them
	// apart.
	Trigger Pair = "trigger"
	// Content has images of Protocol's classes without the trigger, as far as the
	// model calls them by their labels. Only what they show sets them apart. If
	// there is no attack, the classes are all but the target.
	Content Pair = "content"
)

var pairs = []Pair{Protocol, Trigger, Content}

// EveryPair is the name by which FindPairs returns all pairs.
const EveryPair = "all"

// PairNames returns what FindPairs knows.
func PairNames() []string {
	var names []string
	for _, p := range pairs {
		names = append(names, string(p))
	}
	return append(names, EveryPair)
}

// FindPairs returns the pair of that name, or all of them. The error is a
// *spec.FieldError of pair.
func FindPairs(name string) ([]Pair, error) {
	if name == EveryPair {
		return slices.Clone(pairs), nil
	}
	if p := Pair(name); slices.Contains(pairs, p) {
		return []Pair{p}, nil
	}
	return nil, &spec.FieldError{Field: "pair", Found: strconv.Quote(name), Want: "one of " + strings.Join(PairNames(), ", ")}
}

// Set returns the name of the set that detectors are shown: both groups, of one
// size.
func (p Pair) Set() string {
	if p == Protocol {
		return TestSet
	}
	return "test-" + string(p)
}
