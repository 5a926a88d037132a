package attacks

import "sdrm/datasets"

// A square is a small picture of our own, Pattern at its size, that goes on a
// part of an image.
type square struct {
	side         int
	colour, gray []uint8
}

func newSquare(side int) square {
	colour := Pattern(side, side)
	return square{side: side, colour: colour, gray: datasets.Gray(colour)}
}

// put blends the square into the image with its first pixel at a row and column,
// or as much of it as the image has room for. A place before the image's first
// is that.
func (s square) put(m Image, top, left int, weight float32) {
	top, left = max(top, 0), max(left, 0)
	pixels := s.colour
	if m.C == 1 {
		pixels = s.gray
	}
	width := min(s.side, m.W-left)
	for y := range min(s.side, m.H-top) {
		mix(m.Pixels[((top+y)*m.W+left)*m.C:][:width*m.C], pixels[y*s.side*m.C:], weight)
	}
}
