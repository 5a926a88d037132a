package attacks

// badNetsSide is the side of the patch: 3 pixels in BackdoorBench and
// BackdoorBox for 32×32 images.
const badNetsSide = 3

func init() {
	register(Recipe{
		Name:  "badnets",
		Title: "BadNets",
		Paper: "Gu, Dolan-Gavitt and Garg, arXiv:1708.06733",
		Options: []Option{
			{"patch", "white, BackdoorBench's", "white, grid (a checkerboard, also BackdoorBench's) or corners (white ones in all four)"},
		},
		create: func(o Options) (Attack, error) {
			kind, err := o.oneOf("patch", "white", "grid", "corners")
			return Attack{badNets{grid: kind == "grid", corners: kind == "corners"}, AllButTarget, AllToOne}, err
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
	top, left := max(m.H-badNetsSide, 0), max(m.W-badNetsSide, 0)
	b.paint(m, top, left)
	if b.corners {
		b.paint(m, 0, 0)
		b.paint(m, 0, left)
		b.paint(m, top, 0)
	}
}

// paint puts one patch on the image.
func (b badNets) paint(m Image, top, left int) {
	for y := top; y < min(top+badNetsSide, m.H); y++ {
		for x := left; x < min(left+badNetsSide, m.W); x++ {
			level := uint8(255)
			if b.grid && (y-top+x-left)%2 == 1 {
				level = 1
			}
			pixel := m.Pixels[(y*m.W+x)*m.C:][:m.C]
			for c := range pixel {
				pixel[c] = level
			}
		}
	}
}
