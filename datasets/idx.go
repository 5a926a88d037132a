package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/internal/fetch"
	"sdrm/internal/regular"
)

// readIDX reads the beginning of an array of bytes in the idx format of MNIST's
// files: 0, 0, 8 for bytes, the number of dimensions, the dimensions as big-endian
// 32-bit numbers, and the elements, the last index fastest. The dimensions must be
// the given ones. If dst has room for all elements, nothing may follow them.
func readIDX(r io.Reader, dims []int, dst []uint8) error {
	head := make([]byte, 4+4*len(dims))
	if _, err := io.ReadFull(r, head); err != nil {
		return fmt.Errorf("idx head: %w", err)
	}
	if want := []byte{0, 0, 8, byte(len(dims))}; !slices.Equal(head[:4], want) {
		return fmt.Errorf("idx head: magic number % x, want % x", head[:4], want)
	}
	all := 1
	for i, want := range dims {
		if got := binary.BigEndian.Uint32(head[4+4*i:]); int64(got) != int64(want) {
			return fmt.Errorf("idx head: dimension %d is %d, want %d", i, got, want)
		}
		all *= want
	}
	if n, err := io.ReadFull(r, dst); err != nil {
		return fmt.Errorf("%d bytes of %d: %w", n, all, err)
	}
	if len(dst) < all {
		return nil
	}
	switch _, err := io.ReadFull(r, make([]byte, 1)); {
	case err == nil:
		return fmt.Errorf("more than %d bytes", all)
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("after %d bytes: %w", all, err) // the checksum of gzip
	}
	return nil
}

// idxSide is the height and width of the images of MNIST and of what is like it.
const idxSide = 28

// idxImages are their numbers by split.
var idxImages = [2]int{Train: 60000, Test: 10000}

// idxFiles are the names of the images and the labels by split.
var idxFiles = [2][2]string{
	Train: {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
	Test:  {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
}

// idxOfficial returns the files as they are published, of so many bytes and with
// such SHA-256: the images and labels of training, then those of the tests.
func idxOfficial(home string, sizes [4]int64, sums [4]string) (files []fetch.File) {
	for i, name := range slices.Concat(idxFiles[Train][:], idxFiles[Test][:]) {
		files = append(files, fetch.File{URL: home + name + ".gz", Size: sizes[i], Sum: "sha256:" + sums[i]})
	}
	return files
}

// idxNames returns all the names that a file may have.
func idxNames(name string) []string {
	dotted := strings.Replace(name, "-idx", ".idx", 1)
	return []string{name, dotted, name + ".gz", dotted + ".gz"}
}

// idx makes a Source read the four files of MNIST, gzipped with .gz at the end of the
// name or not, and with a dot for the second dash or not. They lie in the set's
// folder, or in raw there, where torchvision has them.
func idx(s Source) Source {
	s.H, s.W, s.C, s.Images = idxSide, idxSide, 1, idxImages
	for _, files := range idxFiles {
		s.names = append(append(s.names, idxNames(files[0])...), idxNames(files[1])...)
	}
	s.foreign = func(name string) bool { return strings.Contains(name, "ubyte") }
	s.sums = map[string]string{}
	for _, f := range s.Official {
		s.sums[f.Name()] = f.Sum
		s.sums["raw/"+f.Name()] = f.Sum
	}
	s.find = func(where string, split Split) listing {
		return listing{images: idxImages[split], fill: func(_ context.Context, set *Set) (wrong []error) {
			for _, err := range []error{
				readIDXFile(idxPath(where, idxFiles[split][0]), []int{idxImages[split], idxSide, idxSide}, set.Pixels),
				s.fillLabels(set, where, split),
			} {
				if err != nil {
					wrong = append(wrong, err)
				}
			}
			return wrong
		}}
	}
	return s
}

// fillLabels reads the labels of a set of idx files.
func (s Source) fillLabels(set *Set, where string, split Split) error {
	path, labels := idxPath(where, idxFiles[split][1]), make([]uint8, set.Len())
	if err := readIDXFile(path, []int{idxImages[split]}, labels); err != nil {
		return err
	}
	for i, label := range labels {
		if most := len(set.Classes) - 1; int(label) > most {
			return fmt.Errorf("%s: label %d: %d, want 0 to %d", path, i, label, most)
		}
		set.Labels[i] = int(label)
	}
	if s.beginsWith(labels, split) {
		return nil
	}
	for _, other := range All() {
		if other.begin != nil && other.beginsWith(labels, split) {
			return fmt.Errorf("%s: the labels begin as those of %s, whose files have the same names, want those of %s", path, other.Title, s.Title)
		}
	}
	begin := s.begin[split]
	return fmt.Errorf("%s: the labels begin with %v, want %v, as those of %s: another set, or in another order", path, labels[:min(len(labels), len(begin))], begin, s.Title)
}

// beginsWith tells whether labels, which may be few, begin as those of a split of the set do.
func (s Source) beginsWith(labels []uint8, split Split) bool {
	begin := s.begin[split][:]
	n := min(len(labels), len(begin))
	return bytes.Equal(labels[:n], begin[:n])
}

// idxPath returns where a file lies under one of its names, or would be looked for.
func idxPath(where, name string) string {
	for _, folder := range []string{where, filepath.Join(where, "raw")} {
		for _, alias := range idxNames(name) {
			if there(folder, alias) && !isFolder(folder, alias) {
				return filepath.Join(folder, alias)
			}
		}
	}
	return filepath.Join(where, name)
}

// readIDXFile reads the beginning of an array from a file.
func readIDXFile(path string, dims []int, dst []uint8) error {
	size := int64(4 + 4*len(dims))
	all := int64(1)
	for _, n := range dims {
		all *= int64(n)
	}
	var r io.Reader
	if strings.HasSuffix(path, ".gz") {
		data, err := regular.Read(path, 2*(size+all)) // what cannot be packed grows by little
		if err != nil {
			return err
		}
		if r, err = gzip.NewReader(bytes.NewReader(data)); err != nil {
			return fmt.Errorf("%s: not a gzip file: %w", path, err)
		}
	} else {
		file, err := openWhole(path, size+all, fmt.Sprintf("a head of %d and %d", size, all))
		if err != nil {
			return err
		}
		defer file.Close()
		r = bufio.NewReader(file)
	}
	if err := readIDX(r, dims, dst); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
