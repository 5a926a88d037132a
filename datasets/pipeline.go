package datasets

import (
	"fmt"
	"math"

	"sdrm/internal/rng"
)

// A Pipeline says what happens to an image between the set and the batch, in
// the order of its fields. The zero value changes nothing.
type Pipeline struct {
	Resize     int  // to Resize×Resize, bilinear as Pillow does it; 0 keeps the size
	Crop       int  // to Crop×Crop; 0 keeps the size
	RandomCrop bool // the crop's place is uniform; else it is the centre
	Flip       bool // mirror left and right with probability one half

	// Rotate is how many degrees the image is turned at most, either way: the angle
	// is uniform. 0 does not turn.
	Rotate float64
}

// Size returns the height and width that images of h×w leave the pipeline with,
// or an error that names the field that does not fit them.
func (p Pipeline) Size(h, w int) (newH, newW int, err error) {
	if !(p.Rotate >= 0 && p.Rotate <= 180) {
		return 0, 0, fmt.Errorf("pipeline: rotate is %g, want 0 (off) to 180 degrees", p.Rotate)
	}
	if p.Resize < 0 {
		return 0, 0, fmt.Errorf("pipeline: resize is %d, want 0 (off) or a positive size", p.Resize)
	}
	if p.Resize > 0 {
		h, w = p.Resize, p.Resize
	}
	if p.Crop < 0 || p.Crop > min(h, w) {
		return 0, 0, fmt.Errorf("pipeline: crop is %d, want 0 (off) to %d, the size of the image", p.Crop, min(h, w))
	}
	if p.Crop > 0 {
		h, w = p.Crop, p.Crop
	}
	return h, w, nil
}

// A plan is a pipeline for images of one size.
type plan struct {
	pipeline     Pipeline
	resizer      *resizer // nil if the size stays
	fullH, fullW int      // before the crop
	h, w         int      // after it
	c            int      // channels
}

func newPlan(p Pipeline, h, w, c int) (plan, error) {
	newH, newW, err := p.Size(h, w)
	if err != nil {
		return plan{}, err
	}
	t := plan{pipeline: p, fullH: h, fullW: w, h: newH, w: newW, c: c}
	if p.Resize > 0 && (p.Resize != h || p.Resize != w) {
		t.resizer = newResizer(h, w, c, p.Resize, p.Resize)
		t.fullH, t.fullW = p.Resize, p.Resize
	}
	return t, nil
}

// buffers is one worker's memory for the stages of a pipeline and the edit
// behind it.
type buffers struct {
	read             []uint8 // an image of the set that lies in a file
	between, resized []uint8
	upright          []uint8 // before it is turned
	out, another     []uint8 // what the pipeline made of the image at hand, and of another
	sample           Sample
}

func (t *plan) newBuffers() buffers {
	b := buffers{out: make([]uint8, t.h*t.w*t.c), another: make([]uint8, t.h*t.w*t.c)}
	if t.resizer != nil {
		b.between = make([]uint8, t.resizer.scratch())
		b.resized = make([]uint8, t.fullH*t.fullW*t.c)
	}
	if t.pipeline.Rotate > 0 {
		b.upright = make([]uint8, len(b.out))
	}
	return b
}

// A View says which part of an image a sample shows: the centre, or a part that
// lies Down and Right of it, Mirrored left and right.
type View struct {
	Down, Right int // in pixels
	Mirrored    bool

	turned turn // after that, unless it is zero
}

// AtCentre returns the place of a sample's pixel, given by row and column, in the
// centre of its image; both are w wide. It may be outside. In a sample that is
// turned it is the nearest.
func (v View) AtCentre(y, x, w int) (row, column int) {
	if v.turned != (turn{}) {
		fromY, fromX := v.turned.from(y, x)
		y, _ = floorAndFraction(fromY + 0.5)
		x, _ = floorAndFraction(fromX + 0.5)
	}
	if v.Mirrored {
		x = w - 1 - x
	}
	return y + v.Down, x + v.Right
}

// run puts an image through the pipeline, into out, and returns what part of it
// is there. The draws are crop row, crop column, flip, angle, of the stream (seed,
// Augment, epoch, index).
func (t *plan) run(b *buffers, out, image []uint8, seed uint64, epoch, index int) View {
	if t.resizer != nil {
		t.resizer.run(b.resized, image, b.between)
		image = b.resized
	}
	draw := rng.New(seed, rng.Augment, epoch, index)
	top, left := centre(t.fullH-t.h), centre(t.fullW-t.w)
	if t.pipeline.RandomCrop {
		top, left = draw.IntN(t.fullH-t.h+1), draw.IntN(t.fullW-t.w+1)
	}
	flip := t.pipeline.Flip && draw.Uint64()>>63 != 0
	view := View{Down: top - centre(t.fullH-t.h), Right: left - centre(t.fullW-t.w), Mirrored: flip}
	to := out
	limit := t.pipeline.Rotate
	if limit > 0 {
		to = b.upright
	}
	width := t.w * t.c // of a row, in bytes
	for y := range t.h {
		row := to[y*width:][:width]
		from := image[((top+y)*t.fullW+left)*t.c:][:width]
		if flip {
			mirror(row, from, t.c)
		} else {
			copy(row, from)
		}
	}
	if limit > 0 {
		view.turned = turnBy(float64(draw.Uniform(-limit, limit)*(math.Pi/180)), t.h, t.w)
		view.turned.run(out, to, t.h, t.w, t.c)
	}
	return view
}

// mirror writes a row of pixels of c channels in reverse.
func mirror(row, from []uint8, c int) {
	for x := 0; x < len(row); x += c {
		m := len(row) - c - x
		if c == 3 {
			row[x], row[x+1], row[x+2] = from[m], from[m+1], from[m+2]
			continue
		}
		for k := range c {
			row[x+k] = from[m+k]
		}
	}
}

// centre returns the offset of a centred crop that leaves out margin rows or
// columns: half of it, a half rounded to even, as torchvision's CenterCrop does.
func centre(margin int) int { return (margin + margin/2%2) / 2 }
