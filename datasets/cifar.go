package datasets

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/internal/regular"
)

// cifarSide is the height and width of CIFAR's images.
const cifarSide = 32

const cifarPlane = cifarSide * cifarSide

// pickled is the layout of the version for Python.
const pickled = "for Python"

// cifarHome is where the makers publish the sets. The checksums of their archives
// are those of TensorFlow Datasets.
const cifarHome = "https://www.cs.toronto.edu/~kriz/"

// A cifar is how a CIFAR set lies in its binary files (Krizhevsky 2009):
// records of label bytes and the red, green and blue planes of a 32×32 image; or
// in the pickles of its version for Python, which hold the same images in the same
// order.
type cifar struct {
	files   [2][]string // binary, by split
	pickles [2][]string
	records [2]int       // that each file of a split holds
	classes []int        // bounds of the label bytes, of which the last is the label
	keys    []pickleText // what the labels are called in the pickles
}

// source makes a Source read the files: the binary ones, which are preferred, in
// the folder that it has, those for Python in the given one.
func (c *cifar) source(s Source, python string) Source {
	s.Paper = "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009"
	s.H, s.W, s.C, s.Flip = cifarSide, cifarSide, 3, true
	s.other = python + "/"
	s.names = slices.Concat(c.files[Train], c.files[Test], []string{s.other}, c.pickles[Train], c.pickles[Test])
	s.foreign = func(name string) bool { return strings.HasSuffix(name, ".bin") || strings.Contains(name, "_batch") }
	s.find = c.find
	s.sizes = map[string]int64{}
	for split, files := range c.files {
		s.Images[split] = len(files) * c.records[split]
		for _, name := range files {
			s.sizes[name] = int64(c.records[split] * c.record())
		}
	}
	return s
}

// record returns the length of a record in bytes.
func (c *cifar) record() int { return len(c.classes) + 3*cifarPlane }

// find is that of the Source.
func (c *cifar) find(where string, split Split) listing {
	l := listing{layout: "binary"}
	files, read, each := c.files[split], c.readBinary, c.records[split]
	exists := func(name string) bool { return there(where, name) && !isFolder(where, name) }
	if !slices.ContainsFunc(slices.Concat(c.files[:]...), exists) && slices.ContainsFunc(slices.Concat(c.pickles[:]...), exists) {
		l.layout = pickled
		files, read = c.pickles[split], c.readPickled
	}
	if !slices.ContainsFunc(slices.Concat(c.files[Train], c.files[Test], c.pickles[Train], c.pickles[Test]), func(name string) bool { return there(where, name) }) {
		l.fail("%s: %w", filepath.Join(where, files[0]), fs.ErrNotExist)
	}
	l.images = len(files) * each
	l.fill = func(ctx context.Context, set *Set) (wrong []error) {
		for i, start := 0, 0; start < set.Len() && ctx.Err() == nil; i, start = i+1, start+each {
			end := min(start+each, set.Len())
			path := filepath.Join(where, files[i])
			if err := read(path, each, set.Pixels[start*3*cifarPlane:end*3*cifarPlane], set.Labels[start:end]); err != nil {
				wrong = append(wrong, err)
			}
		}
		return wrong
	}
	return l
}

// readBinary reads the first records of a file that holds so many, one for each
// label to fill.
func (c *cifar) readBinary(path string, records int, pixels []uint8, labels []int) error {
	file, err := openWhole(path, int64(records*c.record()), fmt.Sprintf("%d records of %d", records, c.record()))
	if err != nil {
		return err
	}
	defer file.Close()
	if err := c.read(bufio.NewReaderSize(file, 1<<18), pixels, labels); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// read reads as many records as there are labels to fill.
func (c *cifar) read(r io.Reader, pixels []uint8, labels []int) error {
	record := make([]byte, c.record())
	for i := range labels {
		if _, err := io.ReadFull(r, record); err != nil {
			return fmt.Errorf("record %d of %d: %w", i, len(labels), err)
		}
		for k, most := range c.classes {
			if int(record[k]) >= most {
				return fmt.Errorf("record %d: label %d, want 0 to %d", i, record[k], most-1)
			}
			labels[i] = int(record[k])
		}
		interleave(pixels[i*3*cifarPlane:][:3*cifarPlane], record[len(c.classes):])
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

// readPickled is readBinary for the version for Python.
func (c *cifar) readPickled(path string, records int, pixels []uint8, labels []int) error {
	const most = 3*cifarPlane + 256 // bytes for an image, its labels, its name
	data, err := regular.Read(path, int64(records*most))
	if err != nil {
		return err
	}
	if err := c.readBatch(string(data), records, pixels, labels); err != nil {
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
