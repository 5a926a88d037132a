package attacks

import (
	"math"

	"sdrm/internal/fmath"
	"sdrm/internal/rng"
)

// patternSide is the size at which Blended draws Pattern; other sizes are
// resized from it like any trigger.
const patternSide = 32

// Pattern returns the default trigger of Blended at h×w, a picture of our own: a
// fine checkerboard under coloured rings. Photographs have little in its
// frequency and a network's first layer can see it at every place, so it is
// learned quickly though it is faint; the rings make every region its own.
func Pattern(h, w int) []uint8 {
	const (
		cell             = 2         // pixels a square of the board
		board, colour    = 80, 47    // amplitudes
		centreX, centreY = 0.35, 0.4 // of the rings, in units of the image
		rings            = 4.5       // over the image's height
	)
	pixels := make([]uint8, 0, h*w*3)
	for i := range h {
		for j := range w {
			light := 127.5 + board
			if (i/cell+j/cell)%2 != 0 {
				light = 127.5 - board
			}
			y := (float64(i)+0.5)/float64(h) - centreY
			x := (float64(j)+0.5)/float64(w) - centreX
			radius := math.Sqrt(float64(x*x) + float64(y*y))
			for c := range 3 {
				third := float64(float64(c) * (2 * math.Pi / 3))
				wave := fmath.Sin(float64(2*math.Pi*rings*radius) + third)
				pixels = append(pixels, uint8(light+float64(colour*wave)))
			}
		}
	}
	return pixels
}

// noise is a picture of uniform random bytes.
func noise() *picture {
	draw := rng.New(0, rng.Generate, 0, 3)
	p := newPicture(patternSide, patternSide)
	for i := range p.pixels {
		p.pixels[i] = uint8(draw.IntN(256))
	}
	return p
}
