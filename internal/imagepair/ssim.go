package imagepair

import (
	"math"

	"sdrm/internal/fmath"
)

// The window and the constants of SSIM (Wang, Bovik, Sheikh and Simoncelli 2004,
// section III-C): 11×11 weights of a Gaussian, K₁ = 0.01, K₂ = 0.03, L = 255.
const (
	window    = 11
	deviation = 1.5
	c1        = (0.01 * 255) * (0.01 * 255)
	c2        = (0.03 * 255) * (0.03 * 255)
)

// weights are the window's along one axis. They add up to 1.
var weights = func() (w [window]float64) {
	sum := 0.0
	for i := range w {
		d := float64(i - window/2)
		w[i] = fmath.Exp(-d * d / (2 * deviation * deviation))
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}()

// SSIM returns the structural similarity of Wang et al. 2004, equation 13: its
// mean over the places at which the whole window lies in the image (equation 17),
// of each channel, and of these the mean. It is 1 of equal images, and NaN of
// images in which the window has no place.
func (p Pair) SSIM() float64 {
	if min(p.H, p.W) < window {
		return math.NaN()
	}
	sum := 0.0
	for c := range p.C {
		a, b := p.channel(p.Original, c), p.channel(p.Changed, c)
		sum += p.ssim(a, b)
	}
	return sum / float64(p.C)
}

// channel returns a channel of one of the images, H·W.
func (p Pair) channel(pixels []uint8, c int) []float64 {
	out := make([]float64, p.H*p.W)
	for i := range out {
		out[i] = float64(pixels[i*p.C+c])
	}
	return out
}

// ssim returns the mean similarity of two channels.
func (p Pair) ssim(a, b []float64) float64 {
	meanA, meanB := p.means(a, a, false), p.means(b, b, false)
	squareA, squareB, product := p.means(a, a, true), p.means(b, b, true), p.means(a, b, true)
	sum := 0.0
	for i, ma := range meanA {
		mb := meanB[i]
		ab, aa, bb := float64(ma*mb), float64(ma*ma), float64(mb*mb)
		above := float64((2*ab + c1) * (2*(product[i]-ab) + c2))
		below := float64((aa + bb + c1) * (squareA[i] - aa + squareB[i] - bb + c2))
		sum += above / below
	}
	return sum / float64(len(meanA))
}

// means returns the weighted means of a, or of the products of a and b, at each
// of the (H-10)·(W-10) places of the window.
func (p Pair) means(a, b []float64, products bool) []float64 {
	wide, high := p.W-window+1, p.H-window+1
	rows := make([]float64, p.H*wide)
	for i := range rows {
		at := i/wide*p.W + i%wide
		for k, weight := range weights {
			v := a[at+k]
			if products {
				v = float64(v * b[at+k])
			}
			rows[i] += float64(weight * v)
		}
	}
	out := make([]float64, high*wide)
	for i := range out {
		for k, weight := range weights {
			out[i] += float64(weight * rows[i+k*wide])
		}
	}
	return out
}
