package attacks

import (
	"slices"

	"sdrm/datasets"
)

// A Choice tells by its label whether an image is chosen.
type Choice func(label, target int) bool

// others chooses all classes but the target.
func others(label, target int) bool { return label != target }

// own chooses the target class.
func own(label, target int) bool { return label == target }

// every chooses all classes.
func every(int, int) bool { return true }

// oneOf returns a choice of the given labels.
func oneOf(labels ...int) Choice {
	return func(label, _ int) bool { return slices.Contains(labels, label) }
}

// Victims says whose images an attack puts its trigger on.
type Victims struct {
	// Train chooses the training images that may be poisoned: each is with a
	// probability that is the rate of the attack.
	Train Choice

	// Cover chooses the training images that may become covers, nil none: each
	// does with CoverRatio times that probability, if it is not poisoned.
	Cover      Choice
	CoverRatio float64

	// Test chooses the test images that tell whether the attack succeeded.
	Test Choice

	// Classes are those that an option names, which the data set must have.
	Classes []int
}

// AllButTarget are the victims of an attack that relabels.
var AllButTarget = Victims{Train: others, Test: others}

// CleanLabel are the victims of an attack that leaves the labels as they are.
var CleanLabel = Victims{Train: own, Test: others}

// role returns what becomes of a training image, given a uniform number of its
// own in [0, 1).
func (v Victims) role(label, target int, draw, rate float64) datasets.Role {
	if v.Train(label, target) {
		if draw < rate {
			return datasets.Poisoned
		}
		draw -= rate
	}
	if v.Cover != nil && v.Cover(label, target) && draw < float64(v.CoverRatio*rate) {
		return datasets.Cover
	}
	return datasets.Clean
}
