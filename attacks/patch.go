package attacks

// A place is where a patch begins.
type place struct{ top, left int }

// corners returns where patches in the corners of the image begin, bottom right
// last. In one that is smaller than the patch they begin with its first pixel.
func (m Image) corners(side int) []place {
	bottom, right := max(m.H-side, 0), max(m.W-side, 0)
	return []place{{0, 0}, {0, right}, {bottom, 0}, {bottom, right}}
}

// patch calls paint with every pixel of a square of the image, as far as that
// has room for it, and tells which are every second, as on a chessboard.
func (m Image) patch(at place, side int, paint func(pixel []uint8, second bool)) {
	for y := at.top; y < min(at.top+side, m.H); y++ {
		for x := at.left; x < min(at.left+side, m.W); x++ {
			paint(m.Pixels[(y*m.W+x)*m.C:][:m.C], (y-at.top+x-at.left)%2 == 1)
		}
	}
}
