package datasets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sdrm/internal/regular"
)

// openWhole opens a regular file that must have the given size in bytes; kind
// says what that size is made of.
func openWhole(path string, want int64, kind string) (*os.File, error) {
	file, size, err := regular.Open(path)
	if err == nil && size != want {
		file.Close()
		err = fmt.Errorf("%s: size %d bytes, want %d (%s): truncated, or another file", path, size, want, kind)
	}
	return file, err
}

// readFolder returns what is in a folder, in the order of the names.
func readFolder(folder string) ([]fs.DirEntry, error) {
	// Before it is read: a pipe would wait for its writer.
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: %w", folder, fs.ErrNotExist)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s: not a folder", folder)
	}
	return os.ReadDir(folder)
}

// isFolder tells whether a folder lies at a path.
func isFolder(parts ...string) bool {
	info, err := os.Stat(filepath.Join(parts...))
	return err == nil && info.IsDir()
}

// there tells whether something lies at a path.
func there(parts ...string) bool {
	_, err := os.Lstat(filepath.Join(parts...))
	return err == nil
}
