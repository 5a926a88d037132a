package attacks

import (
	"slices"
	"testing"

	"sdrm/datasets"
)

// TestBPPEqualsNumPy: the same bytes as NumPy's in float64.
func TestBPPEqualsNumPy(t *testing.T) {
	equalsGolden(t, "bpp", "testdata/bpp.bin", []goldenImage{
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

// TestBPPNegatives: a cover is changed by what an image of the set, the one that
// its stream draws, loses; its label stays.
func TestBPPNegatives(t *testing.T) {
	const n, side, channels = 40, 32, 3
	set := datasets.Synthetic(1, datasets.Train, n)
	for _, dithering := range []string{"no", "yes"} {
		a := newAttack(t, "bpp", Options{"dithering": dithering, "negatives": "yes"})
		p := Poison{Attack: a, Rate: 0.3, Classes: 10, Seed: 4}
		l, err := datasets.NewLoader(set, datasets.Config{Batch: n, After: p.Edit()})
		if err != nil {
			t.Fatal(err)
		}
		batches := l.Epoch(3, 0)
		b, _ := batches.Next()
		covers := 0
		for i, role := range b.Roles {
			if role != datasets.Cover {
				continue
			}
			covers++
			draw := Image{seed: 4, epoch: 3, Index: i}.Draw()
			from := set.Image(draw.IntN(n))
			reduced := slices.Clone(from)
			apply(a, reduced, side, side)
			for k, v := range set.Image(i) {
				want := float32(min(max(int(v)+int(reduced[k])-int(from[k]), 0), 255)) / 255
				if got := b.Pixels[i*side*side*channels+k]; got != want {
					t.Fatalf("dithering %s, image %d: element %d is %v, want %v", dithering, i, k, got, want)
				}
			}
			if b.Labels[i] != set.Labels[i] {
				t.Errorf("image %d: label %d, want %d", i, b.Labels[i], set.Labels[i])
			}
		}
		batches.Close()
		if covers < 4 {
			t.Errorf("%d covers among %d images", covers, n)
		}
	}
}

func TestBPPErrors(t *testing.T) {
	refuses(t, "bpp", []refusal{
		{Options{"levels": "1"}, `attacks: bpp: levels is "1", want a whole number from 2 to 128`},
		{Options{"levels": ""}, `attacks: bpp: levels is "", want a whole number from 2 to 128`},
		{Options{"negatives": "1"}, `attacks: bpp: negatives is "1", want one of no, yes`},
		{Options{"dithering": "Floyd"}, `attacks: bpp: dithering is "Floyd", want one of no, yes`},
	})
}
