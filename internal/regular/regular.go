// Package regular is the one way to open a file whose contents are read: it must
// be a regular file. A pipe would wait for its writer, a device has no end, and
// neither has a length that could be checked.
package regular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Open opens the regular file at path for reading, and returns its length in
// bytes. It never waits. The error names path; where something else is there, what
// was found; and where nothing is, it is fs.ErrNotExist.
func Open(path string) (file *os.File, size int64, err error) { return open(path, os.O_RDONLY) }

// Edit opens the regular file at path, or a new one, for reading and writing. Its
// error is as that of Open.
func Edit(path string) (*os.File, error) {
	file, _, err := open(path, os.O_RDWR|os.O_CREATE)
	return file, err
}

// Read returns the contents of the regular file at path, of at most the given
// number of bytes. Its error is as that of Open.
func Read(path string, most int64) ([]byte, error) {
	file, size, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if size > most {
		return nil, fmt.Errorf("%s: found %d bytes, want at most %d", path, size, most)
	}
	contents := make([]byte, size)
	if n, err := io.ReadFull(file, contents); err != nil {
		return nil, fmt.Errorf("%s: found %d bytes, of %d when it was opened: %w", path, n, size, err)
	}
	return contents, nil
}

// ReadText is Read for text in UTF-8, without the mark at its beginning that some
// editors and spreadsheets write.
func ReadText(path string, most int64) ([]byte, error) {
	text, err := Read(path, most)
	return bytes.TrimPrefix(text, []byte("\ufeff")), err
}

func open(path string, flag int) (*os.File, int64, error) {
	file, err := os.OpenFile(path, flag|withoutWaiting, 0o644)
	if err != nil {
		return nil, 0, explain(path, err)
	}
	info, err := file.Stat()
	if err == nil {
		err = Mode(info.Mode())
	}
	if err != nil {
		file.Close()
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return file, info.Size(), nil
}

// explain says why something could not be opened: it may be that it is no
// regular file.
func explain(path string, err error) error {
	info, unknown := os.Stat(path)
	if unknown == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", path, Mode(info.Mode()))
	}
	return fmt.Errorf("%s: %w", path, cause(err))
}

// cause returns what is wrong without the name of the file and of the system's call, and
// in the same words on every system that nothing is there.
func cause(err error) error {
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fs.ErrNotExist
	case errors.As(err, &at):
		return at.Err
	}
	return err
}

// ReadDir returns what is in the folder at path. Errors name path and, where nothing is,
// are fs.ErrNotExist, as those of Open.
func ReadDir(path string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, cause(err))
	}
	return entries, nil
}

// Mode returns an error that says what was found if mode is not that of a regular
// file.
func Mode(mode fs.FileMode) error {
	kind := "something else"
	switch {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		kind = "a folder"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a pipe"
	case mode&fs.ModeSocket != 0:
		kind = "a socket"
	case mode&fs.ModeDevice != 0:
		kind = "a device"
	}
	return fmt.Errorf("found %s, want a regular file", kind)
}
