package attacks

import (
	"slices"
	"testing"
)

func TestBadNets(t *testing.T) {
	for _, patch := range []string{"white", "grid", "corners"} {
		for _, size := range [][2]int{{32, 32}, {5, 4}, {3, 3}, {2, 7}, {1, 1}} {
			h, w := size[0], size[1]
			image := make([]uint8, h*w*3)
			for i := range image {
				image[i] = 100
			}
			got := slices.Clone(image)
			apply(newAttack(t, "badnets", Options{"patch": patch}), got, h, w)
			for y := range h {
				for x := range w {
					want := uint8(100)
					if y >= h-3 && x >= w-3 || patch == "corners" && (y >= h-3 || y < 3) && (x >= w-3 || x < 3) {
						want = 255
					}
					if patch == "grid" && want == 255 && (y-max(h-3, 0)+x-max(w-3, 0))%2 != 0 {
						want = 1
					}
					for c := range 3 {
						if v := got[(y*w+x)*3+c]; v != want {
							t.Errorf("%s, %d×%d: row %d, column %d, channel %d is %d, want %d", patch, h, w, y, x, c, v, want)
						}
					}
				}
			}
		}
	}
}

func TestBadNetsErrors(t *testing.T) {
	refuses(t, "badnets", []refusal{{Options{"patch": "black"}, `attacks: badnets: patch is "black", want one of white, grid, corners`}})
}
