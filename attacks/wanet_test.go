package attacks

import (
	"testing"

	"sdrm/datasets"
)

// TestWaNetEqualsPyTorch: the same bytes as PyTorch's in float64.
func TestWaNetEqualsPyTorch(t *testing.T) {
	large := Options{"k": "7", "s": "3", "grid": "1000000"}
	equalsGolden(t, "wanet", "testdata/wanet.bin", []goldenImage{
		{32, 32, 3, 5, datasets.Poisoned, false, nil},
		{32, 32, 3, 5, datasets.Cover, false, nil},
		{28, 28, 1, 5, datasets.Poisoned, true, Options{"s": "1.5"}},
		{20, 31, 3, 5, datasets.Cover, false, large},
	})
}

func TestWaNetErrors(t *testing.T) {
	refuses(t, "wanet", []refusal{
		{Options{"k": "1"}, `attacks: wanet: k is "1", want a whole number from 2 to 64`},
		{Options{"k": "4.5"}, `attacks: wanet: k is "4.5", want a whole number from 2 to 64`},
		{Options{"s": "0"}, "attacks: wanet: s is 0, want above 0 and at most 64"},
		{Options{"grid": "-1"}, `attacks: wanet: grid is "-1", want a whole number from 0 to 1000000`},
	})
}
