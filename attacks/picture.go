package attacks

import (
	"crypto/sha256"
	"fmt"

	"sdrm/datasets"
)

// A picture is an image that a trigger takes its pixels from, in every size and
// number of channels that is asked for. It is safe for concurrent use.
type picture struct {
	pixels []uint8 // h·w·3
	h, w   int
	sum    string // SHA-256 of what a file holds, empty if it is of no file

	sizes bySize[[]uint8]
}

// newPicture returns a black picture.
func newPicture(h, w int) *picture { return &picture{pixels: make([]uint8, h*w*3), h: h, w: w} }

// picture returns the image file that an option names, or Pattern if it names
// none.
func (t *told) picture(name string) *picture {
	path := t.options[name]
	if path == "" || t.unread {
		return &picture{pixels: Pattern(patternSide, patternSide), h: patternSide, w: patternSide}
	}
	pixels, h, w, err := datasets.ReadTrigger(path)
	if err != nil {
		t.fail("%s: %w", name, err)
	}
	return &picture{pixels: pixels, h: h, w: w, sum: fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%d×%d %s", h, w, pixels)))}
}

// PictureSHA256 returns the SHA-256 of the pixels that the trigger takes from a file,
// with their height and width, empty if it takes none.
func (a Attack) PictureSHA256() string {
	if t, ok := a.Trigger.(interface{ from() *picture }); ok {
		return t.from().sum
	}
	return ""
}

// sized returns the picture at h×w: its pixels as they are, or of one channel
// as Pillow's convert("L") makes it of them.
func (p *picture) sized(h, w, c int) []uint8 { return p.sizes.get(h, w, c, p.resized) }

// resized makes what sized returns.
func (p *picture) resized(h, w, c int) []uint8 {
	pixels := p.pixels
	if c == 1 {
		pixels = datasets.Gray(pixels)
	}
	return datasets.Resize(pixels, p.h, p.w, c, h, w)
}
