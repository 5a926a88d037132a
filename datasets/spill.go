package datasets

import (
	"fmt"
	"sync/atomic"

	"sdrm/internal/regular"
)

// memoryBound is what SetMemory was called with.
var memoryBound atomic.Int64

// SetMemory bounds the bytes of pixels that each set keeps in memory of those in
// which an image is a file of its own; 0 is no bound. A larger set is decoded once,
// all the same, and its pixels lie in a temporary file ($TMPDIR) that has no name
// and is gone with the program. Batches do not depend on it.
func SetMemory(bytes int64) { memoryBound.Store(bytes) }

// room returns a set for n images, in memory or, if they may lie apart and are too
// many, in a file.
func (s Source) room(n int, apart bool) (*Set, error) {
	all, most := int64(n)*int64(s.H*s.W*s.C), memoryBound.Load()
	if !apart || most == 0 || all <= most {
		return s.empty(n), nil
	}
	file, err := regular.Unnamed("sdrm-images-")
	if err != nil {
		return nil, err
	}
	set := s.empty(0)
	set.Labels, set.Pixels, set.file = make([]int, n), nil, file
	return set, nil
}

// image returns the pixels of image i: not copied, or in buffer, which has room for
// them, if they lie in a file. That it cannot be read is no error of the user's data.
func (s *Set) image(i int, buffer []uint8) []uint8 {
	n := s.H * s.W * s.C
	if s.file == nil {
		return s.Pixels[i*n : (i+1)*n : (i+1)*n]
	}
	if _, err := s.file.ReadAt(buffer[:n], int64(i)*int64(n)); err != nil {
		panic(fmt.Sprintf("datasets: the temporary file of the images of %s: %v", s.Name, err))
	}
	return buffer[:n]
}

// setImage sets the pixels of image i with write, of which an image that lies in a
// file needs a buffer.
func (s *Set) setImage(i int, write func(pixels []uint8)) error {
	if s.file == nil {
		write(s.image(i, nil))
		return nil
	}
	buffer := make([]uint8, s.H*s.W*s.C)
	write(buffer)
	_, err := s.file.WriteAt(buffer, int64(i)*int64(len(buffer)))
	return err
}
