package datasets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sdrm/internal/parallel"
	"sdrm/internal/progress"
)

// grayImage is a gray PNG image of one shade.
func grayImage(t *testing.T, w, h int, shade byte) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// writeFolder writes images of the classes ant, bee and cat into folders under
// dir, gray but for bees if they are not.
func writeFolder(t *testing.T, dir string, each int, colour bool) {
	t.Helper()
	for label, class := range []string{"ant", "bee", "cat"} {
		for i := range each {
			data := grayImage(t, 20+i, 30, byte(10*label+i))
			if colour && class == "bee" {
				data = pngImage(t, 32, 32, byte(10*label+i))
			}
			write(t, data, dir, class, fmt.Sprintf("%03d.PNG", i))
		}
		write(t, []byte("notes"), dir, class, "readme.txt")
	}
}

func TestLoadFolder(t *testing.T) {
	wantSource(t, "folder", 0, 0, [2]int{}, true)
	wantSource(t, "folder-64", 0, 0, [2]int{}, true)
	for _, c := range []struct {
		splits   []string // folders
		each     []int    // images of a class in each
		colour   bool
		train    int
		test     int
		channels int
		digest   string // pinned for good, as TestDigest's: of images, order and what is drawn for tests
	}{
		{[]string{"."}, []int{10}, false, 24, 6, 1, "45a1d375a8abf2359eee85eaf0e85b3bd5322592fded17915db4431782fe149a"},
		{[]string{"."}, []int{3}, true, 6, 3, 3, "e663f54d1fc3390bf9c239cc906c47d158a16e4154dfebf66cd3ffd9a786a180"},
		{[]string{"train", "val"}, []int{4, 2}, true, 12, 6, 3, "83a291a35399e81bda255a57e074ea897ed1465efe8a3fd11a17a791e74ce085"},
		{[]string{"train", "test", "val"}, []int{1, 3, 2}, false, 3, 9, 1, "9fdfa39035149f9b77fd99190364be5785ece715493f016a93caa60cea950749"},
	} {
		dir := t.TempDir()
		for i, name := range c.splits {
			writeFolder(t, filepath.Join(dir, name), c.each[i], c.colour)
		}
		write(t, nil, dir, ".hidden", "a.png")
		s := source(t, "folder")
		if where, found := s.Locate(dir); where != dir || !found {
			t.Errorf("%v: located %s, %v", c.splits, where, found)
		}
		known, err := s.Look(dir)
		if err != nil || known.C != c.channels || known.Images != [2]int{c.train, c.test} || !slices.Equal(known.Classes, []string{"ant", "bee", "cat"}) {
			t.Errorf("%v: %v images in classes %q of %d channels, error %v", c.splits, known.Images, known.Classes, known.C, err)
		}
		train, test, err := s.Both(t.Context(), dir, Part{}, Part{})
		if err != nil {
			t.Fatal(c.splits, err)
		}
		if train.Len() != c.train || test.Len() != c.test || train.C != c.channels || test.C != c.channels || len(train.Pixels) != c.train*32*32*c.channels {
			t.Errorf("%v: %d and %d images of %d and %d channels", c.splits, train.Len(), test.Len(), train.C, test.C)
		}
		if !slices.Equal(train.Labels[:3], []int{0, 1, 2}) {
			t.Errorf("%v: labels %v", c.splits, train.Labels)
		}
		if got := Digest(train, test); got != c.digest {
			t.Errorf("%v: digest %s, want %s", c.splits, got, c.digest)
		}
		seen := map[int]int{}
		for _, set := range []*Set{train, test} {
			for i := range set.Len() {
				last := set.Image(i)[len(set.Image(i))-1]
				seen[int(last)]++
				if int(last)/10 != set.Labels[i] {
					t.Errorf("%v: image %d of class %d is of shade %d", c.splits, i, set.Labels[i], last)
				}
			}
		}
		// No image is in both splits, and none is in neither.
		if len(c.splits) == 1 && len(seen) != 3*c.each[0] {
			t.Errorf("%d images, want %d", len(seen), 3*c.each[0])
		}
	}
}

