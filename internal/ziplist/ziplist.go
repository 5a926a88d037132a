// Package ziplist opens ZIP archives whose list of entries is not too long. Package
// archive/zip reads all of it, whatever it says of its length.
package ziplist

import (
	"archive/zip"
	"fmt"
	"io"
)

// search is how many bytes are read, beside the list, to find where it ends.
const search = 1 << 17

// NewReader is zip.NewReader for archives whose list of entries takes at most the
// given bytes.
func NewReader(r io.ReaderAt, size int64, most int) (*zip.Reader, error) {
	l := &limited{ReaderAt: r, left: most + search}
	z, err := zip.NewReader(l, size)
	if l.left < 0 {
		return nil, fmt.Errorf("zip: the list of entries takes more than %d bytes", most)
	}
	l.opened = true
	return z, err
}

// limited lets so many bytes be read until the archive is open.
type limited struct {
	io.ReaderAt
	left   int
	opened bool
}

func (l *limited) ReadAt(p []byte, at int64) (int, error) {
	if !l.opened {
		if l.left -= len(p); l.left < 0 {
			return 0, io.ErrUnexpectedEOF
		}
	}
	return l.ReaderAt.ReadAt(p, at)
}
