package attacks

import (
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"

	"sdrm/datasets"
)

// A picture is an image that a trigger takes its pixels from, in every size and
// number of channels that is asked for. It is safe for concurrent use.
type picture struct {
	pixels []uint8 // h·w·3
	h, w   int

	sizes bySize[[]uint8]
}

// newPicture returns a black picture.
func newPicture(h, w int) *picture { return &picture{pixels: make([]uint8, h*w*3), h: h, w: w} }

// picture returns the image file that an option names, or Pattern if it names
// none.
func (t *told) picture(name string) *picture {
	path := t.options[name]
	if path == "" {
		return &picture{pixels: Pattern(patternSide, patternSide), h: patternSide, w: patternSide}
	}
	pixels, h, w, err := datasets.ReadTrigger(path)
	if err != nil {
		t.fail("%s: %w", name, err)
	}
	return &picture{pixels: pixels, h: h, w: w}
}

// sized returns the picture at h×w: its pixels as they are, or of one channel
// as Pillow's convert("L") makes it of them.
func (p *picture) sized(h, w, c int) []uint8 { return p.sizes.get(h, w, c, p.resized) }

// resized makes what sized returns.
func (p *picture) resized(h, w, c int) []uint8 {
	pixels := p.pixels
	if c == 1 {
		pixels = gray(pixels)
	}
	return datasets.Resize(pixels, p.h, p.w, c, h, w)
}

// gray returns the brightness of pixels of three channels with the weights of
// ITU-R BT.601 in units of 2^-16, rounded, as Pillow has them.
func gray(pixels []uint8) []uint8 {
	out := make([]uint8, len(pixels)/3)
	for i := range out {
		red, green, blue := int(pixels[3*i]), int(pixels[3*i+1]), int(pixels[3*i+2])
		out[i] = uint8((red*19595 + green*38470 + blue*7471 + 1<<15) >> 16)
	}
	return out
}
