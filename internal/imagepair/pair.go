// Package imagepair compares an image with what was made of it: by figures, and
// by pictures of both and of their difference.
package imagepair

import (
	"fmt"
	"math"

	"sdrm/internal/fmath"
)

// A Pair is an image before and after a change.
type Pair struct {
	H int `json:"height"`
	W int `json:"width"`
	C int `json:"channels"` // 1 or 3

	Original []uint8 `json:"original"` // H·W·C, the channels of a pixel side by side
	Changed  []uint8 `json:"changed"`
}

// mostSide bounds the sides of a pair that Check accepts.
const mostSide = 1 << 14

// Check returns an error unless both images are of the size that the pair says.
func (p Pair) Check() error {
	if min(p.H, p.W) < 1 || max(p.H, p.W) > mostSide || p.C != 1 && p.C != 3 {
		return fmt.Errorf("found %d×%d pixels of %d channels, want sides of 1 to %d and 1 or 3 channels", p.H, p.W, p.C, mostSide)
	}
	if n := p.H * p.W * p.C; len(p.Original) != n || len(p.Changed) != n {
		return fmt.Errorf("found images of %d and %d bytes, want %d×%d×%d", len(p.Original), len(p.Changed), p.H, p.W, p.C)
	}
	return nil
}

// Largest returns the largest change of a channel of a pixel, L∞, in levels of 0
// to 255.
func (p Pair) Largest() int {
	most := 0
	for i, v := range p.Original {
		d := int(p.Changed[i]) - int(v)
		most = max(most, d, -d)
	}
	return most
}

// PSNR returns the peak signal-to-noise ratio in dB, 10 log₁₀(255² / MSE), of all
// channels of all pixels; +Inf of equal images.
func (p Pair) PSNR() float64 {
	squares := 0
	for i, v := range p.Original {
		d := int(p.Changed[i]) - int(v)
		squares += d * d
	}
	return 10 / math.Ln10 * fmath.Log(255*255*float64(len(p.Original))/float64(squares))
}
