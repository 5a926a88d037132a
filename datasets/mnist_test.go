package datasets

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// idxFile returns an idx file of the given length in elements, which begins with
// data and goes on with zeros.
func idxFile(dims []int, data ...byte) []byte {
	out := []byte{0, 0, 8, byte(len(dims))}
	all := 1
	for _, n := range dims {
		out = binary.BigEndian.AppendUint32(out, uint32(n))
		all *= n
	}
	return append(append(out, data...), make([]byte, all-len(data))...)
}

// gzipped packs data, fast.
func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var testImageDims = []int{10000, 28, 28}

// How the labels of the tests begin.
var (
	mnistTest   = []byte{7, 2, 1, 0, 4, 1, 4, 9, 5, 9}
	fashionTest = []byte{9, 2, 1, 1, 6, 1, 4, 6, 5, 7}
)

func TestLoadMNIST(t *testing.T) {
	wantSource(t, "mnist", 10, 1, [2]int{60000, 10000}, false)
	wantSource(t, "fashion-mnist", 10, 1, [2]int{60000, 10000}, true)
	for _, c := range []struct {
		set, folder string
		images      string
		labels      string
		begin       []byte
	}{
		{"mnist", "MNIST/raw", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte", mnistTest},
		{"fashion-mnist", "FashionMNIST", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte.gz", fashionTest},
		{"mnist", "", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz", mnistTest},
	} {
		dir := t.TempDir()
		pixels := make([]byte, 2*784)
		for i := range pixels {
			pixels[i] = byte(i % 251)
		}
		for name, data := range map[string][]byte{c.images: idxFile(testImageDims, pixels...), c.labels: idxFile([]int{10000}, c.begin...)} {
			if strings.HasSuffix(name, ".gz") {
				data = gzipped(t, data)
			}
			write(t, data, dir, c.folder, name)
		}
		s := source(t, c.set)
		set, err := s.Load(t.Context(), dir, Test, Part{})
		if err != nil {
			t.Fatal(err)
		}
		if set.Len() != 10000 || set.H != 28 || set.W != 28 || set.C != 1 || set.Labels[1] != 2 || set.Labels[9] != int(c.begin[9]) || set.Labels[10] != 0 ||
			!bytes.Equal(set.Pixels[:len(pixels)], pixels) || cap(set.Pixels) != 10000*784 {
			t.Errorf("%s: %d images of %d×%d×%d, labels %v", c.set, set.Len(), set.H, set.W, set.C, set.Labels[:11])
		}
		if few, err := s.Load(t.Context(), dir, Test, Part{Images: 2}); err != nil || !bytes.Equal(few.Pixels, pixels) {
			t.Errorf("two images: error %v", err)
		}
	}
}

func TestLoadMNISTErrors(t *testing.T) {
	dir := t.TempDir()
	const images, labels = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
	good := gzipped(t, idxFile(testImageDims))
	write(t, good, dir, images+".gz")
	write(t, idxFile([]int{10000}, mnistTest...), dir, labels)
	for _, c := range []struct {
		name, file string
		data       []byte
		want       string
	}{
		{"truncated", labels, idxFile([]int{10000})[:10007], "size 10007 bytes, want 10008 (a head of 8 and 10000)"},
		{"oversized", images, make([]byte, 7840017), "size 7840017 bytes, want 7840016"},
		{"truncated gzip", images + ".gz", good[:len(good)/2], "of 7840000: unexpected EOF"},
		{"checksum", images + ".gz", append(bytes.Clone(good[:len(good)-8]), make([]byte, 8)...), "after 7840000 bytes: gzip: invalid checksum"},
		{"too long", images + ".gz", gzipped(t, append(idxFile(testImageDims), 0)), "more than 7840000 bytes"},
		{"no gzip", images + ".gz", []byte("a picture of a cat"), "not a gzip file"},
		{"the training images", images + ".gz", gzipped(t, idxFile([]int{60000, 28, 28})), "idx head: dimension 0 is 60000, want 10000"},
		{"the labels", images + ".gz", gzipped(t, idxFile([]int{10000})), "idx head: magic number 00 00 08 01, want 00 00 08 03"},
		{"label", labels, idxFile([]int{10000}, 1, 10), "label 1: 10, want 0 to 9"},
		{"another set", labels, idxFile([]int{10000}, fashionTest...), "the labels begin as those of Fashion-MNIST, whose files have the same names, want those of MNIST"},
		{"a set that is not known", labels, idxFile([]int{10000}, 7, 2, 1, 0, 4, 1, 4, 9, 5, 8),
			"the labels begin with [7 2 1 0 4 1 4 9 5 8], want [7 2 1 0 4 1 4 9 5 9], as those of MNIST: another set, or in another order"},
	} {
		t.Run(c.name, func(t *testing.T) {
			spoil(t, filepath.Join(dir, c.file), c.data)
			wantError(t, "mnist", dir, Test, c.want)
		})
	}
	wantError(t, "fashion-mnist", dir, Test, "the labels begin as those of MNIST, whose files have the same names, want those of Fashion-MNIST")
	// A folder of the name, as some archives hold, is not the file.
	if err := os.Rename(filepath.Join(dir, labels), filepath.Join(dir, "t10k-labels.idx1-ubyte")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, labels), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := source(t, "mnist").Load(t.Context(), dir, Test, Part{}); err != nil {
		t.Errorf("beside a folder: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "t10k-labels.idx1-ubyte")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, labels)); err != nil {
		t.Fatal(err)
	}
	wantError(t, "mnist", dir, Test, labels+": file does not exist; want MNIST in")
}

func FuzzIDX(f *testing.F) {
	f.Add(idxFile([]int{2, 3}, 1, 2, 3), 2, 3, 6)
	f.Add(idxFile([]int{2, 3}, 1, 2, 3), 2, 3, 3)
	f.Add(idxFile([]int{2, 3})[:13], 2, 3, 6)
	f.Add([]byte{0, 0, 8, 2, 255}, 1, 1, 1)
	f.Fuzz(func(t *testing.T, data []byte, h, w, n int) {
		if h < 0 || w < 0 || n < 0 || h > 99 || w > 99 || n > h*w {
			return
		}
		dst := make([]uint8, n)
		err := readIDX(bytes.NewReader(data), []int{h, w}, dst)
		whole := append(idxFile([]int{h, w})[:12], dst...)
		valid := bytes.HasPrefix(data, whole) && (n < h*w || len(data) == len(whole))
		if (err == nil) != valid {
			t.Fatalf("%d of %d×%d: error %v, but valid is %v", n, h, w, err, valid)
		}
	})
}
