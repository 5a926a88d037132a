package attacks

import (
	"slices"
	"testing"
)

func TestBadNets(t *testing.T) {
	for _, size := range [][2]int{{32, 32}, {5, 4}, {3, 3}, {2, 7}, {1, 1}} {
		h, w := size[0], size[1]
		image := make([]uint8, h*w*3)
		for i := range image {
			image[i] = 100
		}
		got := slices.Clone(image)
		apply(newAttack(t, "badnets", nil), got, h, w)
		for y := range h {
			for x := range w {
				want := uint8(100)
				if y >= h-3 && x >= w-3 {
					want = 255
				}
				for c := range 3 {
					if v := got[(y*w+x)*3+c]; v != want {
						t.Errorf("%d×%d: row %d, column %d, channel %d is %d, want %d", h, w, y, x, c, v, want)
					}
				}
			}
		}
	}
}
