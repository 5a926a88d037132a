// Package atomicfile writes files that are either whole or not there: the
// contents go to a temporary file in the same folder, which is synced and then
// renamed over the name that was asked for.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/internal/regular"
)

// Write replaces the file at path with what fill writes, or makes a new one. It keeps
// the file's permissions and, where it may, its owner; a new one has those that the
// process gives. A link is replaced and not followed: a folder that came from elsewhere
// must not lead to another file. A reader of path, or a machine that loses power, sees
// the old contents or the new, never a part. If anything fails, or a device, a pipe or
// a folder is there, path is as it was and nothing is left beside it. The error names
// path.
func Write(path string, fill func(w io.Writer) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: cannot be written: %w", path, cause(err))
		}
	}()
	old, err := replaced(path)
	if err != nil {
		return err
	}
	f, err := createBeside(path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := fill(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if old != nil {
		giveTo(f, old)
		if err := f.Chmod(old.Mode().Perm()); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// replaced returns the regular file at path, nil if there is none or a link.
func replaced(path string) (fs.FileInfo, error) {
	old, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case old.Mode()&fs.ModeSymlink != 0:
		return nil, nil
	}
	return old, regular.Mode(old.Mode())
}

// createBeside makes a new file in the folder of the file at path, for IsTemporary
// to know. os.CreateTemp would make one that its owner alone can read.
func createBeside(path string) (*os.File, error) {
	for {
		name := fmt.Sprintf(".%s.%d", filepath.Base(path), rand.Uint32())
		f, err := os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// IsTemporary tells whether a file called name is what Write makes beside a file
// called of, and leaves there if the program is killed.
func IsTemporary(name, of string) bool {
	number, ok := strings.CutPrefix(name, "."+of+".")
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}

// WriteBytes replaces the file at path with data, as Write does.
func WriteBytes(path string, data []byte) error {
	return Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// MkdirAll makes a folder, and those above it that are missing, as os.MkdirAll
// does, so that they survive a power cut. What is called undo removes those that
// it made, as far as they are empty.
func MkdirAll(dir string) (undo func(), err error) {
	var made []string
	undo = func() {
		for _, dir := range slices.Backward(made) {
			os.Remove(dir)
		}
	}
	return undo, mkdirAll(filepath.Clean(dir), &made)
}

func mkdirAll(dir string, made *[]string) error {
	above := filepath.Dir(dir)
	err := os.Mkdir(dir, 0o755)
	if errors.Is(err, fs.ErrNotExist) && above != dir {
		if err = mkdirAll(above, made); err == nil {
			err = os.Mkdir(dir, 0o755)
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return os.MkdirAll(dir, 0o755) // nil, or why a file is no folder
	}
	if err != nil {
		return err
	}
	*made = append(*made, dir)
	return SyncDir(above)
}

// Sync makes what was written to f survive a power cut. Some file systems cannot
// sync a folder; the files in it are safe there all the same.
func Sync(f *os.File) error {
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) {
		return err
	}
	return nil
}

// cause drops the name of the temporary file, which says nothing to a reader.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
