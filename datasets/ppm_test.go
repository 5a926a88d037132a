package datasets

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestPPM(t *testing.T) {
	for _, text := range []string{
		"P6 2 1 255 abcdef",
		"P6\n# by hand\n2\n# one row\r1 255\nabcdef",
		"P6#x\n\t2\v1\f255\rabcdef",
	} {
		b, err := decodePicture([]byte(text), mostPicturePixels)
		if err != nil || string(b.pixels) != "abcdef" || b.w != 2 || b.h != 1 || b.c != 3 {
			t.Errorf("%q: %+v, error %v", text, b, err)
		}
	}
	if b, err := decodePicture([]byte("P5 3 1 255\n#12"), mostPicturePixels); err != nil || string(b.pixels) != "#12" || b.c != 1 {
		t.Errorf("gray: %+v, error %v", b, err)
	}
	for text, want := range map[string]string{
		"":                               "no PNG, JPEG, GIF or binary PPM image",
		"P3 1 1 255 1 2 3":               "no PNG, JPEG, GIF or binary PPM image",
		"P6":                             "PPM head: width: no white space before it",
		"P6 ":                            "PPM head: width: the file ends before it",
		"P62 1 255 abcdef":               "PPM head: width: no white space before it",
		"P6 -2 1 255 abcdef":             "PPM head: width: no number",
		"P6 2 0 255 ":                    "PPM head: height: 0, want at least 1",
		"P6 2 1 65535 abcdefghi":         "PPM head: greatest value: 65535, want 255",
		"P6 2 1 255":                     "PPM head: no white space before the pixels",
		"P6 2 1 255 abcde":               "5 bytes of pixels, want 6 (2×1 of 3)",
		"P6 2 1 255 abcdefg":             "7 bytes of pixels, want 6",
		"P6 99999999999 1 255 a":         "PPM head: width: more than 2147483647",
		"P6 2147483647 2147483647 255 a": "2147483647×2147483647 pixels, want sides",
	} {
		if _, err := decodePicture([]byte(text), mostPicturePixels); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

// FuzzPPM holds the reader to its own words: what it takes is what is written
// for the size that it says, at the file's end.
func FuzzPPM(f *testing.F) {
	for _, seed := range []string{"P6 2 1 255 abcdef", "P5#\n1 1 255\nx", "P6 1 1 256 abc", "P6 2 1 255 abcd", "P4 1 1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parsePPM(data)
		if err != nil {
			return
		}
		pixels, err := p.pixels(data)
		if err != nil {
			return
		}
		head := fmt.Appendf(nil, "P%d %d %d 255\n", 4+(p.c+1)/2, p.w, p.h)
		again, err := parsePPM(head)
		if again.start = p.start; err != nil || again != p || !bytes.HasSuffix(data, pixels) || len(pixels) != p.w*p.h*p.c {
			t.Fatalf("%+v, as written %+v, error %v", p, again, err)
		}
	})
}
