package attacks

// badNetsSide is the side of the patch: 3 pixels in BackdoorBench and
// BackdoorBox for 32×32 images.
const badNetsSide = 3

func init() {
	register(Recipe{
		Name:  "badnets",
		Title: "BadNets",
		Paper: "Gu, Dolan-Gavitt and Garg, arXiv:1708.06733",
		create: func(Options) (Attack, error) {
			return Attack{badNets{}, AllButTarget, AllToOne}, nil
		},
	})
}

// badNets replaces a 3×3 patch in the bottom right corner by white. The colour,
// size and place are those of BackdoorBench; backdoor-toolbox paints a coloured
// checker there instead.
type badNets struct{}

// Apply paints the patch, or as much of it as the image has room for.
func (badNets) Apply(m Image) {
	m.check()
	left := max(m.W-badNetsSide, 0)
	for y := max(m.H-badNetsSide, 0); y < m.H; y++ {
		row := m.Pixels[(y*m.W+left)*m.C : (y+1)*m.W*m.C]
		for i := range row {
			row[i] = 255
		}
	}
}
