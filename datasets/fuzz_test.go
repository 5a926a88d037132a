package datasets

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"sdrm/internal/heap"
	"strings"
	"testing"
)

// FuzzPicture decodes image files of all formats: what is accepted has as many
// pixels as it says, and no more than are allowed.
func FuzzPicture(f *testing.F) {
	const most = 1 << 16
	gray, colours := image.NewGray(image.Rect(0, 0, 9, 5)), image.NewNRGBA(image.Rect(0, 0, 5, 9))
	for i := range colours.Pix {
		colours.Pix[i] = uint8(i * 7)
	}
	indexed := image.NewPaletted(image.Rect(0, 0, 3, 3), color.Palette{color.Black, color.NRGBA{1, 2, 3, 0}})
	for _, m := range []image.Image{gray, colours, indexed, image.NewNRGBA64(image.Rect(0, 0, 2, 2)), image.NewCMYK(image.Rect(0, 0, 8, 8))} {
		for _, encode := range []func(*bytes.Buffer) error{
			func(b *bytes.Buffer) error { return png.Encode(b, m) },
			func(b *bytes.Buffer) error { return jpeg.Encode(b, m, nil) },
			func(b *bytes.Buffer) error { return gif.Encode(b, m, nil) },
		} {
			var b bytes.Buffer
			if err := encode(&b); err != nil {
				f.Fatal(err)
			}
			f.Add(b.Bytes())
		}
	}
	f.Add([]byte("P6 2 1 255\nabcdef"))
	f.Add([]byte("P5#x\n1\t1 255 a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := decodePicture(data, most)
		if err != nil {
			return
		}
		if n := b.h * b.w; n < 1 || n > most || b.c != 1 && b.c != 3 || len(b.pixels) != n*b.c {
			t.Fatalf("%d×%d of %d channels with %d bytes", b.w, b.h, b.c, len(b.pixels))
		}
		dst := make([]uint8, 4*4*3)
		b.write(dst, &picture{region: image.Rect(1, 1, 3, 2), size: image.Pt(4, 4)}, 4, 4, 3)
	})
}

// check reads a data set whose table is fuzzed: something is wrong with it, for its
// images are empty.
func check(t *testing.T, s Source, dir, table string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, table), text, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, wrong := s.Check(t.Context(), dir); len(wrong) == 0 {
		t.Fatal("nothing is wrong")
	}
}

// put makes empty files.
func put(f *testing.F, dir string, names ...string) {
	f.Helper()
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			f.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			f.Fatal(err)
		}
	}
}

// FuzzTableGTSRB reads tables of labels and regions.
func FuzzTableGTSRB(f *testing.F) {
	dir := f.TempDir()
	put(f, dir, "GTSRB/Test/00000.png", "GTSRB/Test/00001.png")
	const head = "Width,Height,Roi.X1,Roi.Y1,Roi.X2,Roi.Y2,ClassId,Path\n"
	f.Add([]byte(head + "53,54,6,5,48,49,16,Test/00000.png\n42,45,5,5,36,40,1,Test/00001.png\n"))
	f.Add([]byte(head + "53,54,48,5,6,49,16,Test/00000.png\n-1,45,5,5,36,40,43,../00001.png\n"))
	f.Add([]byte(head + "\"53\",9223372036854775807,0,0,1,1,0,\"Test/00000.png\n\"\n"))
	f.Add([]byte("ClassId;Path\n"))
	f.Fuzz(func(t *testing.T, text []byte) { check(t, gtsrb(true), dir, "GTSRB/Test.csv", text) })
}

// FuzzTableTinyImageNet reads tables of classes and labels.
func FuzzTableTinyImageNet(f *testing.F) {
	dir := f.TempDir()
	put(f, dir, "tiny-imagenet-200/val/images/val_0.JPEG", "tiny-imagenet-200/train/n00000001/images/n00000001_0.JPEG")
	if err := os.WriteFile(filepath.Join(dir, "tiny-imagenet-200/wnids.txt"), []byte("n00000001\n"), 0o644); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("val_0.JPEG\tn00000001\t0\t32\t44\t62\n"))
	f.Add([]byte("val_0.JPEG\tn00000001\nval_0.JPEG\tn00000001\r\n\n../x\tn0"))
	f.Add([]byte("\t\t"))
	f.Fuzz(func(t *testing.T, text []byte) {
		check(t, tinyImageNet(1, 1, 1), dir, "tiny-imagenet-200/val/val_annotations.txt", text)
	})
}

