package datasets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"sdrm/internal/parallel"
	"sdrm/internal/progress"
	"sdrm/internal/regular"
)

// The most that one image file may hold, and one that a trigger comes from. A file
// that says that it holds more is refused before it is read or decoded.
const (
	mostPictureBytes  = 1 << 26
	mostPicturePixels = 1 << 26
	mostPictureSide   = 1 << 14

	mostTriggerPixels = 1 << 24
)

// pictureEndings are what the names of the files end with that hold images, in
// any case. Those of the last are not read, but neither are they passed over.
var pictureEndings = []string{
	".png", ".jpg", ".jpeg", ".jfif", ".gif", ".ppm", ".pgm", ".pnm",
	".webp", ".bmp", ".tif", ".tiff", ".avif", ".heic",
}

// isPicture tells whether a file's name says that it holds an image.
func isPicture(name string) bool {
	return slices.Contains(pictureEndings, strings.ToLower(filepath.Ext(name)))
}

// A picture is an image file of a data set.
type picture struct {
	path  string
	label int

	// region is the part of the image that is used and size the width and height
	// that it is given in; the image's own size may be another one. Empty: all of
	// the image.
	region image.Rectangle
	size   image.Point
}

// A bitmap is an image as it was decoded, its channels side by side.
type bitmap struct {
	pixels  []uint8 // h·w·c
	h, w, c int
}

// A pictureFormat is a kind of image file, told by how it begins.
type pictureFormat struct {
	name   string
	magic  string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	// dense bounds the pixels of a colour model that one byte of a file can stand
	// for.
	dense func(color.Model) int
}

var pictureFormats = []pictureFormat{
	{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode, densePNG},
	// A bit for each block of 8×8 pixels, in a progressive file.
	{"JPEG", "\xff\xd8", jpeg.DecodeConfig, jpeg.Decode, func(color.Model) int { return 8 * 64 }},
	// Codes of 12 bits, each for as many pixels as there are codes.
	{"GIF", "GIF8", gif.DecodeConfig, gif.Decode, func(color.Model) int { return 4096 * 8 / 12 }},
}

// densePNG is as deflate packs 1032 bytes into one (RFC 1951: 258 bytes in two
// bits). The models with transparency are also of gray.
func densePNG(model color.Model) int {
	const deflate = 1032
	switch model {
	case color.Gray16Model, color.NRGBAModel:
		return deflate / 2
	case color.RGBAModel:
		return deflate / 3
	case color.NRGBA64Model:
		return deflate / 4
	case color.RGBA64Model:
		return deflate / 6
	}
	return deflate * 8 // pixels of one bit
}

// head reads the head of a file of the format, and tells what it says of the
// number of channels: 1 or 3.
func (f *pictureFormat) head(file io.Reader) (config image.Config, c int, err error) {
	config, err = f.config(file)
	if err != nil {
		return config, 0, fmt.Errorf("%s head: %w", f.name, err)
	}
	if config.ColorModel == color.GrayModel || config.ColorModel == color.Gray16Model {
		return config, 1, nil
	}
	return config, 3, nil
}

// formatOf returns the format of the file that begins so, nil if it is PPM or PGM.
func formatOf(begin []byte) (*pictureFormat, error) {
	if bytes.HasPrefix(begin, []byte("P5")) || bytes.HasPrefix(begin, []byte("P6")) {
		return nil, nil
	}
	for i, f := range pictureFormats {
		if bytes.HasPrefix(begin, []byte(f.magic)) {
			return &pictureFormats[i], nil
		}
	}
	return nil, errors.New("no PNG, JPEG, GIF or binary PPM image")
}

// checkPictureSize refuses images that are too large to be decoded.
func checkPictureSize(h, w, most int) error {
	if min(w, h) < 1 || max(w, h) > mostPictureSide || h*w > most {
		return fmt.Errorf("%d×%d pixels, want sides of 1 to %d and at most %d in all", w, h, mostPictureSide, most)
	}
	return nil
}