// Every part of a test set has its share of each class, however many images it has; the
// first images of a training set are as many of each, as long as they last.
func TestTheOrderOfAFolderOfUnevenClasses(t *testing.T) {
	dir, sizes := t.TempDir(), []int{4, 12, 60}
	for label, n := range sizes {
		for i := range n {
			for _, split := range []string{"train", "test"} {
				write(t, grayImage(t, 32, 32, byte(i)), dir, split, fmt.Sprint(label), fmt.Sprintf("%02d.png", i))
			}
		}
	}
	train, test, err := source(t, "folder").Both(t.Context(), dir, Part{}, Part{})
	if err != nil {
		t.Fatal(err)
	}
	var taken [2][3]int
	for i := range test.Len() {
		taken[Train][train.Labels[i]]++
		taken[Test][test.Labels[i]]++
		for label, n := range sizes {
			if share := float64((i+1)*n) / float64(test.Len()); math.Abs(float64(taken[Test][label])-share) > 1 {
				t.Errorf("test: %d of the first %d are of class %d, want its share of %.1f", taken[Test][label], i+1, label, share)
			}
			if each := float64(i+1) / 3; i < 3*sizes[0] && math.Abs(float64(taken[Train][label])-each) > 1 {
				t.Errorf("training: %d of the first %d are of class %d, want a third", taken[Train][label], i+1, label)
			}
		}
	}
}

