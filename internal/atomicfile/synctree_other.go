//go:build !linux

package atomicfile

import (
	"io/fs"
	"os"
	"path/filepath"
)

// SyncTree makes all files below dir survive a power cut.
func SyncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0) // Windows syncs what is open for writing
		if err != nil {
			return err
		}
		defer f.Close()
		return Sync(f)
	})
}
