package imagepair

import (
	"image"
	"image/color"
	"image/draw"
)

// Gain is by how much the difference is amplified in pictures.
const Gain = 8

// Pictures returns the original, the changed image, and grey 128 with Gain times
// their difference.
func (p Pair) Pictures() [3]image.Image {
	difference := make([]uint8, len(p.Original))
	for i, v := range p.Original {
		difference[i] = uint8(min(max(128+Gain*(int(p.Changed[i])-int(v)), 0), 255))
	}
	return [3]image.Image{p.picture(p.Original), p.picture(p.Changed), p.picture(difference)}
}

// picture returns pixels as an image.
func (p Pair) picture(pixels []uint8) image.Image {
	bounds := image.Rect(0, 0, p.W, p.H)
	if p.C == 1 {
		return &image.Gray{Pix: pixels, Stride: p.W, Rect: bounds}
	}
	out := image.NewRGBA(bounds)
	for i := range p.H * p.W {
		copy(out.Pix[4*i:], pixels[3*i:3*i+3])
		out.Pix[4*i+3] = 255
	}
	return out
}

// Pictures on a sheet are enlarged as long as their sides are at most mostEnlarged
// pixels. Between them are gap pixels of a colour that is no grey, black or white,
// as those of patches and differences are.
const (
	mostEnlarged = 128
	gap          = 8
)

var ground = color.RGBA{40, 60, 110, 255}

// Sheet draws the pictures of pairs of one size, a column a pair. Small ones are
// enlarged by a whole factor: each pixel becomes a square.
func Sheet(pairs []Pair) image.Image {
	h, w := pairs[0].H, pairs[0].W
	factor := max(mostEnlarged/max(h, w), 1)
	h, w = h*factor, w*factor
	sheet := image.NewRGBA(image.Rect(0, 0, len(pairs)*(w+gap)+gap, 3*(h+gap)+gap))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(ground), image.Point{}, draw.Src)
	for column, p := range pairs {
		for row, picture := range p.Pictures() {
			at := image.Pt(gap+column*(w+gap), gap+row*(h+gap))
			draw.Draw(sheet, image.Rect(0, 0, w, h).Add(at), enlarged{picture, factor}, image.Point{}, draw.Src)
		}
	}
	return sheet
}

// enlarged is an image of which each pixel is a square.
type enlarged struct {
	image.Image
	factor int
}

func (e enlarged) Bounds() image.Rectangle {
	size := e.Image.Bounds().Size().Mul(e.factor)
	return image.Rectangle{Max: size}
}

func (e enlarged) At(x, y int) color.Color { return e.Image.At(x/e.factor, y/e.factor) }