func TestLoadFolderErrors(t *testing.T) {
	plain, split := t.TempDir(), t.TempDir()
	writeFolder(t, plain, 2, false)
	writeFolder(t, filepath.Join(split, "train"), 2, false)
	writeFolder(t, filepath.Join(split, "test"), 1, false)
	huge := grayImage(t, 1, 1, 0)
	copy(huge[16:], []byte{0, 0, 0x9c, 0x40, 0, 0, 0x61, 0xa8}) // of a billion pixels
	for _, c := range []struct {
		name, dir, file string
		data            []byte
		split           Split
		want            string
	}{
		{"no image", split, "train/ant/000.PNG", []byte("a cat"), Train, "ant/000.PNG: no PNG, JPEG, GIF or binary PPM image"},
		{"truncated", split, "train/bee/001.PNG", grayImage(t, 9, 9, 3)[:60], Train, "bee/001.PNG: damaged PNG image: "},
		{"a head", split, "train/bee/000.PNG", grayImage(t, 9, 9, 3)[:20], Train, "bee/000.PNG: PNG head: "},
		{"empty file", split, "train/cat/001.PNG", nil, Train, "cat/001.PNG: no PNG, JPEG, GIF"},
		{"a billion pixels", split, "train/cat/001.PNG", huge, Train, "cat/001.PNG: PNG head: "},
		{"no image for tests", split, "test/ant/000.PNG", []byte("a cat"), Test, "test/ant/000.PNG: no PNG, JPEG, GIF or binary PPM image"},
		{"one image", plain, "dog/1.png", huge, Train, "dog: no images for a split (1 in all)"},
		{"no images", plain, "dog/1.txt", nil, Test, "dog: no images, want CLASS/IMAGE, or train/CLASS/IMAGE and test/CLASS/IMAGE, in " + plain},
		{"no images in a split", split, "test/dog/1.txt", nil, Test, "test/dog: no images, want CLASS/IMAGE, or train/CLASS/IMAGE and test/CLASS/IMAGE, in " + split},
		{"too deep", plain, "ant/more/1.png", nil, Train, "ant/more/1.png: an image in a folder inside that of a class, want it in " + plain + "/ant"},
		{"much too deep", split, "test/cat/a/b/1.jpg", nil, Test, "cat/a/b/1.jpg: an image in a folder inside that of a class"},
		{"unknown format", split, "train/ant/2.webp", []byte("RIFF"), Train, "ant/2.webp: no PNG, JPEG, GIF or binary PPM image"},
		{"loose image", plain, "1.png", nil, Train, "1.png: an image outside the folders of the classes"},
		{"only train", plain, "train/dog/1.png", nil, Train, "a split without the other, want train and test (or val)"},
		{"two layouts", split, "ant/1.png", nil, Train, "ant: images beside train: are there splits or not?"},
		{"class of tests only", split, "test/dog/1.png", nil, Test, `the classes of the splits differ: no training images of "dog"`},
		{"class without tests", split, "train/dog/1.png", grayImage(t, 1, 1, 0), Test, `the classes of the splits differ: no test images of "dog"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "a billion pixels" { // the head's checksum
				c.data = fixPNG(c.data)
				c.want = "40000×25000 pixels, want sides of 1 to 16384"
			}
			spoil(t, filepath.Join(c.dir, c.file), c.data)
			wantError(t, "folder", c.dir, c.split, c.want)
		})
	}
	wantError(t, "folder", filepath.Join(plain, "absent"), Train, "absent: file does not exist; want folders of images")
	wantError(t, "folder", filepath.Join(plain, "ant/000.PNG"), Train, "000.PNG: not a folder")
	if err := os.Rename(filepath.Join(plain, "bee"), filepath.Join(plain, ".bee")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(plain, "cat"), filepath.Join(plain, ".cat")); err != nil {
		t.Fatal(err)
	}
	wantError(t, "folder", plain, Train, "1 folders of classes, want 2 to 10000: CLASS/IMAGE, or train/")
}

// TestFoldersThatAreNone: what is beside other data sets is not taken for one.
func TestFoldersThatAreNone(t *testing.T) {
	dir := t.TempDir()
	write(t, nil, dir, "cifar-10-batches-bin", "test_batch.bin")
	write(t, nil, dir, "GTSRB", ".complete")
	if _, found := source(t, "folder").Locate(dir); found {
		t.Error("the folder of the data sets is one")
	}
	if _, err := source(t, "folder").Look(dir); err == nil || !strings.Contains(err.Error(), "GTSRB: no images, want CLASS/IMAGE") {
		t.Errorf("error %v", err)
	}
}

// What macOS leaves beside the images of an archive is no image.
func TestFolderPassesOverDots(t *testing.T) {
	dir := t.TempDir()
	writeFolder(t, dir, 2, false)
	before, err := source(t, "folder").Load(t.Context(), dir, Train, Part{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, []byte("Mac OS X"), dir, "ant", "._000.PNG")
	write(t, []byte("Mac OS X"), dir, "._ant")
	write(t, nil, dir, "ant", ".thumbnails", "000.PNG")
	write(t, nil, dir, "ant", "notes", "._000.PNG")
	write(t, nil, dir, "ant", "notes", "readme.txt")
	after, err := source(t, "folder").Load(t.Context(), dir, Train, Part{})
	if err != nil || after.Len() != before.Len() {
		t.Errorf("error %v", err)
	}
}

// Both splits are checked, whatever is wrong with the first.
func TestCheckFolder(t *testing.T) {
	dir := t.TempDir()
	writeFolder(t, filepath.Join(dir, "train"), 2, false)
	writeFolder(t, filepath.Join(dir, "test"), 2, false)
	write(t, nil, dir, "train", "0.png")
	write(t, nil, dir, "test", "1.png")
	wantWrong(t, source(t, "folder"), dir, "train/0.png: an image outside", "test/1.png: an image outside")
}

// How many images are read is told in order, of both splits together, and an end of the
// context ends the reading.
func TestReadingAFolderIsToldAndInterrupted(t *testing.T) {
	dir := t.TempDir()
	writeFolder(t, dir, 10, false)
	s := source(t, "folder")
	var told []float64
	ctx := progress.With(t.Context(), func(done, all int) { told = append(told, float64(done)/float64(all)) })
	if _, _, err := s.Both(ctx, dir, Part{}, Part{}); err != nil {
		t.Fatal(err)
	}
	if len(told) != 30 || !slices.IsSorted(told) || told[23] != 0.5 || told[29] != 1 {
		t.Errorf("told %v, want 30 shares of the whole", told)
	}
	ctx, cancel := context.WithCancel(t.Context())
	read := 0
	ctx = progress.With(ctx, func(int, int) {
		if read++; read == 3 {
			cancel()
		}
	})
	if _, err := s.Load(ctx, dir, Train, Part{}); !errors.Is(err, context.Canceled) || read > 3+parallel.Workers() {
		t.Errorf("error %v after %d images, want %v", err, read, context.Canceled)
	}
	if _, _, wrong := s.Check(ctx, dir); len(wrong) != 1 || !errors.Is(wrong[0], context.Canceled) {
		t.Errorf("check: %v, want %v alone", wrong, context.Canceled)
	}
}
