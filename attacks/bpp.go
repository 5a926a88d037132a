package attacks

import "math"

// bppLevels is the number of levels in the official code's commands.
const bppLevels = 8

func init() {
	register(Recipe{
		Name:  "bpp",
		Title: "BppAttack",
		Paper: "Wang, Zhai and Ma, arXiv:2205.13383",
		Options: []Option{
			{"levels", "8, the official code's commands'", "levels that each channel keeps, 2 to 128"},
			{"dithering", "no, BackdoorBench's", "yes to spread what a level lost over the pixels to come"},
		},
		create: newBPP,
	})
}

// bpp leaves each channel few levels: of d, evenly from 0 to 255, each value
// becomes the nearest, and that the nearest byte. With dithering what a pixel
// lost goes on to those right of it and below it as Floyd and Steinberg (1976)
// have it, 7/16 to the right and 3/16, 5/16 and 1/16 below; the level is kept
// among the d, which is our choice, as is the byte.
//
// The official code also trains on negatives, images that get what another
// image loses and keep their label. They are left out: a trigger sees one
// image alone.
type bpp struct {
	levels  int
	dither  bool
	nearest [256]uint8 // without dithering
}

func newBPP(o Options) (Attack, error) {
	levels, err := o.whole("levels", bppLevels, 2, 128)
	if err != nil {
		return Attack{}, err
	}
	dither, err := o.oneOf("dithering", "no", "yes")
	if err != nil {
		return Attack{}, err
	}
	b := &bpp{levels: levels, dither: dither == "yes"}
	for v := range b.nearest {
		b.nearest[v] = toByte(b.level(float64(v)))
	}
	return Attack{b, AllButTarget, AllToOne}, nil
}

// level returns the level nearest to v.
func (b *bpp) level(v float64) float64 {
	last := float64(b.levels - 1)
	return min(max(math.Floor(float64(v*last)/255+0.5), 0), last) * 255 / last
}

// Apply leaves the image the levels.
func (b *bpp) Apply(m Image) {
	m.check()
	if b.dither {
		b.spread(m)
		return
	}
	for i, v := range m.Pixels {
		m.Pixels[i] = b.nearest[v]
	}
}

// spread is Apply with dithering.
func (b *bpp) spread(m Image) {
	width := m.W * m.C
	row, below := make([]float64, width), make([]float64, width)
	load := func(y int) {
		for i := range below {
			below[i] = float64(m.Pixels[min(y, m.H-1)*width+i])
		}
	}
	load(0)
	for y := range m.H {
		row, below = below, row
		load(y + 1)
		for i, v := range row {
			level := b.level(v)
			m.Pixels[y*width+i] = toByte(level)
			lost := v - level
			if i+m.C < width {
				row[i+m.C] += float64(lost * 7 / 16)
				below[i+m.C] += float64(lost * 1 / 16)
			}
			below[i] += float64(lost * 5 / 16)
			if i >= m.C {
				below[i-m.C] += float64(lost * 3 / 16)
			}
		}
	}
}
