// Package datasets holds labelled images and feeds them to training: a registry
// of data sets, one file each, the transforms, and a loader that prepares
// batches in the background.
//
// Images are bytes, height × width × channels, the channels of a pixel side by
// side: red, green and blue, or gray alone. What a sample becomes in an epoch
// follows from (seed, epoch, index) alone, so the batches do not depend on the
// number of workers or on where an epoch was taken up again.
package datasets

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
)

// A Set is a labelled set of images of one size.
type Set struct {
	Name    string
	Classes []string // names, by label
	H, W, C int      // height, width and channels of every image
	Pixels  []uint8  // Len()·H·W·C; nil if they lie in a file, see SetMemory
	Labels  []int    // one an image, each below len(Classes)

	file *os.File // the pixels, if they are not in memory
}

// Len returns the number of images.
func (s *Set) Len() int { return len(s.Labels) }

// Image returns the pixels of image i, H·W·C: not copied, if they are in memory.
func (s *Set) Image(i int) []uint8 {
	var buffer []uint8
	if s.file != nil {
		buffer = make([]uint8, s.H*s.W*s.C)
	}
	return s.image(i, buffer)
}

// Places returns the places of the images whose label satisfies want, in order.
// Where there is none it is empty, not nil, so that a Loader shows none.
func (s *Set) Places(want func(label int) bool) []int {
	places := []int{}
	for i, label := range s.Labels {
		if want(label) {
			places = append(places, i)
		}
	}
	return places
}

// Digest returns the SHA-256, in hexadecimal, of the names, sizes, labels and
// pixels of the sets in their order. Runs carry that of their images.
func Digest(sets ...*Set) string {
	h := sha256.New()
	for _, s := range sets {
		h.Write([]byte(s.Name))
		sizes := []int{s.Len(), s.H, s.W}
		if s.C != 3 { // colour images have had no such number from the beginning
			sizes = append(sizes, s.C)
		}
		head := make([]byte, 0, s.Len()+8*len(sizes))
		for _, n := range sizes {
			head = binary.LittleEndian.AppendUint64(head, uint64(n))
		}
		for _, label := range s.Labels {
			head = append(head, byte(label))
			if len(s.Classes) > 1<<8 {
				head = binary.LittleEndian.AppendUint32(head, uint32(label))
			}
		}
		h.Write(head)
		buffer := make([]uint8, s.H*s.W*s.C)
		for i := range s.Len() {
			h.Write(s.image(i, buffer))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// A Split is a part of a data set that is kept apart from the others.
type Split int

// The splits.
const (
	Train Split = iota
	Test
)

// String returns "train" or "test".
func (s Split) String() string {
	if s == Test {
		return "test"
	}
	return "train"
}
