package attacks

import (
	"testing"

	"sdrm/datasets"
)

// TestRefoolEqualsSciPy: the same bytes as NumPy's and SciPy's in float64. Of the
// drawn reflections some are doubled and some out of focus.
func TestRefoolEqualsSciPy(t *testing.T) {
	var cases []goldenImage
	for index := 5; index < 11; index++ {
		cases = append(cases, goldenImage{32, 32, 3, index, datasets.Poisoned, false, nil})
	}
	fixed := Options{"transmission": "0.4"}
	equalsGolden(t, "refool", "testdata/refool.bin", append(cases,
		goldenImage{28, 28, 1, 5, datasets.Poisoned, true, fixed},
		goldenImage{28, 28, 1, 6, datasets.Poisoned, true, fixed},
		goldenImage{20, 31, 3, 5, datasets.Poisoned, false, Options{"ghost": "1"}},
		goldenImage{20, 31, 3, 6, datasets.Poisoned, false, Options{"ghost": "0.001"}}))
}

func TestRefoolErrors(t *testing.T) {
	refuses(t, "refool", []refusal{
		{Options{"ghost": "1.5"}, "attacks: refool: ghost is 1.5, want above 0 and at most 1"},
		{Options{"transmission": "0"}, "attacks: refool: transmission is 0, want above 0 and at most 1"},
		{Options{"transmission": ""}, `attacks: refool: transmission is "", want a number`},
	})
}

func TestMirror(t *testing.T) {
	for _, c := range [][3]int{{0, 4, 0}, {3, 4, 3}, {4, 4, 2}, {-1, 4, 1}, {-7, 4, 1}, {9, 4, 3}, {5, 1, 0}, {-3, 2, 1}} {
		if got := mirror(c[0], c[1]); got != c[2] {
			t.Errorf("place %d of %d is %d, want %d", c[0], c[1], got, c[2])
		}
	}
}
