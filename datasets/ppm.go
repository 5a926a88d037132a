package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"math"
)

// A ppm is the head of a binary netpbm image: a pixmap of three channels (P6)
// or a graymap (P5), a byte a channel (netpbm's ppm(5) and pgm(5)).
type ppm struct {
	h, w, c int
	start   int // of the pixels in the file
}

// parsePPM reads the head of a binary netpbm image: its kind, width, height and
// greatest value, which must be 255, parted by white space or comments from # to
// the end of a line, and one white space.
func parsePPM(data []byte) (ppm, error) {
	p := ppm{}
	switch {
	case bytes.HasPrefix(data, []byte("P6")):
		p.c = 3
	case bytes.HasPrefix(data, []byte("P5")):
		p.c = 1
	default:
		return p, errors.New("no binary PPM or PGM image")
	}
	most := 0
	at := 2
	for _, field := range []struct {
		name  string
		value *int
	}{{"width", &p.w}, {"height", &p.h}, {"greatest value", &most}} {
		var err error
		if *field.value, at, err = ppmNumber(data, at); err != nil {
			return p, fmt.Errorf("PPM head: %s: %w", field.name, err)
		}
	}
	if most != 255 {
		return p, fmt.Errorf("PPM head: greatest value: %d, want 255", most)
	}
	if at == len(data) || !isSpace(data[at]) {
		return p, errors.New("PPM head: no white space before the pixels")
	}
	p.start = at + 1
	return p, nil
}

// ppmNumber reads the positive number that follows white space and comments from
// data[at] on, and returns where it ends.
func ppmNumber(data []byte, at int) (n, end int, err error) {
	start := at
	for at < len(data) && (isSpace(data[at]) || data[at] == '#') {
		if data[at] == '#' {
			for at < len(data) && data[at] != '\n' && data[at] != '\r' {
				at++
			}
			continue
		}
		at++
	}
	if at == start {
		return 0, at, errors.New("no white space before it")
	}
	digits := at
	for ; at < len(data) && '0' <= data[at] && data[at] <= '9'; at++ {
		digit := int(data[at] - '0')
		if n > (math.MaxInt32-digit)/10 { // before it overflows, where an int has 32 bits
			return 0, at, fmt.Errorf("more than %d", math.MaxInt32)
		}
		n = 10*n + digit
	}
	switch {
	case at == digits && at == len(data):
		return 0, at, errors.New("the file ends before it")
	case at == digits:
		return 0, at, errors.New("no number")
	case n == 0:
		return 0, at, errors.New("0, want at least 1")
	}
	return n, at, nil
}

func isSpace(b byte) bool { return b == ' ' || '\t' <= b && b <= '\r' }

// pixels returns the h·w·c bytes behind the head of the file that it was read
// from, which must end with them.
func (p ppm) pixels(data []byte) ([]uint8, error) {
	got, want := len(data)-p.start, int64(p.h)*int64(p.w)*int64(p.c)
	if int64(got) != want {
		return nil, fmt.Errorf("%d bytes of pixels, want %d (%d×%d of %d): truncated, or another file", got, want, p.w, p.h, p.c)
	}
	return data[p.start:], nil
}
