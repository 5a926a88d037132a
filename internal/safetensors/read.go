package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"sdrm/internal/regular"
)

// Info says what a tensor of a file is.
type Info struct {
	Name  string
	DType DType
	Shape []int

	begin, end int64 // in the file
}

// File is an opened file whose header has been checked. Its tensors are read
// one by one into the caller's memory.
type File struct {
	Metadata map[string]string
	Tensors  []Info // in the order of their bytes

	r      io.ReaderAt
	closer io.Closer
	byName map[string]int
}

// Open opens the file at path and checks its header. Errors name path.
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

// fromTorch tells how a state_dict becomes safetensors.
const fromTorch = `of a state_dict: python3 -c 'import sys, torch, safetensors.torch as s; s.save_file(torch.load(sys.argv[1], map_location="cpu", weights_only=True), sys.argv[2])' IN.pt OUT.safetensors`

// isTorch tells whether a file begins as those of torch.save: a zip archive, before
// PyTorch 1.6 a pickle of protocol 2 or later.
func isTorch(start [8]byte) bool {
	return bytes.HasPrefix(start[:], []byte("PK\x03\x04")) || start[0] == 0x80 && start[1] >= 2 && start[1] <= 5
}

// NewFile checks the header of the size bytes of r.
func NewFile(r io.ReaderAt, size int64) (*File, error) {
	var length [8]byte
	if size < 8 {
		return nil, fmt.Errorf("has %d bytes, a safetensors file has at least 8", size)
	}
	if _, err := r.ReadAt(length[:], 0); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n < 2 || n > maxHeader || int64(n) > size-8 {
		if isTorch(length) {
			return nil, errors.New("is a zip or a pickle, as torch.save writes them, want safetensors; " + fromTorch)
		}
		if size < 10 {
			return nil, fmt.Errorf("has %d bytes, want safetensors, of at least 10", size)
		}
		return nil, fmt.Errorf("claims a header of %d bytes, want 2 to %d", n, min(maxHeader, size-8))
	}
	header := make([]byte, n)
	if _, err := r.ReadAt(header, 8); err != nil {
		return nil, err
	}
	f := &File{r: r, byName: map[string]int{}}
	if err := f.parse(header); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if err := f.place(8+int64(n), size); err != nil {
		return nil, err
	}
	return f, nil
}

// parse reads the header key by key: decoding into a map would let a second
// tensor of the same name replace the first without a word.
func (f *File) parse(header []byte) error {
	if header[0] != '{' {
		return errors.New("does not begin with {")
	}
	d := json.NewDecoder(bytes.NewReader(header))
	err := eachField(d, func(name string) error {
		if len(name) > maxName {
			return fmt.Errorf("tensor %.64q…: its name has %d bytes, want at most %d", name, len(name), maxName)
		}
		if name == metadataKey {
			f.Metadata = map[string]string{}
			err := eachField(d, func(key string) error {
				var text string
				err := d.Decode(&text)
				f.Metadata[key] = text
				return err
			})
			if err != nil {
				return fmt.Errorf("%q: %w", name, err)
			}
			return nil
		}
		info, err := parseEntry(d, name)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
		f.Tensors = append(f.Tensors, info)
		return nil
	})
	if err != nil {
		return err
	}
	if rest := bytes.TrimRight(header[d.InputOffset():], " "); len(rest) > 0 {
		return fmt.Errorf("%d bytes follow the object", len(rest))
	}
	return nil
}

