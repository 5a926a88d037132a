package datasets

import "sdrm/internal/fmath"

// A turn is the rotation of an image of a size about its centre.
type turn struct{ cos, sin, middleY, middleX float32 }

// turnBy returns the rotation of h×w pixels by an angle in radians, counter-clockwise
// where it is positive.
func turnBy(angle float64, h, w int) turn {
	return turn{float32(fmath.Cos(angle)), float32(fmath.Sin(angle)), float32(h-1) / 2, float32(w-1) / 2}
}

// from returns the place that a pixel of the turned image comes from.
func (t turn) from(y, x int) (fromY, fromX float32) {
	dy, dx := float32(y)-t.middleY, float32(x)-t.middleX
	return float32(t.sin*dx) + float32(t.cos*dy) + t.middleY, float32(t.cos*dx) - float32(t.sin*dy) + t.middleX
}

// run writes a turned image of h×w pixels of c channels: a pixel is interpolated
// bilinearly between the four around the place that it comes from, and what is
// outside the image is black, as in torchvision's RandomRotation with bilinear
// interpolation. All is float32, no product fused; a value is rounded to the nearest
// byte, a half up.
func (t turn) run(dst, src []uint8, h, w, c int) {
	at := func(y, x, k int) float32 {
		if y < 0 || y >= h || x < 0 || x >= w {
			return 0
		}
		return float32(src[(y*w+x)*c+k])
	}
	for y := range h {
		for x := range w {
			fromY, fromX := t.from(y, x)
			top, below := floorAndFraction(fromY)
			left, right := floorAndFraction(fromX)
			for k := range c {
				upper := interpolate(at(top, left, k), at(top, left+1, k), right)
				lower := interpolate(at(top+1, left, k), at(top+1, left+1, k), right)
				dst[(y*w+x)*c+k] = uint8(interpolate(upper, lower, below) + 0.5)
			}
		}
	}
}

// floorAndFraction returns the whole number at or below v and what is above it.
func floorAndFraction(v float32) (floor int, fraction float32) {
	if floor = int(v); float32(floor) > v {
		floor--
	}
	return floor, v - float32(floor)
}

// interpolate returns the value at a share of the way from a to b.
func interpolate(a, b, share float32) float32 { return a + float32((b-a)*share) }
