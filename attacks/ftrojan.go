package attacks

import (
	"math"

	"sdrm/internal/fmath"
)

// frequencyWindow is the side of the windows in BackdoorBench.
const frequencyWindow = 32

func init() {
	register(Recipe{
		Name:    "ftrojan",
		Title:   "FTrojan",
		Paper:   "Wang et al., arXiv:2111.10991",
		Options: []Option{magnitudeOption("BackdoorBench's (official code: 20)")},
		create:  func(t *told) Attack { return Attack{newFrequency(t), AllButTarget, AllToOne} },
	})
}

// magnitudeOption is that of both attacks with this trigger, of whosever choice.
func magnitudeOption(source string) Option {
	return Option{"magnitude", "30", source, "what is added to two frequencies, above 0 and at most 255"}
}

// frequency adds to two frequencies of both colour differences of an image. It
// takes the orthonormal two-dimensional DCT-II of windows of 32×32 of the
// differences of ITU-R BT.601 and adds the magnitude at (31, 31) and (15, 15).
// The transform is linear, so that is a fixed pattern in each window.
//
// Of our choice is what published code does otherwise or not at all: the colour
// differences and what is between the transforms stay real numbers, and the
// result is rounded to the nearest level once; an image that is no multiple of
// the window gets the pattern's beginning in its last ones; sides n below 32 are
// windows of their own, with n-1 and n/2-1 for 31 and 15; and an image of one
// channel has the pattern in that.
type frequency struct {
	magnitude float64
	patterns  bySize[[]int16]
}

func newFrequency(t *told) Trigger { return &frequency{magnitude: t.number("magnitude", 0, 255)} }

// Apply adds the pattern, and keeps the levels in 0 to 255.
func (f *frequency) Apply(m Image) {
	m.check()
	pattern := f.patterns.get(m.H, m.W, m.C, f.pattern)[:len(m.Pixels)]
	for i, v := range m.Pixels {
		m.Pixels[i] = add(v, int(pattern[i]))
	}
}

// differenceShares are what a colour difference of 1 in both red and blue adds
// to red, green and blue.
var differenceShares = [3]float64{1.402, -(0.299*1.402 + 0.114*1.772) / 0.587, 1.772}

// pattern returns the levels that are added to an image.
func (f *frequency) pattern(h, w, c int) []int16 {
	rows, columns := min(h, frequencyWindow), min(w, frequencyWindow)
	levels := make([]int16, 0, h*w*c)
	for y := range h {
		for x := range w {
			high := float64(cosine(rows-1, y%rows, rows) * cosine(columns-1, x%columns, columns))
			middle := float64(cosine(max(rows/2-1, 0), y%rows, rows) * cosine(max(columns/2-1, 0), x%columns, columns))
			v := float64(f.magnitude * (high + middle))
			if c == 1 {
				levels = append(levels, int16(nearest(v)))
				continue
			}
			for _, share := range differenceShares {
				levels = append(levels, int16(nearest(float64(share*v))))
			}
		}
	}
	return levels
}

// cosine returns place i of frequency k of the orthonormal DCT-II of n values.
func cosine(k, i, n int) float64 {
	scale := math.Sqrt(2 / float64(n))
	if k == 0 {
		scale = math.Sqrt(1 / float64(n))
	}
	return float64(scale * fmath.Cos(float64(math.Pi*float64((2*i+1)*k))/float64(2*n)))
}
