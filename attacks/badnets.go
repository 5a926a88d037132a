package attacks

// badNetsSide is the side of the patch: 3 pixels in BackdoorBench and
// BackdoorBox for 32×32 images.
const badNetsSide = 3

func init() {
	register(Recipe{
		Name:     "badnets",
		Title:    "BadNets",
		Paper:    "Gu, Dolan-Gavitt and Garg, arXiv:1708.06733",
		AllToAll: true,
		Options: []Option{
			{"patch", "white", "BackdoorBench's", "white, grid (a checkerboard, also BackdoorBench's) or corners (white ones in all four)"},
		},
		create: func(t *told) Attack {
			kind := t.oneOf("patch", "white", "grid", "corners")
			return Attack{badNets{grid: kind == "grid", corners: kind == "corners"}, AllButTarget, AllToOne}
		},
	})
}

// badNets replaces a 3×3 patch in the bottom right corner by white. The colour,
// size and place are those of BackdoorBench; backdoor-toolbox paints a coloured
// checker there instead. BackdoorBench also has a grid, in which every second
// pixel has level 1. That the corners are white is our choice: label-consistent
// attacks, which made them known, paint checkers.
type badNets struct{ grid, corners bool }

// Apply paints the patch, or as much of it as the image has room for.
func (b badNets) Apply(m Image) {
	m.check()
	places := m.corners(badNetsSide)
	if !b.corners {
		places = places[3:]
	}
	for _, at := range places {
		m.patch(at, badNetsSide, func(pixel []uint8, second bool) {
			for c := range pixel {
				pixel[c] = 255
				if second && b.grid {
					pixel[c] = 1
				}
			}
		})
	}
}