// ReadTrigger reads an image file that a trigger is made of, as h×w pixels of
// three channels. Transparency is dropped, as Pillow's convert("RGB") does. The
// error names path.
func ReadTrigger(path string) (pixels []uint8, h, w int, err error) {
	b, err := readPicture(path, mostTriggerPixels)
	if err != nil {
		return nil, 0, 0, err
	}
	return b.inChannels(3).pixels, b.h, b.w, nil
}

// decodePicture decodes an image of at most so many pixels, the first of an
// animation. Transparency is dropped, as Pillow's convert("RGB") does, but for a GIF's
// transparent color, which is black; of 16 bits the upper 8 are kept.
func decodePicture(data []byte, most int) (bitmap, error) {
	format, err := formatOf(data)
	if err != nil {
		return bitmap{}, err
	}
	if format == nil {
		p, err := parsePPM(data)
		if err == nil {
			err = checkPictureSize(p.h, p.w, most)
		}
		if err != nil {
			return bitmap{}, err
		}
		pixels, err := p.pixels(data)
		return bitmap{pixels, p.h, p.w, p.c}, err
	}
	config, c, err := format.head(bytes.NewReader(data))
	if err == nil {
		err = checkPictureSize(config.Height, config.Width, most)
	}
	if err == nil && config.Height*config.Width/format.dense(config.ColorModel) > len(data) {
		err = fmt.Errorf("%d×%d pixels, which %d bytes cannot hold: truncated", config.Width, config.Height, len(data))
	}
	if err != nil {
		return bitmap{}, err
	}
	decoded, err := format.decode(bytes.NewReader(data))
	switch err.(type) {
	case nil:
	case jpeg.UnsupportedError, png.UnsupportedError: // which name the format
		return bitmap{}, err
	default:
		return bitmap{}, fmt.Errorf("damaged %s image: %w", format.name, err)
	}
	at := decoded.Bounds()
	if at.Empty() {
		return bitmap{}, errors.New("an image without pixels")
	}
	if at.Dx() != config.Width || at.Dy() != config.Height { // the first frame of an animation
		return bitmap{}, fmt.Errorf("a first frame of %d×%d pixels in %d×%d, want one that fills them", at.Dx(), at.Dy(), config.Width, config.Height)
	}
	b := bitmap{h: at.Dy(), w: at.Dx(), c: c}
	b.pixels = make([]uint8, 0, b.h*b.w*b.c)
	for y := at.Min.Y; y < at.Max.Y; y++ {
		b.pixels = appendRow(b.pixels, decoded, y, c)
	}
	return b, nil
}

// appendRow appends the pixels of a row of an image, of one or of three channels.
func appendRow(to []uint8, from image.Image, y, c int) []uint8 {
	at := from.Bounds()
	var four []uint8 // the row, if it is of three channels and a fourth that is passed over
	switch from := from.(type) {
	case *image.Gray:
		if c == 1 {
			return append(to, from.Pix[from.PixOffset(at.Min.X, y):][:at.Dx()]...)
		}
	case *image.YCbCr:
		for x := at.Min.X; c == 3 && x < at.Max.X; x++ {
			luma, chroma := from.YOffset(x, y), from.COffset(x, y)
			red, green, blue := color.YCbCrToRGB(from.Y[luma], from.Cb[chroma], from.Cr[chroma])
			to = append(to, red, green, blue)
		}
		if c == 3 {
			return to
		}
	case *image.RGBA: // which the decoders return of what has no transparency
		four = from.Pix[from.PixOffset(at.Min.X, y):][:4*at.Dx()]
	case *image.NRGBA64:
		for x := at.Min.X; c == 3 && x < at.Max.X; x++ {
			pixel := from.Pix[from.PixOffset(x, y):][:8]
			to = append(to, pixel[0], pixel[2], pixel[4])
		}
		if c == 3 {
			return to
		}
	case *image.NRGBA:
		four = from.Pix[from.PixOffset(at.Min.X, y):][:4*at.Dx()]
	}
	if c == 3 && four != nil {
		for ; len(four) > 0; four = four[4:] {
			to = append(to, four[0], four[1], four[2])
		}
		return to
	}
	for x := at.Min.X; x < at.Max.X; x++ {
		pixel := color.NRGBAModel.Convert(from.At(x, y)).(color.NRGBA)
		if to = append(to, pixel.R); c == 3 {
			to = append(to, pixel.G, pixel.B)
		}
	}
	return to
}

