package datasets

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// cifarSide is the height and width of CIFAR's images.
const cifarSide = 32

const cifarPlane = cifarSide * cifarSide

// A cifar is how a CIFAR set lies in its binary files (Krizhevsky 2009):
// records of label bytes and the red, green and blue planes of a 32×32 image.
type cifar struct {
	files [2][]string // by split
	// records is how many each file of a split holds.
	records [2]int
	// classes bounds the label bytes; the last of them is the label.
	classes []int
}

// record returns the length of a record in bytes.
func (c *cifar) record() int { return len(c.classes) + 3*cifarPlane }

// fill is the reader of a Source.
func (c *cifar) fill(set *Set, where string, split Split) error {
	each := c.records[split]
	for start, i := 0, 0; start < set.Len(); start, i = start+each, i+1 {
		end := min(start+each, set.Len())
		if err := c.fillFrom(filepath.Join(where, c.files[split][i]), each, set, start, end); err != nil {
			return err
		}
	}
	return nil
}

// fillFrom fills the images from start to end of a set with the first of a
// file's.
func (c *cifar) fillFrom(path string, records int, set *Set, start, end int) error {
	kind := fmt.Sprintf("%d records of %d", records, c.record())
	file, err := openWhole(path, int64(records*c.record()), kind)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := c.read(file, set.Pixels[start*3*cifarPlane:end*3*cifarPlane], set.Labels[start:end]); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// read reads as many records as there are labels to fill.
func (c *cifar) read(r io.Reader, pixels []uint8, labels []int) error {
	const chunk = 64 // records a read
	size := c.record()
	buffer := make([]byte, chunk*size)
	for start := 0; start < len(labels); start += chunk {
		n := min(chunk, len(labels)-start)
		if got, err := io.ReadFull(r, buffer[:n*size]); err != nil {
			return fmt.Errorf("record %d of %d: %w", start+got/size, len(labels), err)
		}
		for i := range n {
			record := buffer[i*size : (i+1)*size]
			for k, most := range c.classes {
				if int(record[k]) >= most {
					return fmt.Errorf("record %d: label %d, want 0 to %d", start+i, record[k], most-1)
				}
				labels[start+i] = int(record[k])
			}
			interleave(pixels[(start+i)*3*cifarPlane:][:3*cifarPlane], record[len(c.classes):])
		}
	}
	return nil
}

// interleave writes the three planes that follow each other as pixels.
func interleave(pixels, planes []uint8) {
	red, green, blue := planes[:cifarPlane], planes[cifarPlane:2*cifarPlane], planes[2*cifarPlane:]
	for p := range cifarPlane {
		pixels[3*p], pixels[3*p+1], pixels[3*p+2] = red[p], green[p], blue[p]
	}
}

// unpack returns the unpacker of a Source from the official archive of its
// binary files, which lie there in the given folder.
func (c *cifar) unpack(folder string) func(context.Context, *os.File, string) error {
	sizes := map[string]int64{}
	for split, files := range c.files {
		for _, name := range files {
			sizes[name] = int64(c.records[split] * c.record())
		}
	}
	return func(ctx context.Context, archive *os.File, dir string) error {
		return unpackTar(untilDone{ctx, archive}, dir, folder, sizes)
	}
}
