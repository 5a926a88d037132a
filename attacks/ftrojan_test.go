package attacks

import (
	"testing"

	"sdrm/datasets"
)

// TestFTrojanEqualsSciPy: the same bytes as SciPy's DCT in float64.
func TestFTrojanEqualsSciPy(t *testing.T) {
	equalsGolden(t, "ftrojan", "testdata/ftrojan.bin", []goldenImage{
		{32, 32, 3, 5, datasets.Poisoned, false, nil},
		{36, 64, 3, 5, datasets.Poisoned, false, Options{"magnitude": "20"}},
		{28, 28, 1, 5, datasets.Poisoned, true, nil},
		{16, 9, 3, 5, datasets.Poisoned, false, Options{"magnitude": "77.5"}},
	})
}

func TestFTrojanErrors(t *testing.T) {
	refuses(t, "ftrojan", []refusal{
		{Options{"magnitude": "0"}, "attacks: ftrojan: magnitude is 0, want above 0 and at most 255"},
		{Options{"magnitude": "256"}, "attacks: ftrojan: magnitude is 256, want above 0 and at most 255"},
	})
}
