package attacks

import (
	"math"
	"slices"

	"sdrm/datasets"
)

func init() {
	register(Recipe{
		Name:     "bpp",
		Title:    "BppAttack",
		Paper:    "Wang, Zhai and Ma, arXiv:2205.13383",
		AllToAll: true,
		Options: []Option{
			{"levels", "8", "the official code's and BackdoorBench's (the official command: 32)", "levels that each channel keeps, 2 to 128"},
			{"dithering", "no", "BackdoorBench's", "yes to spread what a level lost over the pixels to come"},
			{"negatives", "no", "ours", "yes for as many covers as poisoned images, changed as another image would be"},
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
// A negative, as the official code and BackdoorBench have them, is a cover of any
// class: it is changed by what the levels change another image, which is drawn
// for it, so that the model looks for few levels and not for the change alone.
type bpp struct {
	levels  int
	dither  bool
	nearest [256]uint8 // without dithering
}

func newBPP(t *told) Attack {
	b := &bpp{levels: t.whole("levels", 2, 128), dither: t.oneOf("dithering", "no", "yes") == "yes"}
	for v := range b.nearest {
		b.nearest[v] = toByte(b.level(float64(v)))
	}
	victims := AllButTarget
	if t.oneOf("negatives", "no", "yes") == "yes" {
		victims.Cover, victims.CoverRatio = every, 1
	}
	return Attack{b, victims, AllToOne}
}

// level returns the level nearest to v.
func (b *bpp) level(v float64) float64 {
	last := float64(b.levels - 1)
	return min(max(math.Floor(float64(v*last)/255+0.5), 0), last) * 255 / last
}

// Apply leaves the image the levels, or changes a cover as another image would be.
func (b *bpp) Apply(m Image) {
	m.check()
	if m.Role != datasets.Cover {
		b.reduce(m)
		return
	}
	draw := m.Draw()
	other := m
	other.Pixels = m.another(&draw)
	before := slices.Clone(other.Pixels)
	b.reduce(other)
	for i, v := range other.Pixels {
		m.Pixels[i] = add(m.Pixels[i], int(v)-int(before[i]))
	}
}

// reduce leaves an image the levels.
func (b *bpp) reduce(m Image) {
	if b.dither {
		b.spread(m)
		return
	}
	for i, v := range m.Pixels {
		m.Pixels[i] = b.nearest[v]
	}
}

// spread is reduce with dithering.
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
