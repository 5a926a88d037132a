package datasets

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cifarImage fills a record: pixel p of plane c is seed + 7p + 50c.
func cifarImage(label, seed byte) []byte {
	record := []byte{label}
	for c := range 3 {
		for p := range cifarPlane {
			record = append(record, seed+byte(7*p+50*c))
		}
	}
	return record
}

// writeCIFARFile writes a file of the given size that begins with the records;
// the rest are zeros, that is black images of class 0.
func writeCIFARFile(t *testing.T, path string, size int64, records ...[]byte) {
	t.Helper()
	if err := os.WriteFile(path, bytes.Join(records, nil), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

const (
	cifarFolder   = "cifar-10-batches-bin"
	cifarRecord   = 1 + 3*cifarPlane
	cifarFileSize = 10000 * cifarRecord
)

func TestLoadCIFAR10(t *testing.T) {
	wantSource(t, "cifar10", 10, 3, [2]int{50000, 10000}, true)
	dir := t.TempDir()
	inner := filepath.Join(dir, cifarFolder)
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	writeCIFARFile(t, filepath.Join(inner, "data_batch_1.bin"), cifarFileSize, cifarImage(3, 1), cifarImage(9, 2), cifarImage(4, 3))
	writeCIFARFile(t, filepath.Join(inner, "data_batch_2.bin"), cifarFileSize, cifarImage(7, 4))
	writeCIFARFile(t, filepath.Join(inner, "test_batch.bin"), cifarFileSize, cifarImage(5, 5))
	tests := []struct {
		name   string
		dir    string
		split  Split
		part   Part
		length int
		labels map[int]int
		seeds  map[int]byte
	}{
		{"first file", dir, Train, Part{Files: 1}, 10000, map[int]int{0: 3, 1: 9, 2: 4, 3: 0, 9999: 0}, map[int]byte{0: 1, 1: 2, 2: 3}},
		{"the folder itself", inner, Train, Part{Files: 1}, 10000, map[int]int{0: 3}, map[int]byte{0: 1}},
		{"two files", dir, Train, Part{Files: 2}, 20000, map[int]int{1: 9, 10000: 7}, map[int]byte{1: 2, 10000: 4}},
		{"into the second file", dir, Train, Part{Images: 10001}, 10001, map[int]int{10000: 7}, map[int]byte{10000: 4}},
		{"two images", dir, Train, Part{Images: 2}, 2, map[int]int{1: 9}, map[int]byte{1: 2}},
		{"test", dir, Test, Part{Images: 65}, 65, map[int]int{0: 5, 64: 0}, map[int]byte{0: 5}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set, err := source(t, "cifar10").Load(t.Context(), test.dir, test.split, test.part)
			if err != nil {
				t.Fatal(err)
			}
			if set.Len() != test.length || set.H != 32 || set.W != 32 || set.C != 3 || len(set.Classes) != 10 || len(set.Pixels) != test.length*3072 {
				t.Fatalf("%d images of %d×%d, %d classes, %d bytes", set.Len(), set.H, set.W, len(set.Classes), len(set.Pixels))
			}
			for i, want := range test.labels {
				if set.Labels[i] != want {
					t.Errorf("label %d is %d, want %d", i, set.Labels[i], want)
				}
			}
			for i, seed := range test.seeds {
				image := set.Image(i)
				for k, v := range image {
					if want := seed + byte(7*(k/3)+50*(k%3)); v != want {
						t.Fatalf("image %d: byte %d is %d, want %d", i, k, v, want)
					}
				}
			}
		})
	}
}

func TestLoadCIFAR10Errors(t *testing.T) {
	const name = "data_batch_1.bin"
	tests := []struct {
		name  string
		write func(t *testing.T, path string)
		part  Part
		want  []string
	}{
		{"missing", func(*testing.T, string) {}, Part{}, []string{name, "file does not exist", "binary version of CIFAR-10", "cifar-10-batches-bin"}},
		{"truncated", func(t *testing.T, path string) { writeCIFARFile(t, path, cifarFileSize-1) }, Part{},
			[]string{name, "size 30729999 bytes", "want 30730000"}},
		{"oversized", func(t *testing.T, path string) { writeCIFARFile(t, path, cifarFileSize+3073) }, Part{},
			[]string{name, "size 30733073 bytes", "want 30730000"}},
		{"empty", func(t *testing.T, path string) { writeCIFARFile(t, path, 0) }, Part{},
			[]string{name, "size 0 bytes", "want 30730000"}},
		{"foreign", func(t *testing.T, path string) {
			writeCIFARFile(t, path, cifarFileSize, []byte("\x80\x02}q\x01(U\x0bbatch_label"))
		}, Part{}, []string{name, "record 0", "label 128", "want 0 to 9"}},
		{"label out of range", func(t *testing.T, path string) {
			writeCIFARFile(t, path, cifarFileSize, cifarImage(9, 0), cifarImage(10, 0))
		}, Part{}, []string{name, "record 1", "label 10", "want 0 to 9"}},
		{"a folder", func(t *testing.T, path string) {
			if err := os.MkdirAll(filepath.Join(filepath.Dir(path), cifarFolder, name), 0o755); err != nil {
				t.Fatal(err)
			}
		}, Part{}, []string{name, "found a folder, want a regular file"}},
		{"too many files", func(*testing.T, string) {}, Part{Files: 6}, []string{"6 files", "want 0 (all) to 5"}},
		{"negative files", func(*testing.T, string) {}, Part{Files: -1}, []string{"-1 files"}},
		{"too many images", func(*testing.T, string) {}, Part{Files: 1, Images: 10001}, []string{"10001 images", "want 0 (all) to 10000"}},
		{"negative images", func(*testing.T, string) {}, Part{Images: -1}, []string{"-1 images"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			test.write(t, filepath.Join(dir, name))
			set, err := source(t, "cifar10").Load(t.Context(), dir, Train, test.part)
			if err == nil || set != nil {
				t.Fatalf("set %v, error %v; want an error and no set", set != nil, err)
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not contain %q", err, part)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q is longer than a line", err)
			}
		})
	}
	if _, err := source(t, "cifar10").Load(t.Context(), t.TempDir(), Test, Part{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v does not wrap fs.ErrNotExist", err)
	}
}

// TestLoadRealCIFAR10 reads the real files and checks facts about them: every
// class has 5,000 training and 1,000 test images, whose mean value is known.
func TestLoadRealCIFAR10(t *testing.T) {
	dir := os.Getenv("SDRM_DATA")
	if dir == "" {
		t.Skip("SDRM_DATA is not set to a folder that holds cifar-10-batches-bin")
	}
	for _, test := range []struct {
		split    Split
		perClass int
	}{{Train, 5000}, {Test, 1000}} {
		set, err := source(t, "cifar10").Load(t.Context(), dir, test.split, Part{})
		if err != nil {
			t.Fatal(err)
		}
		counts := make([]int, 10)
		for _, label := range set.Labels {
			counts[label]++
		}
		for label, count := range counts {
			if count != test.perClass {
				t.Errorf("%v: %d images of class %s, want %d", test.split, count, set.Classes[label], test.perClass)
			}
		}
		sum := 0
		for _, v := range set.Pixels {
			sum += int(v)
		}
		// The mean pixel of CIFAR-10 is known to be 0.473 (training split).
		if mean := float64(sum) / float64(len(set.Pixels)) / 255; mean < 0.468 || mean > 0.482 {
			t.Errorf("%v: mean pixel %.4f, want about 0.473", test.split, mean)
		}
	}
}

func FuzzReadCIFAR10(f *testing.F) {
	f.Add([]byte{}, 1)
	f.Add(cifarImage(9, 3), 1)
	f.Add(append(cifarImage(1, 3), cifarImage(10, 3)...), 2)
	f.Add(cifarImage(1, 3)[:100], 1)
	f.Fuzz(func(t *testing.T, data []byte, records int) {
		if records < 0 || records > 100 {
			return
		}
		pixels, labels := make([]uint8, records*3*cifarPlane), make([]int, records)
		err := cifar10.read(bytes.NewReader(data), pixels, labels)
		valid := len(data) >= records*cifarRecord
		for i := 0; valid && i < records; i++ {
			valid = data[i*cifarRecord] < 10
		}
		if (err == nil) != valid {
			t.Fatalf("%d bytes for %d records: error %v, but valid is %v", len(data), records, err, valid)
		}
		if len(data) == 0 && records > 0 && !errors.Is(err, io.EOF) {
			t.Fatalf("error %v does not wrap io.EOF", err)
		}
		if err != nil {
			return
		}
		for i, label := range labels {
			record := data[i*cifarRecord:]
			if label != int(record[0]) {
				t.Fatalf("label %d is %d, want %d", i, label, record[0])
			}
			for k := range 3 * cifarPlane {
				if got, want := pixels[i*3*cifarPlane+k], record[1+k%3*cifarPlane+k/3]; got != want {
					t.Fatalf("image %d: byte %d is %d, want %d", i, k, got, want)
				}
			}
		}
	})
}
