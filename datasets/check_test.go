package datasets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wantWrong checks that all of what is wrong with a set is named, a line each.
func wantWrong(t *testing.T, s Source, dir string, want ...string) {
	t.Helper()
	train, test, wrong := s.Check(t.Context(), dir)
	if train != nil || test != nil || len(wrong) != len(want) {
		t.Errorf("%s: sets %v and %v, %q, want %d errors", s.Name, train != nil, test != nil, wrong, len(want))
		return
	}
	for i, err := range wrong {
		if text := err.Error(); !strings.HasPrefix(text, s.Name+": ") || !strings.Contains(text, want[i]) || strings.Contains(text, "\n") {
			t.Errorf("error %q, want one line with %q", text, want[i])
		}
	}
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "GTSRB")
	writeGTSRB(t, inner, "Training")
	gtsrb := source(t, "gtsrb")
	train, test, wrong := gtsrb.Check(t.Context(), dir)
	if len(wrong) > 0 || train.Len() != 87 || test.Len() != 43 {
		t.Fatalf("gtsrb: %q", wrong)
	}
	if known, err := gtsrb.Look(dir); err != nil || known.Layout != "training archive of 26,640" || known.Images != [2]int{87, 43} {
		t.Errorf("layout %q, %v images, error %v", known.Layout, known.Images, err)
	}
	write(t, nil, inner, "Training", "00002", "new.ppm")
	write(t, []byte("P6 "), inner, "Training", "00042", "00001.ppm")
	write(t, []byte("P7"), inner, "Final_Test", "Images", "00007.ppm")
	for _, name := range []string{"Training/00003/00000.ppm", "Final_Test/Images/00009.ppm"} {
		if err := os.Remove(filepath.Join(inner, name)); err != nil {
			t.Fatal(err)
		}
	}
	wantWrong(t, gtsrb, dir, "GT-00003.csv: line 2: 00000.ppm: file does not exist", "new.ppm: surplus", "00042/00001.ppm: PPM head",
		"GT-final_test.csv: line 11: 00009.ppm: file does not exist", "00007.ppm: no PNG")
	// What both splits say is said once.
	if err := os.Mkdir(filepath.Join(inner, "Train"), 0o755); err != nil {
		t.Fatal(err)
	}
	wantWrong(t, gtsrb, dir, "Training and Train and Final_Test are of layouts that must not be mixed")

	inner = filepath.Join(dir, "MNIST")
	write(t, idxFile([]int{10000}, 11), inner, "t10k-labels-idx1-ubyte")
	write(t, nil, inner, "emnist-letters-train-images-idx3-ubyte")
	write(t, nil, inner, "LICENSE")
	wantWrong(t, source(t, "mnist"), dir, "train-images-idx3-ubyte: file does not exist; want MNIST", "train-labels-idx1-ubyte: file does not exist",
		"t10k-images-idx3-ubyte: file does not exist", "t10k-labels-idx1-ubyte: label 0: 11", "emnist-letters-train-images-idx3-ubyte: surplus")

	inner = filepath.Join(dir, "cifar-100-python")
	write(t, []byte("\x80\x02N."), inner, "train")
	write(t, nil, inner, "meta")
	write(t, nil, inner, "test_batch")
	cifar100 := source(t, "cifar100")
	if known, err := cifar100.Look(dir); err != nil || known.Layout != "for Python" {
		t.Errorf("layout %q, error %v", known.Layout, err)
	}
	wantWrong(t, cifar100, dir, "train: pickle: not a dictionary", "test: file does not exist", "test_batch: surplus")
}