// eachField reads an object, in which no key may appear twice, and has read read the
// value of each.
func eachField(d *json.Decoder, read func(key string) error) error {
	if token, err := d.Token(); err != nil {
		return err
	} else if token != json.Delim('{') {
		return fmt.Errorf("found %v, want an object", token)
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		key := token.(string) // keys of an object are strings, else Token fails
		if seen[key] {
			return fmt.Errorf("%q appears twice", key)
		}
		seen[key] = true
		if err := read(key); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func parseEntry(d *json.Decoder, name string) (Info, error) {
	var e entry
	err := eachField(d, func(key string) error {
		switch key {
		case "dtype":
			return d.Decode(&e.DType)
		case "shape":
			return d.Decode(&e.Shape)
		case "data_offsets":
			return d.Decode(&e.Offsets)
		}
		return fmt.Errorf("%.64q, want dtype, shape and data_offsets", key)
	})
	if err != nil {
		return Info{}, err
	}
	if e.DType.size() == 0 {
		return Info{}, fmt.Errorf("dtype %q, want %s or %s", e.DType, F32, I64)
	}
	if e.Shape == nil {
		return Info{}, errors.New("has no shape")
	}
	n, err := elements(e.Shape)
	if err != nil {
		return Info{}, err
	}
	if len(e.Offsets) != 2 {
		return Info{}, fmt.Errorf("%d data_offsets, want 2", len(e.Offsets))
	}
	begin, end := e.Offsets[0], e.Offsets[1]
	// Both bounds are tested before they are subtracted, so nothing overflows.
	if begin < 0 || end < begin || n > (end-begin)/e.DType.size() || n*e.DType.size() != end-begin {
		return Info{}, fmt.Errorf("data_offsets %d to %d do not hold shape %v of %s", begin, end, e.Shape, e.DType)
	}
	return Info{Name: name, DType: e.DType, Shape: e.Shape, begin: begin, end: end}, nil
}

// place orders the tensors by their bytes and checks that they tile the file
// from data, where the header ends, to size.
func (f *File) place(data, size int64) error {
	slices.SortStableFunc(f.Tensors, func(a, b Info) int { return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end)) })
	var at int64
	for i := range f.Tensors {
		t := &f.Tensors[i]
		if t.begin != at {
			return fmt.Errorf("tensor %q begins at byte %d of the data, want %d: tensors leave no gap and do not overlap", t.Name, t.begin, at)
		}
		at = t.end
		t.begin += data
		f.byName[t.Name] = i
	}
	if at != size-data {
		return fmt.Errorf("has %d bytes of data, its header describes %d", size-data, at)
	}
	return nil
}

// Lookup returns what the tensor called name is.
func (f *File) Lookup(name string) (Info, bool) {
	i, ok := f.byName[name]
	if !ok {
		return Info{}, false
	}
	return f.Tensors[i], true
}

// ReadF32 fills dst with the elements of the tensor called name, which must be
// of type F32 and the given shape. len(dst) must be the shape's product.
func (f *File) ReadF32(name string, shape []int, dst []float32) error {
	return f.read(name, F32, shape, len(dst), func(at int, b []byte) {
		dst[at] = math.Float32frombits(binary.LittleEndian.Uint32(b))
	})
}

// ReadI64 is ReadF32 for tensors of type I64.
func (f *File) ReadI64(name string, shape []int, dst []int64) error {
	return f.read(name, I64, shape, len(dst), func(at int, b []byte) {
		dst[at] = int64(binary.LittleEndian.Uint64(b))
	})
}

func (f *File) read(name string, dtype DType, shape []int, n int, put func(at int, b []byte)) error {
	t, ok := f.Lookup(name)
	if !ok {
		return fmt.Errorf("tensor %q is missing", name)
	}
	if t.DType != dtype || !slices.Equal(t.Shape, shape) {
		return fmt.Errorf("tensor %q is %s %v, want %s %v", name, t.DType, t.Shape, dtype, shape)
	}
	if want, err := elements(shape); err != nil || want != int64(n) {
		panic(fmt.Sprintf("safetensors: read: %d elements do not fill shape %v", n, shape))
	}
	size := int(dtype.size())
	buf := make([]byte, 1<<15)
	for i := 0; i < n; {
		chunk := buf[:min(len(buf), (n-i)*size)]
		if _, err := f.r.ReadAt(chunk, t.begin+int64(i*size)); err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
		for ; len(chunk) > 0; i++ {
			put(i, chunk)
			chunk = chunk[size:]
		}
	}
	return nil
}
