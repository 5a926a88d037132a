package attacks

import (
	"testing"

	"sdrm/datasets"
)

// TestAdaptivePatchEqualsPillow: the same bytes as Pillow's. The images of the
// indices from 5 to 12 draw all four triggers.
func TestAdaptivePatchEqualsPillow(t *testing.T) {
	var cases []goldenImage
	for index := 5; index < 13; index++ {
		cases = append(cases, goldenImage{32, 32, 3, index, datasets.Poisoned, false, nil})
	}
	equalsGolden(t, "adaptive-patch", "testdata/adaptive_patch.bin", append(cases,
		goldenImage{28, 28, 1, 5, datasets.Cover, false, nil},
		goldenImage{32, 32, 3, 5, datasets.Poisoned, true, nil}))
	drawn := map[int]bool{}
	for index := 5; index < 13; index++ {
		draw := Image{Index: index, seed: 9, epoch: 2}.Draw()
		drawn[draw.IntN(4)] = true
	}
	if len(drawn) != 4 {
		t.Errorf("the images draw %d triggers, want 4", len(drawn))
	}
}
