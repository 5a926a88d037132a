package attacks

import (
	"testing"

	"sdrm/datasets"
)

// TestAdaptiveBlendEqualsPillow: the same bytes as Pillow's.
func TestAdaptiveBlendEqualsPillow(t *testing.T) {
	equalsGolden(t, "adaptive-blend", "testdata/adaptive_blend.bin", []goldenImage{
		{32, 32, 3, 5, datasets.Poisoned, false, nil},
		{30, 27, 3, 5, datasets.Cover, false, Options{"train-weight": "0.4"}},
		{28, 28, 1, 5, datasets.Poisoned, false, nil},
		{32, 32, 3, 5, datasets.Poisoned, true, nil},
	})
}

func TestAdaptiveBlendErrors(t *testing.T) {
	refuses(t, "adaptive-blend", []refusal{
		{Options{"train-weight": "0"}, "attacks: adaptive-blend: train-weight is 0, want above 0 and at most 1"},
		{Options{"test-weight": "2"}, "attacks: adaptive-blend: test-weight is 2, want above 0 and at most 1"},
		{Options{"trigger": "testdata/none.png"}, "attacks: adaptive-blend: trigger: testdata/none.png: file does not exist"},
	})
}
