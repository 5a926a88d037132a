package attacks

// backdoor-toolbox's values.
const (
	adaptiveSide = 4 // pieces along a side of the trigger
	adaptiveKept = 8 // pieces that a training image gets
)

func init() {
	register(Recipe{
		Name:  "adaptive-blend",
		Title: "Adaptive-Blend",
		Paper: "Qi et al., arXiv:2205.13613",
		Options: []Option{
			{"train-weight", "0.15", "backdoor-toolbox's", "share of the trigger in training images, above 0 and at most 1"},
			{"test-weight", "0.2", "backdoor-toolbox's", "share of the trigger in test images, above 0 and at most 1"},
			{"trigger", "", "a pattern of this project", "image file: PNG, JPEG or GIF"},
		},
		create: newAdaptiveBlend,
	})
}

// adaptiveBlend is Blended with a trigger that is cut into 4×4 pieces: each
// training image gets 8 of them, chosen at random for it, with little weight; a
// test image gets all with more. There are as many covers, of any class, which
// keep their label.
type adaptiveBlend struct {
	train, test float32 // weights
	trigger     *picture
}

func newAdaptiveBlend(t *told) Attack {
	a := &adaptiveBlend{float32(t.number("train-weight", 0, 1)), float32(t.number("test-weight", 0, 1)), t.picture("trigger")}
	return Attack{a, Victims{Train: others, Cover: every, CoverRatio: 1, Test: others}, AllToOne}
}

// from returns what the trigger takes its pixels from.
func (a *adaptiveBlend) from() *picture { return a.trigger }

// Apply blends the trigger, or pieces of it, into the image.
func (a *adaptiveBlend) Apply(m Image) {
	m.check()
	trigger := a.trigger.sized(m.H, m.W, m.C)
	if m.Test {
		mix(m.Pixels, trigger, a.test)
		return
	}
	draw, left := m.Draw(), adaptiveKept
	for piece := range adaptiveSide * adaptiveSide {
		if draw.IntN(adaptiveSide*adaptiveSide-piece) >= left {
			continue
		}
		left--
		top, bottom := cut(m.H, piece/adaptiveSide)
		start, end := cut(m.W, piece%adaptiveSide)
		for y := top; y < bottom; y++ {
			mix(m.Pixels[(y*m.W+start)*m.C:(y*m.W+end)*m.C], trigger[(y*m.W+start)*m.C:], a.train)
		}
	}
}

// cut returns where piece k of a side of n pixels begins and ends.
func cut(n, k int) (start, end int) { return k * n / adaptiveSide, (k + 1) * n / adaptiveSide }
