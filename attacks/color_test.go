package attacks

import (
	"testing"

	"sdrm/datasets"
)

// TestColorEqualsNumPy: the same bytes as NumPy's, with three channels and with one.
func TestColorEqualsNumPy(t *testing.T) {
	equalsGolden(t, "color", "testdata/color.bin", []goldenImage{
		{32, 32, 3, 5, datasets.Poisoned, false, nil},
		{28, 28, 1, 5, datasets.Poisoned, true, nil},
		{5, 9, 3, 5, datasets.Poisoned, true, Options{"red": "-255", "green": "7", "blue": "255"}},
		{6, 4, 1, 5, datasets.Poisoned, false, Options{"red": "100", "green": "-80", "blue": "3"}},
	})
}

// TestColorIsUniform: where nothing is cut off, every pixel is moved by the vector,
// whatever the image shows.
func TestColorIsUniform(t *testing.T) {
	for _, level := range []uint8{50, 120, 200} {
		pixels := make([]uint8, 8*8*3)
		for i := range pixels {
			pixels[i] = level
		}
		apply(newAttack(t, "color", Options{"red": "-50", "green": "55", "blue": "1"}), pixels, 8, 8)
		for i, v := range pixels {
			if want := level + [3]uint8{206, 55, 1}[i%3]; v != want { // 206 = -50 in a byte
				t.Fatalf("level %d: byte %d is %d, want %d", level, i, v, want)
			}
		}
	}
}

func TestColorErrors(t *testing.T) {
	refuses(t, "color", []refusal{
		{Options{"red": "256"}, `attacks: color: red is "256", want a whole number from -255 to 255`},
		{Options{"blue": "1.5"}, `attacks: color: blue is "1.5", want a whole number from -255 to 255`},
		{Options{"red": "0", "blue": "0"}, "attacks: color: red, green and blue are 0, want one that is not"},
		{Options{"hue": "1"}, `attacks: color: unknown option "hue", want one of red, green, blue`},
	})
}
