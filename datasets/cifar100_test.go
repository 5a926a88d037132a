package datasets

import (
	"archive/tar"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// cifar100Sizes are the lengths of the files: records of two labels and an
// image.
var cifar100Sizes = [2]int64{Train: 50000 * 3074, Test: 10000 * 3074}

func TestLoadCIFAR100(t *testing.T) {
	s := source(t, "cifar100")
	wantSource(t, "cifar100", 100, 3, [2]int{50000, 10000}, true)
	if !slices.IsSorted(s.Classes) {
		t.Errorf("classes %v, want them in order", s.Classes)
	}
	dir := t.TempDir()
	inner := filepath.Join(dir, "cifar-100-binary")
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	two := func(coarse byte, fine, seed byte) []byte { return append([]byte{coarse}, cifarImage(fine, seed)...) }
	writeCIFARFile(t, filepath.Join(inner, "train.bin"), cifar100Sizes[Train], two(3, 99, 1), two(19, 19, 2))
	writeCIFARFile(t, filepath.Join(inner, "test.bin"), cifar100Sizes[Test], two(0, 5, 5))
	for _, test := range []struct {
		from   string
		split  Split
		part   Part
		length int
		labels []int
		seeds  []byte
	}{
		{dir, Train, Part{Images: 3}, 3, []int{99, 19, 0}, []byte{1, 2}},
		{inner, Test, Part{}, 10000, []int{5, 0}, []byte{5}},
		{dir, Test, Part{Files: 7, Images: 1}, 1, []int{5}, []byte{5}}, // it has no files to choose from
	} {
		set, err := s.Load(t.Context(), test.from, test.split, test.part)
		if err != nil {
			t.Fatal(err)
		}
		if set.Name != "cifar100" || set.Len() != test.length || !slices.Equal(set.Labels[:len(test.labels)], test.labels) {
			t.Errorf("%v: %d images, labels %v", test.split, set.Len(), set.Labels[:len(test.labels)])
		}
		for i, seed := range test.seeds {
			for k, v := range set.Image(i) {
				if want := seed + byte(7*(k/3)+50*(k%3)); v != want {
					t.Fatalf("%v: image %d: byte %d is %d, want %d", test.split, i, k, v, want)
				}
			}
		}
	}
	for _, c := range []struct {
		record []byte
		size   int64
		want   string
	}{
		{two(20, 0, 0), cifar100Sizes[Test], "test.bin: record 0: label 20, want 0 to 19"},
		{two(0, 100, 0), cifar100Sizes[Test], "test.bin: record 0: label 100, want 0 to 99"},
		{nil, cifarFileSize, "test.bin: size 30730000 bytes, want 30740000 (10000 records of 3074)"},
	} {
		writeCIFARFile(t, filepath.Join(inner, "test.bin"), c.size, c.record)
		if _, err := s.Load(t.Context(), dir, Test, Part{}); err == nil || !strings.HasPrefix(err.Error(), "cifar100: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func TestUnpackCIFAR100(t *testing.T) {
	path, dir := filepath.Join(t.TempDir(), "cifar-100-binary.tar.gz"), t.TempDir()
	const folder = "cifar-100-binary/"
	archive := archiveOf(t, []entry{{name: folder, kind: tar.TypeDir}, {name: folder + "fine_label_names.txt", size: 800},
		{name: folder + "test.bin", size: cifar100Sizes[Test], label: 19}, {name: folder + "train.bin", size: cifar100Sizes[Train]}})
	if err := os.WriteFile(path, archive, 0o644); err != nil {
		t.Fatal(err)
	}
	s := source(t, "cifar100")
	if got, err := s.Unpack(t.Context(), []string{path}, dir); err != nil || got != filepath.Join(dir, s.Folder) {
		t.Fatalf("unpacked to %s, error %v", got, err)
	}
	if set, err := s.Load(t.Context(), dir, Train, Part{}); err != nil || set.Len() != 50000 {
		t.Errorf("error %v", err)
	}
	// CIFAR-10's archive is another.
	if _, err := source(t, "cifar10").Unpack(t.Context(), []string{path}, t.TempDir()); err == nil || !strings.Contains(err.Error(), "want the regular files of a folder cifar-10-batches-bin") {
		t.Errorf("as CIFAR-10: error %v", err)
	}
}
