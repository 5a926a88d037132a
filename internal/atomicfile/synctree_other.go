//go:build !linux

package atomicfile

import (
	"io/fs"
	"path/filepath"

	"sdrm/internal/regular"
)

// SyncTree makes all files below dir survive a power cut.
func SyncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := regular.Edit(path) // Windows syncs what is open for writing
		if err != nil {
			return err
		}
		defer f.Close()
		return Sync(f)
	})
}
