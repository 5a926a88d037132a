package datasets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// cifarSide is the height and width of CIFAR's images.
const cifarSide = 32

const cifarPlane = cifarSide * cifarSide

// A cifar is how a CIFAR set lies in its binary files (Krizhevsky 2009):
// records of label bytes and the red, green and blue planes of a 32×32 image; or
// in the pickles of its version for Python.
type cifar struct {
	files [2][]string // by split
	// records is how many each file of a split holds.
	records [2]int
	// classes bounds the label bytes; the last of them is the label.
	classes []int

	// pickles are the files of the version for Python, which hold the same images
	// in the same order, and keys are what the labels are called in them.
	pickles [2][]string
	keys    []pickleText
}

// record returns the length of a record in bytes.
func (c *cifar) record() int { return len(c.classes) + 3*cifarPlane }

// locate returns a Source's locate for the files of either version in the folder
// that it has by this name, or directly in the folder of the data sets. The binary
// one is preferred.
func (c *cifar) locate(binary, python string) func(dir string) (string, bool) {
	first := inFolder(binary, slices.Concat(c.files[:]...)...)
	return func(dir string) (string, bool) {
		where, found := first(dir)
		if !found {
			if folder := filepath.Join(dir, python); there(folder) {
				return folder, true
			}
			if c.pickled(dir) {
				return dir, true
			}
		}
		return where, found
	}
}

// pickled tells whether a folder holds the version for Python and not the other.
func (c *cifar) pickled(where string) bool {
	exists := func(name string) bool {
		info, err := os.Stat(filepath.Join(where, name))
		return err == nil && !info.IsDir()
	}
	return !slices.ContainsFunc(slices.Concat(c.files[:]...), exists) && slices.ContainsFunc(slices.Concat(c.pickles[:]...), exists)
}

// fill is the reader of a Source.
func (c *cifar) fill(set *Set, where string, split Split) (wrong []error) {
	each := c.records[split]
	files, fillFrom := c.files[split], c.fillFrom
	if c.pickled(where) {
		files, fillFrom = c.pickles[split], c.fillFromPickle
	}
	for start, i := 0, 0; start < set.Len(); start, i = start+each, i+1 {
		end := min(start+each, set.Len())
		if err := fillFrom(filepath.Join(where, files[i]), each, set, start, end); err != nil {
			wrong = append(wrong, err)
		}
	}
	return wrong
}

// layout tells which of the versions a folder holds.
func (c *cifar) layout(where string) string {
	if c.pickled(where) {
		return "for Python"
	}
	return "binary"
}

// surplus tells whether a file is called like the set's and is none.
func (c *cifar) surplus(name string) bool {
	if slices.Contains(slices.Concat(c.files[0], c.files[1], c.pickles[0], c.pickles[1]), name) {
		return false
	}
	return strings.HasSuffix(name, ".bin") || strings.Contains(name, "_batch")
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

// fillFromPickle is fillFrom for the version for Python.
func (c *cifar) fillFromPickle(path string, records int, set *Set, start, end int) error {
	const most = 3*cifarPlane + 256 // bytes for an image, its labels, its name
	file, err := openRegular(path, int64(records*most))
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	data := &strings.Builder{}
	data.Grow(int(info.Size()))
	if _, err := io.Copy(data, io.LimitReader(file, int64(records*most))); err != nil {
		return err
	}
	if err := c.readBatch(data.String(), records, set.Pixels[start*3*cifarPlane:end*3*cifarPlane], set.Labels[start:end]); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// readBatch reads as many images as there are labels to fill from a pickle of a
// dictionary of so many: data is their array, a row of planes each, and the keys
// are of lists of labels.
func (c *cifar) readBatch(pickle string, records int, pixels []uint8, labels []int) error {
	object, err := readPickle(pickle)
	if err != nil {
		return err
	}
	batch, is := object.(pickleDict)
	if !is {
		return errors.New("pickle: not a dictionary")
	}
	array, is := batch["data"].(*pickleArray)
	if !is || !slices.Equal(array.shape, []int{records, 3 * cifarPlane}) {
		return fmt.Errorf("pickle: data: not an array of %d×%d bytes", records, 3*cifarPlane)
	}
	for k, key := range c.keys {
		list, is := batch[key].(*pickleList)
		if !is || len(list.items) != records {
			return fmt.Errorf("pickle: %s: not a list of %d labels", key, records)
		}
		for i := range labels {
			label, is := list.items[i].(int64)
			if !is {
				return fmt.Errorf("pickle: %s: item %d: not a number", key, i)
			}
			if label < 0 || label >= int64(c.classes[k]) {
				return fmt.Errorf("pickle: %s: item %d: label %d, want 0 to %d", key, i, label, c.classes[k]-1)
			}
			labels[i] = int(label)
		}
	}
	planes := make([]uint8, 3*cifarPlane)
	for i := range labels {
		if array.columns {
			for p := range planes {
				planes[p] = array.data[p*records+i]
			}
		} else {
			copy(planes, array.data[i*len(planes):])
		}
		interleave(pixels[i*len(planes):][:len(planes)], planes)
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
