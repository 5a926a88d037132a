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
