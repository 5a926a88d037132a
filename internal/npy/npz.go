package npy

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"sdrm/internal/regular"
)

// Named is an array of an .npz file.
type Named struct {
	Name string // as numpy.load gives it
	Array
}

const extension = ".npy"

// WriteZip writes the arrays as numpy.savez does, in their order. The bytes
// depend on the arguments alone.
func WriteZip(w io.Writer, arrays []Named) error {
	z := zip.NewWriter(w)
	seen := map[string]bool{}
	for _, a := range arrays {
		if a.Name == "" || seen[a.Name] {
			return fmt.Errorf("npy: array name %q is empty or used twice", a.Name)
		}
		seen[a.Name] = true
		entry, err := z.CreateHeader(&zip.FileHeader{Name: a.Name + extension, Method: zip.Store})
		if err != nil {
			return err
		}
		if err := Write(entry, a.Array); err != nil {
			return err
		}
	}
	return z.Close()
}

// maxInflation is how many bytes one byte of deflated data can stand for
// (Deutsch, RFC 1951: 258 bytes in two bits); an entry that claims more lies.
const maxInflation = 1032

// ReadZip reads all arrays of the size bytes of r.
func ReadZip(r io.ReaderAt, size int64) ([]Named, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var arrays []Named
	room := uint64(size) // entries do not share bytes
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, extension)
		if !ok || name == "" || seen[name] {
			return nil, fmt.Errorf("entry %q: want different names that end in %s", f.Name, extension)
		}
		seen[name] = true
		if f.CompressedSize64 > room {
			return nil, fmt.Errorf("entry %q: the entries up to it claim more than the %d bytes of the file", f.Name, size)
		}
		room -= f.CompressedSize64
		a, err := readEntry(f)
		if err != nil {
			return nil, fmt.Errorf("entry %q: %w", f.Name, err)
		}
		arrays = append(arrays, Named{name, a})
	}
	return arrays, nil
}

func readEntry(f *zip.File) (Array, error) {
	claimed, held := f.UncompressedSize64, f.CompressedSize64
	if claimed > math.MaxInt64 || claimed/maxInflation > held {
		return Array{}, fmt.Errorf("claims %d bytes, which %d compressed ones cannot hold", claimed, held)
	}
	r, err := f.Open()
	if err != nil {
		return Array{}, err
	}
	a, err := Read(r, int64(claimed))
	if err == nil {
		// Reading on to the end checks the sum over the entry.
		var n int64
		if n, err = io.Copy(io.Discard, r); n > 0 {
			err = fmt.Errorf("%d bytes follow the array", n)
		}
	}
	return a, errors.Join(err, r.Close())
}

// OpenZip reads all arrays of the file at path. Errors name path.
func OpenZip(path string) ([]Named, error) {
	f, size, err := regular.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	arrays, err := ReadZip(f, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return arrays, nil
}
