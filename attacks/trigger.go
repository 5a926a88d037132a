package attacks

import (
	"math"

	"sdrm/datasets"
	"sdrm/internal/rng"
)

// A Trigger is what an attack does to an image.
type Trigger interface {
	// Apply changes the pixels of an image in place. It may be called by several
	// goroutines at once, and what it does depends on the image alone. Pixels
	// that are not those of an image are a mistake of the program.
	Apply(Image)
}

// An Image is an image on which a trigger goes.
type Image struct {
	Pixels  []uint8 // H·W·C, the channels of a pixel side by side
	H, W, C int     // C is 1 or 3

	View  datasets.View // what part of the image the pixels are
	Index int           // the image's place in its set
	Role  datasets.Role // what it becomes, Poisoned or Cover
	Test  bool          // it measures the attack, and is not trained on

	seed   uint64
	epoch  int
	sample *datasets.Sample
}

// Draw returns the image's own stream of random numbers, always from its
// beginning. The trigger of a frozen attack finds the same in every epoch.
func (m Image) Draw() rng.Stream { return rng.New(m.seed, rng.Perturb, m.epoch, m.Index) }

// another returns the pixels of an image that is drawn from all of its set.
func (m Image) another(draw *rng.Stream) []uint8 {
	return m.sample.Another(draw.IntN(m.sample.SetLen()))
}

// check panics if the pixels are not those of the image; every Apply begins
// with it.
func (m Image) check() {
	if len(m.Pixels) != m.H*m.W*m.C || m.C != 1 && m.C != 3 {
		panic("attacks: Trigger: Apply: pixels do not fit height, width and channels")
	}
}

// add adds a change to levels, kept in 0 to 255.
func add(v uint8, change int) uint8 { return uint8(min(max(int(v)+change, 0), 255)) }

// toByte returns the byte nearest to a level of 0 to 255, a half rounded up.
func toByte(level float64) uint8 { return uint8(math.Floor(level + 0.5)) }

// whole returns the whole number nearest to x of those whose magnitude is at most most.
func whole(x, most float64) int {
	bound := int(most)
	return min(max(nearest(x), -bound), bound)
}

// nearest returns the whole number nearest to x, a half rounded up.
func nearest(x float64) int { return int(math.Floor(x + 0.5)) }