// FuzzArchive unpacks archives of CIFAR-10: nothing is written outside the folder
// that is in the making.
func FuzzArchive(f *testing.F) {
	const name = "cifar-10-batches-bin/readme.html"
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	w, err := z.Create(name)
	if err != nil {
		f.Fatal(err)
	}
	w.Write([]byte("notes"))
	z.Close()
	f.Add(zipped.Bytes(), false)
	for _, entry := range []string{name, "../x", "/x", "cifar-10-batches-bin/../../x", "cifar-10-batches-bin/data_batch_1.bin"} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		if err := w.WriteHeader(&tar.Header{Name: entry, Size: 5, Mode: 0o644}); err != nil {
			f.Fatal(err)
		}
		w.Write([]byte("notes"))
		w.Close()
		f.Add(b.Bytes(), true)
	}
	s, err := Find("cifar10")
	if err != nil {
		f.Fatal(err)
	}
	dir := f.TempDir()
	path, into := filepath.Join(dir, "archive"), filepath.Join(dir, "into")
	f.Fuzz(func(t *testing.T, data []byte, pack bool) {
		if pack { // or no change of a byte gets past the checksum
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			w.Write(data)
			w.Close()
			data = b.Bytes()
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		u := unpacking{ctx: t.Context(), source: s, dir: into}
		if err := u.archive(path); err != nil && !strings.HasPrefix(err.Error(), path+": ") {
			t.Fatalf("error %q does not name the archive", err)
		}
		if err := os.RemoveAll(into); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
			t.Fatalf("left are %v, error %v", left, err)
		}
	})
}

// The worst tables are refused in little memory.
func TestTablesRefusedInLittleMemory(t *testing.T) {
	fill := func(piece string, most int) []byte { return bytes.Repeat([]byte(piece), most/len(piece)) }
	const head = "Width,Height,Roi.X1,Roi.Y1,Roi.X2,Roi.Y2,ClassId,Path\n"
	dir := t.TempDir()
	for _, name := range []string{"GTSRB/Test", "tiny-imagenet-200/val/images"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	const classes, table = "tiny-imagenet-200/wnids.txt", "tiny-imagenet-200/val/val_annotations.txt"
	for _, c := range []struct {
		set   Source
		table string
		text  []byte
	}{
		{gtsrb(true), "GTSRB/Test.csv", append([]byte(head), fill("1,1,0,0,1,1,0,a\n", mostGTSRBTable-100)...)},
		{gtsrb(true), "GTSRB/Test.csv", append([]byte(head), fill(",,,,,,,\n", mostGTSRBTable-100)...)},
		{gtsrb(true), "GTSRB/Test.csv", append([]byte(head), fill("\n", mostGTSRBTable-100)...)},
		{gtsrb(true), "GTSRB/Test.csv", fill(",", mostGTSRBTable)},
		{gtsrb(true), "GTSRB/Test.csv", fill("\"\n", mostGTSRBTable)},
		{gtsrb(true), "GTSRB/" + sumsName, fill("x  a\n", mostSums)},
		{gtsrb(true), "GTSRB/" + sumsName, fill(strings.Repeat("a", 64)+"  b\n", mostSums)},
		{tinyImageNet(1, 1, 1), classes, fill("\n", mostTinyTable)},
		{tinyImageNet(1, 1, 1), classes, fill("n00000001\n", mostTinyTable)},
		{tinyImageNet(1, 1, 1), classes, []byte("n00000001\n")},
		{tinyImageNet(1, 1, 1), table, fill("\t\n", mostTinyTable)},
		{tinyImageNet(1, 1, 1), table, fill("\n", mostTinyTable)},
	} {
		if err := os.WriteFile(filepath.Join(dir, c.table), c.text, 0o644); err != nil {
			t.Fatal(err)
		}
		var wrong []error
		taken := heap.Taken(func() { _, _, wrong = c.set.Check(t.Context(), dir) })
		if len(wrong) == 0 || taken > heap.Most+uint64(len(c.text)) {
			t.Errorf("%s, %.20q…: %d MB taken, %d errors", c.table, c.text, taken>>20, len(wrong))
		}
	}
}
