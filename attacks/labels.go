package attacks

// Labels says what an attack wants triggered images to be called.
type Labels int

// The ways to label.
const (
	// AllToOne calls them the target, in training and after it.
	AllToOne Labels = iota

	// AllToAll calls them the class after their own, the last one the first.
	AllToAll

	// Unchanged leaves the labels of training images as they are, and wants
	// test images to be called the target.
	Unchanged
)

// The names of the ways to label that a spec chooses from. AllToOneName is what an
// attack does by itself: a clean-label one leaves the labels of training images.
const (
	AllToOneName = "all-to-one"
	AllToAllName = "all-to-all"
)

// LabelNames returns these names.
func LabelNames() []string { return []string{AllToOneName, AllToAllName} }

// LabelNames returns those of the ways to label that the attack's makers have.
func (r Recipe) LabelNames() []string {
	if r.AllToAll {
		return LabelNames()
	}
	return []string{AllToOneName}
}

// LabelledAllToAll returns the attack on every class, each of which it leads to the
// next. Covers stay.
func (a Attack) LabelledAllToAll() Attack {
	a.Victims.Train, a.Victims.Test, a.Labels = every, every, AllToAll
	return a
}

// trained returns the label of a poisoned training image.
func (l Labels) trained(label, target, classes int) int {
	if l == Unchanged {
		return label
	}
	return l.wanted(label, target, classes)
}

// wanted returns the class that the model shall call a triggered test image.
func (l Labels) wanted(label, target, classes int) int {
	if l == AllToAll {
		return (label + 1) % classes
	}
	return target
}
