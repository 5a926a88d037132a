//go:build unix

package datasets

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPipes: a pipe in the place of a file is refused and not waited for.
func TestPipes(t *testing.T) {
	for _, c := range []struct{ set, file string }{
		{"cifar10", "data_batch_1.bin"},
		{"gtsrb", "Final_Training/Images/00001/00000.ppm"},
		{"gtsrb", "Final_Training/Images/00001/GT-00001.csv"},
		{"mnist", "train-images-idx3-ubyte"},
		{"mnist", "train-images-idx3-ubyte.gz"},
		{"folder", "train/ant/000.PNG"},
	} {
		t.Run(c.file, func(t *testing.T) {
			dir := t.TempDir()
			switch c.set {
			case "gtsrb":
				writeGTSRB(t, dir, gtsrbOfficial)
			case "folder":
				writeFolder(t, filepath.Join(dir, "train"), 2, false)
				writeFolder(t, filepath.Join(dir, "test"), 2, false)
			}
			path := filepath.Join(dir, c.file)
			if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(path, 0o644); err != nil {
				t.Skip(err)
			}
			wantError(t, c.set, dir, Train, filepath.Base(c.file)+": found a pipe, want a regular file")
		})
	}
}
