package attacks

import (
	"math"
	"sync"

	"sdrm/internal/fmath"
	"sdrm/internal/rng"
)

// The official code's values; the number of reflections is ours.
const (
	gamma           = 2.2
	reflectionMask  = 560 // side of the window whose part an image shows
	reflectionCount = 16
	reflectionSide  = 32
)

func init() {
	register(Recipe{
		Name:  "refool",
		Title: "Refool",
		Paper: "Liu et al., arXiv:2007.02343",
		Options: []Option{
			{"ghost", "0.49", "the official code's", "share of reflections that are doubled, and not out of focus, above 0 and at most 1"},
			{"transmission", "", "drawn from 0.55 to 0.95, the official code's", "share of the image, above 0 and at most 1; BackdoorBench: 0.4"},
		},
		create: newRefool,
	})
}

// refool shows a reflection in the image as a pane of glass would: one of 16
// pictures of lit windows by night, drawn for each image. Both are taken to
// linear light by a power of 2.2. A doubled reflection is added to itself 3 to 8
// pixels to the right and down. One out of focus is blurred, made darker where
// it and the image are together too bright, and fades with the distance from the
// centre of a window of 560 pixels, of which the image shows any part.
//
// The pictures are ours; the paper has photographs. Published code enlarges
// images to 560 pixels first; here all is in pixels of the image. A doubled
// reflection is not cut to where both are, the fading is a Gaussian's density and
// not its integral, and the result is rounded to the nearest level.
type refool struct {
	ghost, transmission float64 // transmission is 0 if it is drawn
	reflections         [reflectionCount]*picture
	pool                sync.Pool // of *light
}

// light is an image and a reflection in linear light, and room for a blur.
type light struct{ image, reflection, room []float64 }

func newRefool(t *told) Attack {
	a := &refool{ghost: t.number("ghost", 0, 1)}
	if t.said("transmission") {
		a.transmission = t.number("transmission", 0, 1)
	}
	for i := range a.reflections {
		a.reflections[i] = litWindows(i)
	}
	return Attack{a, AllButTarget, AllToOne}
}

// litWindows paints bright rectangles over a dark ground.
func litWindows(number int) *picture {
	draw := rng.New(uint64(number), rng.Generate, 0, 1)
	const side = reflectionSide
	p := newPicture(side, side)
	ground := 10 + draw.IntN(31)
	for i := range p.pixels {
		p.pixels[i] = uint8(ground)
	}
	for range 5 {
		top, left, h, w := draw.IntN(side-6), draw.IntN(side-6), 4+draw.IntN(12), 4+draw.IntN(12)
		var colour [3]uint8
		for c := range colour {
			colour[c] = uint8(96 + draw.IntN(160))
		}
		for y := top; y < min(top+h, side); y++ {
			for x := left; x < min(left+w, side); x++ {
				copy(p.pixels[(y*side+x)*3:], colour[:])
			}
		}
	}
	return p
}

// linear is the light of each level.
var linear = func() (light [256]float64) {
	for v := 1; v < 256; v++ {
		light[v] = fmath.Exp(float64(gamma * fmath.Log(float64(v)/255)))
	}
	return light
}()

// level returns the level nearest to a light.
func level(light float64) uint8 {
	if light <= 0 {
		return 0
	}
	return toByte(min(float64(255*fmath.Exp(fmath.Log(light)/gamma)), 255))
}

// Apply adds a reflection to the image.
func (a *refool) Apply(m Image) {
	m.check()
	draw := m.Draw()
	reflection := a.reflections[draw.IntN(reflectionCount)].sized(m.H, m.W, m.C)
	transmission := 1 - draw.Uniform(0.05, 0.45)
	if a.transmission > 0 {
		transmission = a.transmission
	}
	l, _ := a.pool.Get().(*light)
	if l == nil {
		l = new(light)
	}
	l.image, l.reflection, l.room = l.image[:0], l.reflection[:0], l.room[:0]
	for i, v := range m.Pixels {
		l.image = append(l.image, linear[v])
		l.reflection = append(l.reflection, linear[reflection[i]])
		l.room = append(l.room, 0)
	}
	share := 1 - transmission
	if draw.Float64() < a.ghost {
		l.double(m, &draw)
	} else {
		l.defocus(m, &draw)
		share = 1 - float64(transmission/2)
	}
	for i := range m.Pixels {
		m.Pixels[i] = level(float64(l.reflection[i]*share) + float64(transmission*l.image[i]))
	}
	a.pool.Put(l)
}

// double adds the reflection to itself, moved.
func (l *light) double(m Image, draw *rng.Stream) {
	down, right := 3+draw.IntN(6), 3+draw.IntN(6)
	first := draw.Uniform(0.15, 0.5)
	if draw.Float64() < 0.5 {
		first = 1 - first
	}
	copy(l.room, l.reflection)
	for y := range m.H {
		for x := range m.W {
			for c := range m.C {
				i := (y*m.W+x)*m.C + c
				l.reflection[i] = float64(first * l.room[i])
				if y >= down && x >= right {
					l.reflection[i] += float64((1 - first) * l.room[((y-down)*m.W+x-right)*m.C+c])
				}
			}
		}
	}
}

// defocus blurs the reflection, makes it darker and fades it.
func (l *light) defocus(m Image, draw *rng.Stream) {
	sigma, darker := draw.Uniform(1, 5), draw.Uniform(1.08, 1.18)
	top, left := draw.IntN(max(reflectionMask-10-m.H, 1)), draw.IntN(max(reflectionMask-10-m.W, 1))
	l.blur(m, sigma)
	for c := range m.C {
		sum, n := 0.0, 0
		for i := c; i < len(l.image); i += m.C {
			if both := l.image[i] + l.reflection[i]; both > 1 {
				sum += both
				n++
			}
		}
		over := 0.0
		if n > 0 {
			over = float64(darker * (sum/float64(n) - 1))
		}
		for i := c; i < len(l.reflection); i += m.C {
			l.reflection[i] = min(max(l.reflection[i]-over, 0), 1)
		}
	}
	for y := range m.H {
		for x := range m.W {
			u, v := fromCentre(left+x), fromCentre(top+y)
			share := fmath.Exp(-(float64(u*u) + float64(v*v)) / 4)
			for c := range m.C {
				i := (y*m.W+x)*m.C + c
				l.reflection[i] = float64(l.reflection[i] * share)
			}
		}
	}
}

// fromCentre returns the place of a pixel of the window, of which each side is 6
// long, from its centre.
func fromCentre(i int) float64 {
	return float64(6 * (float64(2*i+1)/(2*reflectionMask) - 0.5))
}

// blur applies a Gaussian that ends at twice its deviation, rounded up; pixels
// beyond the image are those as far within.
func (l *light) blur(m Image, sigma float64) {
	radius := int(math.Ceil(2 * sigma))
	var room [21]float64 // for deviations of at most 5
	taps, sum := room[:2*radius+1], 0.0
	for d := range radius + 1 {
		share := fmath.Exp(-float64(d*d) / float64(2*float64(sigma*sigma)))
		taps[radius-d], taps[radius+d] = share, share
		sum += share
		if d > 0 {
			sum += share
		}
	}
	for i := range taps {
		taps[i] /= sum
	}
	blur(l.reflection, m.H, m.W, m.C, taps, 1, mirror, l.room)
}