// write writes the image, or the region of it that the picture gives, as h×w
// pixels of c channels.
func (b bitmap) write(dst []uint8, p *picture, h, w, c int) {
	if !p.region.Empty() {
		b = b.cut(p.region, p.size)
	}
	b = b.inChannels(c)
	if b.h == h && b.w == w {
		copy(dst, b.pixels)
		return
	}
	copy(dst, Resize(b.pixels, b.h, b.w, c, h, w))
}

// Gray returns the brightness of pixels of three channels, with the weights of ITU-R
// BT.601 in units of 2^-16, rounded, as Pillow's convert("L") has them.
func Gray(pixels []uint8) []uint8 {
	out := make([]uint8, len(pixels)/3)
	for i := range out {
		red, green, blue := int(pixels[3*i]), int(pixels[3*i+1]), int(pixels[3*i+2])
		out[i] = uint8((red*19595 + green*38470 + blue*7471 + 1<<15) >> 16)
	}
	return out
}

// inChannels returns the image in 1 or 3 channels: gray is red, green and blue at
// once, and colours become gray.
func (b bitmap) inChannels(c int) bitmap {
	switch {
	case b.c == c:
	case c == 1:
		b.pixels = Gray(b.pixels)
	default:
		colours := make([]uint8, 0, b.h*b.w*3)
		for _, v := range b.pixels {
			colours = append(colours, v, v, v)
		}
		b.pixels = colours
	}
	b.c = c
	return b
}

// cut returns the region of the image, which is given in pixels of an image of
// another size: the smallest rectangle of whole pixels that covers it.
func (b bitmap) cut(region image.Rectangle, size image.Point) bitmap {
	left, right := region.Min.X*b.w/size.X, (region.Max.X*b.w+size.X-1)/size.X
	top, bottom := region.Min.Y*b.h/size.Y, (region.Max.Y*b.h+size.Y-1)/size.Y
	out := bitmap{h: bottom - top, w: right - left, c: b.c}
	out.pixels = make([]uint8, 0, out.h*out.w*out.c)
	for y := top; y < bottom; y++ {
		out.pixels = append(out.pixels, b.pixels[(y*b.w+left)*b.c:(y*b.w+right)*b.c]...)
	}
	return out
}

// A pictureReader reads a split's pictures into a set. The bits of the set, and
// which errors there are, do not depend on the number of workers.
type pictureReader struct {
	ctx      context.Context
	set      *Set
	pictures []picture
	wrong    []error // by picture; nil where it was read
	read     *counted
}

// counted is how many of some pictures are read.
type counted struct {
	sync.Mutex
	done int
}

var pictureLoop = parallel.NewLoop(func(r *pictureReader, i int) {
	if r.ctx.Err() != nil {
		return
	}
	r.wrong[i] = r.take(i)
	r.read.Lock()
	defer r.read.Unlock()
	r.read.done++
	progress.Report(r.ctx, r.read.done, len(r.wrong))
})

// fillPictures reads as many of the pictures as the set has room for, from the
// first. It returns what is wrong with them, in their order. If ctx ends, that means
// nothing.
func fillPictures(ctx context.Context, set *Set, pictures []picture) (wrong []error) {
	r := pictureReader{ctx, set, pictures, make([]error, set.Len()), new(counted)}
	pictureLoop.Run(set.Len(), r)
	return slices.DeleteFunc(r.wrong, func(err error) bool { return err == nil })
}

func (r *pictureReader) take(i int) error {
	p := &r.pictures[i]
	b, err := readPicture(p.path, mostPicturePixels)
	if err != nil {
		return err
	}
	r.set.Labels[i] = p.label
	return r.set.setImage(i, func(pixels []uint8) { b.write(pixels, p, r.set.H, r.set.W, r.set.C) })
}

// readPicture reads an image file of at most so many pixels.
func readPicture(path string, most int) (bitmap, error) {
	data, err := regular.Read(path, mostPictureBytes)
	if err != nil {
		return bitmap{}, err
	}
	b, err := decodePicture(data, most)
	if err != nil {
		return bitmap{}, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}
