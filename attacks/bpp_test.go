package attacks

import (
	"testing"

	"sdrm/datasets"
)

// TestBPPEqualsNumPy: the same bytes as NumPy's in float64.
func TestBPPEqualsNumPy(t *testing.T) {
	equalsGolden(t, "bpp", "testdata/bpp.bin", []golden{
		{32, 32, 3, 5, datasets.Poisoned, false, nil},
		{28, 28, 1, 5, datasets.Poisoned, true, Options{"levels": "2"}},
		{32, 32, 3, 5, datasets.Poisoned, false, Options{"dithering": "yes"}},
		{9, 7, 3, 5, datasets.Poisoned, false, Options{"levels": "5", "dithering": "yes"}},
		{28, 28, 1, 5, datasets.Poisoned, true, Options{"levels": "2", "dithering": "yes"}},
	})
}

// TestBPPKeepsFewLevels counts the values that are left.
func TestBPPKeepsFewLevels(t *testing.T) {
	for _, dithering := range []string{"no", "yes"} {
		pixels, left := formula(32, 32), map[uint8]bool{}
		apply(newAttack(t, "bpp", Options{"levels": "6", "dithering": dithering}), pixels, 32, 32)
		for _, v := range pixels {
			left[v] = true
		}
		if len(left) != 6 || !left[0] || !left[255] || !left[51] {
			t.Errorf("dithering %s: %d levels, %v", dithering, len(left), left)
		}
	}
}

func TestBPPErrors(t *testing.T) {
	refuses(t, "bpp", []refusal{
		{Options{"levels": "1"}, `attacks: bpp: levels is "1", want a whole number from 2 to 128`},
		{Options{"levels": ""}, `attacks: bpp: levels is "", want a whole number from 2 to 128`},
		{Options{"dithering": "Floyd"}, `attacks: bpp: dithering is "Floyd", want one of no, yes`},
	})
}
