package attacks

func init() {
	register(Recipe{
		Name:  "adaptive-patch",
		Title: "Adaptive-Patch",
		Paper: "Qi et al., arXiv:2205.13613",
		create: func(*told) Attack {
			a := adaptivePatch{small: newSquare(3), corner: newSquare(5), other: newSquare(6), large: newSquare(8)}
			victims := Victims{Train: others, Cover: every, CoverRatio: adaptivePatchCovers, Test: others}
			return Attack{a, victims, AllToOne}
		},
	})
}

// backdoor-toolbox's covers for each poisoned image, and its weights.
const (
	adaptivePatchCovers = 2

	cornerWeight = 0.5
	otherWeight  = 0.2
	smallWeight  = 0.5
	largeWeight  = 0.3
)

// adaptivePatch blends one of four triggers into a training image, chosen at
// random for it: a patch of 5×5 in the bottom right corner, one of 6×6 bottom
// left, small ones of 3×3 in all corners, or one of 8×8 three pixels from the
// bottom right. A test image shows two of them whole, the first and over it the
// small ones. There are twice as many covers, of any class, which keep their
// label. Numbers, weights and the pair are backdoor-toolbox's for CIFAR-10; the
// patches, and where the second stands, are ours.
type adaptivePatch struct{ small, corner, other, large square }

// Apply puts patches on the image.
func (a adaptivePatch) Apply(m Image) {
	m.check()
	if m.Test {
		a.atCorner(m, 1)
		a.atCorners(m, 1)
		return
	}
	draw := m.Draw()
	switch draw.IntN(4) {
	case 0:
		a.atCorner(m, cornerWeight)
	case 1:
		a.other.put(m, m.H-a.other.side, 0, otherWeight)
	case 2:
		a.atCorners(m, smallWeight)
	case 3:
		a.large.put(m, m.H-tactMargin-a.large.side, m.W-tactMargin-a.large.side, largeWeight)
	}
}

// atCorner puts the patch of 5×5 on the image.
func (a adaptivePatch) atCorner(m Image, weight float32) {
	a.corner.put(m, m.H-a.corner.side, m.W-a.corner.side, weight)
}

// atCorners puts the small patch in all corners.
func (a adaptivePatch) atCorners(m Image, weight float32) {
	for _, at := range m.corners(a.small.side) {
		a.small.put(m, at.top, at.left, weight)
	}
}
