package datasets

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sdrm/internal/parallel"
)

// write writes a file and the folders above it.
func write(t *testing.T, data []byte, parts ...string) {
	t.Helper()
	path := filepath.Join(parts...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// ppmImage is a PPM image of one colour but for its left half, which is black.
func ppmImage(w, h int, shade byte) []byte {
	out := fmt.Appendf(nil, "P6 %d %d 255\n", w, h)
	for i := range w * h {
		v := shade
		if i%w < w/2 {
			v = 0
		}
		out = append(out, v, v, v)
	}
	return out
}

// pngImage is what ppmImage is, as PNG.
func pngImage(t *testing.T, w, h int, shade byte) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := shade
			if x < w/2 {
				v = 0
			}
			img.SetNRGBA(x, y, color.NRGBA{v, v, v, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const gtsrbHead = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\r\n"

// writeGTSRB writes the set in a layout: three training images of class 0 and two
// of every other class, and as a test one of each, from the last. The images are
// 40×20 and the tables say that they are half so, and that the sign is the right
// half. The shade of an image is its class and its number.
func writeGTSRB(t *testing.T, dir, layout string) {
	shade := func(class, i int) byte { return byte(100 + 3*class + i) }
	const kaggleHead = "Width,Height,Roi.X1,Roi.Y1,Roi.X2,Roi.Y2,ClassId,Path\n"
	train, test := kaggleHead, kaggleHead
	if layout != "Train" {
		test = gtsrbHead
	}
	for class := range 43 {
		table := gtsrbHead
		for i := range 2 + (43-class)/43 {
			if layout == "Train" {
				name := fmt.Sprintf("Train/%d/%05d_%05d.png", class, class, i)
				write(t, pngImage(t, 40, 20, shade(class, i)), dir, name)
				train += fmt.Sprintf("20,10,10,0,20,10,%d,%s\n", class, name)
				continue
			}
			name := fmt.Sprintf("%05d.ppm", i)
			write(t, ppmImage(40, 20, shade(class, i)), dir, layout, fmt.Sprintf("%05d", class), name)
			table += fmt.Sprintf("%s;20;10;10;0;20;10;%d\r\n", name, class)
		}
		last := 42 - class
		if layout == "Train" {
			name := fmt.Sprintf("Test/%05d.png", class)
			write(t, pngImage(t, 32, 32, shade(last, 0)), dir, name)
			test += fmt.Sprintf("32,32,16,0,32,32,%d,%s\n", last, name)
			continue
		}
		write(t, []byte(table), dir, layout, fmt.Sprintf("%05d", class), fmt.Sprintf("GT-%05d.csv", class))
		name := fmt.Sprintf("%05d.ppm", class)
		write(t, ppmImage(32, 32, shade(last, 0)), dir, "Final_Test", "Images", name)
		test += fmt.Sprintf("%s;32;32;16;0;32;32;%d\r\n", name, last)
	}
	if layout == "Train" {
		write(t, []byte(train), dir, "Train.csv")
		write(t, []byte(test), dir, "Test.csv")
		return
	}
	write(t, []byte(test), dir, "Final_Test", "GT-final_test.csv")
	write(t, []byte("Filename;Width;Height\n"), dir, "Final_Test", "Images", "GT-final_test.test.csv")
}

const gtsrbOfficial = "Final_Training/Images"

func TestLoadGTSRB(t *testing.T) {
	wantSource(t, "gtsrb", 43, 3, [2]int{39209, 12630}, false)
	wantSource(t, "gtsrb-regions", 43, 3, [2]int{39209, 12630}, false)
	for _, layout := range []string{gtsrbOfficial, "Training", "Train"} {
		dir := t.TempDir()
		inner := filepath.Join(dir, "GTSRB")
		writeGTSRB(t, inner, layout)
		s := source(t, "gtsrb")
		train, test, err := s.Both(t.Context(), dir, Part{}, Part{})
		if err != nil {
			t.Fatal(layout, err)
		}
		if train.Len() != 87 || test.Len() != 43 || cap(train.Pixels) != 87*32*32*3 {
			t.Fatalf("%s: %d and %d images, %d bytes", layout, train.Len(), test.Len(), cap(train.Pixels))
		}
		// The classes take turns.
		if train.Labels[42] != 42 || train.Labels[43] != 0 || train.Labels[86] != 0 || test.Labels[0] != 42 {
			t.Errorf("%s: labels %v", layout, train.Labels)
		}
		for i, label := range train.Labels {
			left, right := train.Image(i)[0], train.Image(i)[31*3]
			if left != 0 || right < byte(100+3*label) || right > byte(102+3*label) {
				t.Errorf("%s: image %d of class %d is %d and %d", layout, i, label, left, right)
			}
		}
		// One after the other gives the same bits as all at once, and so does a table that
		// was saved on Windows.
		table := filepath.Join(inner, layout, "00001", "GT-00001.csv")
		if layout == "Train" {
			table = filepath.Join(inner, "Train.csv")
		}
		text, err := os.ReadFile(table)
		if err != nil {
			t.Fatal(err)
		}
		spoil(t, table, []byte("\ufeff"+strings.ReplaceAll(string(text), "/", `\`)))
		parallel.SetWorkers(1)
		again, err := s.Load(t.Context(), inner, Train, Part{Images: 50})
		parallel.SetWorkers(0)
		if err != nil || !bytes.Equal(again.Pixels, train.Pixels[:len(again.Pixels)]) || !slices.Equal(again.Labels, train.Labels[:50]) {
			t.Errorf("%s: the first 50 differ, or error %v", layout, err)
		}
		if _, err := s.Load(t.Context(), dir, Train, Part{Images: 88}); err == nil || !strings.Contains(err.Error(), "88 images of the train split asked for, want 0 (all) to 87") {
			t.Errorf("%s: error %v", layout, err)
		}
		if layout == "Train" {
			const head = "Width,Height,Roi.X1,Roi.Y1,Roi.X2,Roi.Y2,ClassId,Path\n20,10,10,0,20,10,6,"
			spoil(t, table, []byte(head+"Train/7/00007_00000.png\n"))
			wantError(t, "gtsrb", dir, Train, "Train.csv: line 2: ClassId: 6, want 7")
			spoil(t, table, []byte(head+"Train/00007_00000.png\n"))
			wantError(t, "gtsrb", dir, Train, "Train.csv: line 2: Train/00007_00000.png: file does not exist")
		}
		cut, err := source(t, "gtsrb-regions").Load(t.Context(), dir, Test, Part{})
		if err != nil || cut.Image(5)[0] != byte(100+3*37) || cut.Image(5)[3071] != byte(100+3*37) {
			t.Errorf("%s: region of %v, error %v", layout, cut.Image(5)[:6], err)
		}
	}
}

func TestCut(t *testing.T) {
	b := bitmap{pixels: []uint8{0, 1, 2, 3, 4, 5, 6, 7}, h: 2, w: 4, c: 1}
	for _, c := range []struct {
		region image.Rectangle
		size   image.Point
		want   []uint8
	}{
		{image.Rect(1, 0, 3, 1), image.Pt(4, 2), []uint8{1, 2}},
		{image.Rect(3, 3, 6, 6), image.Pt(12, 6), []uint8{5}},
		{image.Rect(2, 5, 5, 6), image.Pt(12, 6), []uint8{4, 5}}, // of whole pixels, with what it touches
		{image.Rect(0, 0, 2, 1), image.Pt(2, 1), b.pixels},
	} {
		if got := b.cut(c.region, c.size); !slices.Equal(got.pixels, c.want) || got.h*got.w != len(c.want) {
			t.Errorf("%v of %v: %v, want %v", c.region, c.size, got.pixels, c.want)
		}
	}
}

func TestLoadGTSRBErrors(t *testing.T) {
	dir := t.TempDir()
	writeGTSRB(t, dir, gtsrbOfficial)
	const folder = gtsrbOfficial + "/00001/"
	table := gtsrbHead + "00000.ppm;20;10;10;0;20;10;1\r\n"
	for _, c := range []struct {
		name, file, data string
		want             string
	}{
		{"two layouts", "Training/00000/a.ppm", "", "Final_Training and Training are of layouts that must not be mixed"},
		{"Kaggle's too", "Train/0/a.png", "", "Final_Training and Train and Final_Test are of layouts"},
		{"surplus", folder + "other.ppm", "", "00001/other.ppm: surplus: no image of the set is called so"},
		{"missing image", folder + "GT-00001.csv", table + "00001.ppm;20;10;10;0;20;10;1\r\n00002.ppm;20;10;10;0;20;10;1", "GT-00001.csv: line 4: 00002.ppm: file does not exist"},
		{"outside", folder + "GT-00001.csv", table + "../00002/00000.ppm;20;10;10;0;20;10;1", "line 3: ../00002/00000.ppm: file does not exist"},
		{"in a folder read before", gtsrbOfficial + "/00002/GT-00002.csv", gtsrbHead + "../00001/00000.ppm;20;10;10;0;20;10;2", "line 2: ../00001/00000.ppm: file does not exist"},
		{"twice", folder + "GT-00001.csv", table + "00000.ppm;20;10;10;0;20;10;1", "line 3: 00000.ppm: named twice"},
		{"label", folder + "GT-00001.csv", gtsrbHead + "00000.ppm;20;10;10;0;20;10;43", "line 2: ClassId: 43, want 1"},
		{"no number", folder + "GT-00001.csv", gtsrbHead + "00000.ppm;20;10;10;0;x;10;1", `line 2: Roi.X2: "x", want a number`},
		{"region", folder + "GT-00001.csv", gtsrbHead + "00000.ppm;20;10;10;0;21;10;1", "line 2: region Roi: columns 10 to 21, rows 0 to 10, want a part of 20×10"},
		{"size", folder + "GT-00001.csv", gtsrbHead + "00000.ppm;20;0;10;0;20;10;1", "line 2: columns Width and Height: 20×0, want 1 to"},
		{"columns", folder + "GT-00001.csv", table + "00000.ppm;20", "GT-00001.csv: record on line 3: wrong number of fields"},
		{"head", folder + "GT-00001.csv", strings.ReplaceAll(table, ";", ","), "GT-00001.csv: line 1: no column Width"},
		{"empty table", folder + "GT-00001.csv", "", "GT-00001.csv: line 1: EOF"},
		{"no PPM", folder + "00000.ppm", "GIF", "00001/00000.ppm: no PNG, JPEG, GIF or binary PPM image"},
		{"truncated", folder + "00001.ppm", "P6 2 2 255\n", "00001/00001.ppm: 0 bytes of pixels, want 12 (2×2 of 3): truncated"},
		{"a billion pixels", folder + "00001.ppm", "P6 40000 25000 255\n", "00001/00001.ppm: 40000×25000 pixels, want sides of 1 to 16384"},
	} {
		t.Run(c.name, func(t *testing.T) {
			spoil(t, filepath.Join(dir, c.file), []byte(c.data))
			wantError(t, "gtsrb", dir, Train, c.want)
		})
	}
	write(t, []byte(gtsrbHead+"00000.ppm;32;32;16;0;32;32;43"), dir, "Final_Test/GT-final_test.csv")
	wantError(t, "gtsrb", dir, Test, "GT-final_test.csv: line 2: ClassId: 43, want 0 to 42")
	if err := os.Remove(filepath.Join(dir, "Final_Test/GT-final_test.csv")); err != nil {
		t.Fatal(err)
	}
	wantError(t, "gtsrb", dir, Test, "GT-final_test.csv: file does not exist; want the German Traffic Sign")
	emptied := filepath.Join(dir, folder)
	for _, name := range []string{"00000.ppm", "00001.ppm"} {
		if err := os.Remove(filepath.Join(emptied, name)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, []byte(gtsrbHead), emptied, "GT-00001.csv")
	wantError(t, "gtsrb", dir, Train, "no image of class 1, speed limit 30")
}

// spoil writes other data to a file, or to one that is not there, for the rest of
// a test.
func spoil(t *testing.T, path string, data []byte) {
	t.Helper()
	was, err := os.ReadFile(path)
	write(t, data, path)
	t.Cleanup(func() {
		if err == nil {
			write(t, was, path)
			return
		}
		// With the folders that were made for it.
		for os.Remove(path) == nil {
			path = filepath.Dir(path)
		}
	})
}

// wantError checks that a set cannot be read, and for what reason in one line.
func wantError(t *testing.T, name, dir string, split Split, want string) {
	t.Helper()
	set, err := source(t, name).Load(t.Context(), dir, split, Part{})
	if err == nil || set != nil {
		t.Fatalf("set %v, error %v, want no set and %q", set != nil, err, want)
	}
	if text := err.Error(); !strings.HasPrefix(text, name+": ") || !strings.Contains(text, want) || strings.Contains(text, "\n") {
		t.Errorf("error %q, want one line with %q", text, want)
	}
}

// TestLoadRealGTSRB reads the official images and checks facts about them.
func TestLoadRealGTSRB(t *testing.T) {
	dir := os.Getenv("SDRM_DATA")
	if !there(dir, "GTSRB", "Final_Training") {
		t.Skip("SDRM_DATA is not set to a folder that holds GTSRB")
	}
	train, test, err := source(t, "gtsrb").Both(t.Context(), dir, Part{}, Part{})
	if err != nil {
		t.Fatal(err)
	}
	if train.Len() != 39209 || test.Len() != 12630 {
		t.Errorf("%d and %d images", train.Len(), test.Len())
	}
	for label, want := range map[int]int{0: 210, 1: 2220, 2: 2250, 33: 689} {
		if got := len(train.Places(func(l int) bool { return l == label })); got != want {
			t.Errorf("%d images of class %d, want %d", got, label, want)
		}
	}
	// The first test images are known.
	if want := []int{16, 1, 38, 33, 11, 38, 18, 12, 25, 35}; !slices.Equal(test.Labels[:10], want) {
		t.Errorf("labels %v, want %v", test.Labels[:10], want)
	}
	cut, err := source(t, "gtsrb-regions").Load(t.Context(), dir, Test, Part{Images: 100})
	if err != nil || bytes.Equal(cut.Pixels, test.Pixels[:len(cut.Pixels)]) {
		t.Errorf("the regions are the images, or error %v", err)
	}
}
