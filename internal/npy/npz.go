package npy

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"sdrm/internal/regular"
	"sdrm/internal/ziplist"
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
		if err := write(entry, a.Array); err != nil {
			return err
		}
	}
	return z.Close()
}

const (
	// maxInflation is how many bytes one byte of deflated data can stand for
	// (Deutsch, RFC 1951: 258 bytes in two bits); an entry that claims more is refused.
	maxInflation = 1032
	// maxDirectory bounds the bytes of an archive's list of entries, of which each
	// takes about 100.
	maxDirectory = 1 << 20
)

// Info says what an array of a file is.
type Info struct {
	Name  string // as numpy.load gives it
	Shape []int

	entry    *zip.File
	elements int64
}

// File is an opened .npz file whose names and headers have been checked. Its
// arrays are read one by one.
type File struct {
	Arrays []Info // in their order

	closer io.Closer
}

// Open opens the file at path. Errors name path.
func Open(path string) (*File, error) {
	f, size, err := regular.Open(path)
	if err != nil {
		return nil, err
	}
	file, err := NewFile(f, size)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	file.closer = f
	return file, nil
}

// Close closes a file that Open opened.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// NewFile reads the names and the headers of the arrays in the size bytes of r.
func NewFile(r io.ReaderAt, size int64) (*File, error) {
	z, err := ziplist.NewReader(r, size, maxDirectory)
	if err != nil {
		return nil, fmt.Errorf("%w, want arrays as numpy.savez writes them", err)
	}
	f := &File{}
	seen := map[string]bool{}
	room := uint64(size) // entries do not share bytes
	for _, entry := range z.File {
		name, ok := strings.CutSuffix(entry.Name, extension)
		if !ok || name == "" || seen[name] {
			return nil, fmt.Errorf("entry %q: want different names that end in %s", entry.Name, extension)
		}
		seen[name] = true
		if entry.CompressedSize64 > room {
			return nil, fmt.Errorf("entry %q: the entries up to it claim more than the %d bytes of the file", entry.Name, size)
		}
		room -= entry.CompressedSize64
		info, err := newInfo(name, entry)
		if err != nil {
			return nil, fmt.Errorf("entry %q: %w", entry.Name, err)
		}
		f.Arrays = append(f.Arrays, info)
	}
	return f, nil
}

func newInfo(name string, entry *zip.File) (Info, error) {
	claimed, held := entry.UncompressedSize64, entry.CompressedSize64
	if claimed > math.MaxInt64 || claimed/maxInflation > held || entry.Method == zip.Store && claimed != held {
		return Info{}, fmt.Errorf("claims %d bytes, which the %d in the file cannot hold", claimed, held)
	}
	r, err := entry.Open()
	if err != nil {
		return Info{}, err
	}
	defer r.Close()
	shape, n, err := readHead(r, int64(claimed))
	return Info{name, shape, entry, n}, err
}

// Read returns array i. Before it takes memory for the elements, it inflates what
// is deflated to see whether they are there.
func (f *File) Read(i int) (Array, error) {
	info := &f.Arrays[i]
	a, err := info.read()
	if err != nil {
		return Array{}, fmt.Errorf("entry %q: %w", info.entry.Name, err)
	}
	return a, nil
}

func (n *Info) read() (Array, error) {
	if n.entry.Method != zip.Store {
		// To its end, where the sum over the entry is compared.
		if err := n.open(func(r io.Reader) error {
			_, err := io.Copy(io.Discard, r)
			return err
		}); err != nil {
			return Array{}, err
		}
	}
	var a Array
	return a, n.open(func(r io.Reader) error {
		shape, elements, err := readHead(r, int64(n.entry.UncompressedSize64))
		if err != nil {
			return err
		}
		a = Array{shape, make([]float32, elements)}
		if err := readElements(r, a.Data); err != nil {
			return err
		}
		rest, err := io.Copy(io.Discard, r)
		if rest > 0 {
			err = fmt.Errorf("%d bytes follow the array", rest)
		}
		return err
	})
}

// open lets use read the entry.
func (n *Info) open(use func(io.Reader) error) error {
	r, err := n.entry.Open()
	if err != nil {
		return err
	}
	return errors.Join(use(r), r.Close())
}
