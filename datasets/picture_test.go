package datasets

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sdrm/internal/heap"
)

// fixPNG puts right the checksum of a PNG image's head.
func fixPNG(data []byte) []byte {
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

// TestDecodePicture: all formats and kinds of pixels give the bytes that the file
// holds.
func TestDecodePicture(t *testing.T) {
	at := image.Rect(3, 5, 5, 6)
	one, two := color.NRGBA{10, 20, 30, 255}, color.NRGBA{200, 100, 50, 255}
	clear := color.NRGBA{200, 100, 50, 7}
	fill := func(m interface {
		image.Image
		Set(x, y int, c color.Color)
	}, a, b color.Color) image.Image {
		m.Set(3, 5, a)
		m.Set(4, 5, b)
		return m
	}
	asPNG := func(b *bytes.Buffer, m image.Image) error { return png.Encode(b, m) }
	asGIF := func(b *bytes.Buffer, m image.Image) error { return gif.Encode(b, m, nil) }
	colours := []uint8{10, 20, 30, 200, 100, 50}
	for _, c := range []struct {
		name   string
		encode func(b *bytes.Buffer, m image.Image) error
		image  image.Image
		want   []uint8
	}{
		{"opaque PNG", asPNG, fill(image.NewRGBA(at), one, two), colours},
		{"transparent PNG", asPNG, fill(image.NewNRGBA(at), one, clear), colours},
		{"16 bits", asPNG, fill(image.NewRGBA64(at), one, two), colours},
		{"transparent PNG of 16 bits", asPNG, fill(image.NewNRGBA64(at), color.NRGBA64{0x0a01, 0x14ff, 0x1e02, 0xffff}, color.NRGBA64{0xc8ff, 0x6403, 0x32aa, 0}), colours},
		{"palette", asPNG, fill(image.NewPaletted(at, color.Palette{one, two}), one, two), colours},
		{"GIF", asGIF, fill(image.NewPaletted(at, color.Palette{one, two}), one, two), colours},
		{"gray", asPNG, fill(image.NewGray(at), color.Gray{9}, color.Gray{250}), []uint8{9, 250}},
		{"gray of 16 bits", asPNG, fill(image.NewGray16(at), color.Gray16{0x09ff}, color.Gray16{0xfa00}), []uint8{9, 250}},
	} {
		var b bytes.Buffer
		if err := c.encode(&b, c.image); err != nil {
			t.Fatal(err)
		}
		got, err := decodePicture(b.Bytes(), mostPicturePixels)
		if err != nil || !bytes.Equal(got.pixels, c.want) || got.h != 1 || got.w != 2 || got.c != len(c.want)/2 {
			t.Errorf("%s: %+v, error %v, want %v", c.name, got, err, c.want)
		}
	}
	// JPEG does not give back what went in, but almost.
	var b bytes.Buffer
	flat := image.NewRGBA(image.Rect(0, 0, 3, 2))
	for i := range 6 {
		flat.Set(i%3, i/3, two)
	}
	if err := jpeg.Encode(&b, flat, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	got, err := decodePicture(b.Bytes(), mostPicturePixels)
	if err != nil || len(got.pixels) != 18 {
		t.Fatalf("JPEG: %+v, error %v", got, err)
	}
	for i, v := range got.pixels {
		if want := colours[3+i%3]; max(v, want)-min(v, want) > 2 {
			t.Errorf("JPEG: byte %d is %d, want about %d", i, v, want)
		}
	}
}

// TestPicturesThatAreRefused: files that are too long are not read, and truncated
// images are not taken for whole.
func TestPicturesThatAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.png")
	write(t, nil, path)
	if err := os.Truncate(path, mostPictureBytes+1); err != nil {
		t.Fatal(err)
	}
	if _, err := readPicture(path, mostPicturePixels); err == nil || !strings.Contains(err.Error(), "long.png: found 67108865 bytes, want at most 67108864") {
		t.Errorf("error %v", err)
	}
	whole := jpegImage(t, 100)
	for _, n := range []int{len(whole) - 2, len(whole) / 2, 20} {
		if _, err := decodePicture(whole[:n], mostPicturePixels); err == nil {
			t.Errorf("%d bytes of %d are an image", n, len(whole))
		}
	}
	var small bytes.Buffer
	frame := image.NewPaletted(image.Rect(1, 0, 3, 2), color.Palette{color.Black, color.White})
	if err := gif.EncodeAll(&small, &gif.GIF{Image: []*image.Paletted{frame}, Delay: []int{0}, Config: image.Config{Width: 3, Height: 2}}); err != nil {
		t.Fatal(err)
	}
	arithmetic := append(slices.Clone(whole[:len(whole)-2]), 0xff, 0xcc, 0, 2, 0xff, 0xd9) // a segment of arithmetic coding
	for _, c := range []struct {
		data []byte
		want string
	}{
		{small.Bytes(), "a first frame of 2×2 pixels in 3×2, want one that fills them"},
		{whole[:len(whole)-2], "damaged JPEG image: unexpected EOF"},
		{arithmetic, "unsupported JPEG feature: unknown marker"},
	} {
		if _, err := decodePicture(c.data, mostPicturePixels); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

// jpegImage is a gray image of one shade.
func jpegImage(t *testing.T, shade byte) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWriteBitmap(t *testing.T) {
	one := make([]uint8, 1)
	bitmap{pixels: []uint8{200, 100, 50}, h: 1, w: 1, c: 3}.write(one, &picture{}, 1, 1, 1)
	if one[0] != 124 { // as Pillow's convert("L")
		t.Errorf("gray %d", one[0])
	}
	four := make([]uint8, 12)
	bitmap{pixels: []uint8{77}, h: 1, w: 1, c: 1}.write(four, &picture{}, 2, 2, 3)
	if !bytes.Equal(four, bytes.Repeat([]byte{77}, 12)) {
		t.Errorf("colours %v", four)
	}
}

// claims returns a PNG file without pixels that says that it has so many, of a bit
// depth and a colour type.
func claims(w, h uint32, depth, kind byte, length int) []byte {
	head := []byte("IHDR")
	head = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(head, w), h)
	head = append(head, depth, kind, 0, 0, 0)
	file := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	file = binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(head))
	file = append(file, "\x7f\x00\x00\x00IDAT\x78\x01"...)
	return append(file, make([]byte, length)...)
}

// What a file cannot hold takes no memory.
func TestPicturesRefusedInLittleMemory(t *testing.T) {
	var whole bytes.Buffer
	if err := jpeg.Encode(&whole, image.NewYCbCr(image.Rect(0, 0, 16, 16), image.YCbCrSubsampleRatio420), nil); err != nil {
		t.Fatal(err)
	}
	jpg := whole.Bytes()
	frame := bytes.Index(jpg, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(jpg[frame+5:], 8192)
	binary.BigEndian.PutUint16(jpg[frame+7:], 8192)
	for name, data := range map[string][]byte{
		"16 bits of 4 channels": claims(8192, 8192, 16, 6, 8192), "16 bits of 3": claims(8192, 8192, 16, 2, 8192), "gray of 16": claims(8192, 8192, 16, 0, 8192),
		"8 bits of 4": claims(8192, 8192, 8, 6, 8192), "1 bit": claims(8192, 8192, 1, 0, 8000), "sides": claims(1<<31-1, 1<<31-1, 8, 2, 0), "area": claims(16384, 16384, 8, 2, 1<<20),
		"JPEG": jpg, "GIF": []byte("GIF89a\xff\x1f\xff\x1f\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\xff\x1f\xff\x1f\x00\x02\x00;"), "PPM": []byte("P6 8192 8192 255 "),
	} {
		var err error
		taken := heap.Taken(func() { _, err = decodePicture(data, mostPicturePixels) })
		if err == nil || taken > heap.Most {
			t.Errorf("%s: %d bytes taken, error %v", name, taken, err)
		}
	}
	// One bit a pixel of zeros is packed as densely as can be, and read.
	var dense bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&dense, image.NewPaletted(image.Rect(0, 0, 4096, 4096), color.Palette{color.Black, color.White})); err != nil {
		t.Fatal(err)
	}
	if b, err := decodePicture(dense.Bytes(), mostTriggerPixels); err != nil || b.h != 4096 {
		t.Errorf("%d bytes of zeros: %v", dense.Len(), err)
	}
	path := filepath.Join(t.TempDir(), "large.png")
	if err := os.WriteFile(path, claims(4097, 4096, 8, 0, 1<<22), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := ReadTrigger(path); err == nil || !strings.HasPrefix(err.Error(), path+": 4097×4096 pixels, want sides of 1 to 16384 and at most 16777216") {
		t.Errorf("a large trigger: error %v", err)
	}
}
