// Package npy reads and writes NumPy's .npy and .npz files of float32 arrays in
// row-major order (NumPy's "NEP 1"): a magic number, a header that is a Python
// dictionary, and the elements; an .npz file is a ZIP archive of such files.
//
// A file is not trusted: its header is checked against the bytes that are there
// before memory is taken for the elements.
package npy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Array is an array of float32 in row-major order.
type Array struct {
	Shape []int
	Data  []float32
}

const (
	magic = "\x93NUMPY"
	// align is what the elements' place in the file is a multiple of.
	align = 64
	// maxHeader is the longest header that is read, in bytes. NumPy writes less
	// than 128 for arrays of few dimensions.
	maxHeader = 1 << 16
)

// write writes the array as numpy.save does.
func write(w io.Writer, a Array) error {
	n, err := elements(a.Shape)
	if err != nil {
		return fmt.Errorf("npy: %w", err)
	}
	if n != int64(len(a.Data)) {
		return fmt.Errorf("npy: %d elements do not fill shape %v", len(a.Data), a.Shape)
	}
	header := fmt.Appendf(nil, "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }", tuple(a.Shape))
	for (len(magic)+4+len(header)+1)%align != 0 {
		header = append(header, ' ')
	}
	header = append(header, '\n')
	if len(header) > math.MaxUint16 {
		return fmt.Errorf("npy: an array of %d dimensions has a header of %d bytes", len(a.Shape), len(header))
	}
	b := bufio.NewWriter(w)
	b.WriteString(magic + "\x01\x00")
	b.Write(binary.LittleEndian.AppendUint16(nil, uint16(len(header))))
	b.Write(header)
	for _, v := range a.Data {
		b.Write(binary.LittleEndian.AppendUint32(b.AvailableBuffer(), math.Float32bits(v)))
	}
	return b.Flush()
}

// tuple writes a shape as Python does.
func tuple(shape []int) string {
	text := strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", ", ")
	if len(shape) == 1 {
		text += ","
	}
	return "(" + text + ")"
}

// readHead reads what comes before the elements, in a file of size bytes, and
// returns the shape and the number of elements, of which all must be there.
func readHead(r io.Reader, size int64) (shape []int, n int64, err error) {
	header, at, err := readHeader(r, size)
	if err != nil {
		return nil, 0, err
	}
	if shape, err = parseHeader(header); err == nil {
		n, err = elements(shape)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("header: %w", err)
	}
	if rest := size - at; rest%4 != 0 || n != rest/4 {
		return nil, 0, fmt.Errorf("has %d bytes of data, want 4 for each of the %d elements of shape %v", rest, n, shape)
	}
	return shape, n, nil
}

// readElements fills dst.
func readElements(r io.Reader, dst []float32) error {
	buf := make([]byte, 1<<15)
	for len(dst) > 0 {
		b := buf[:min(4*len(dst), len(buf))]
		if _, err := io.ReadFull(r, b); err != nil {
			return fmt.Errorf("data: %w", unexpected(err))
		}
		for ; len(b) > 0; b, dst = b[4:], dst[1:] {
			dst[0] = math.Float32frombits(binary.LittleEndian.Uint32(b))
		}
	}
	return nil
}

// readHeader returns the dictionary and where the elements begin.
func readHeader(r io.Reader, size int64) (header []byte, at int64, err error) {
	var start [len(magic) + 2]byte
	if _, err := io.ReadFull(r, start[:]); err != nil {
		return nil, 0, fmt.Errorf("header: %w", unexpected(err))
	}
	if string(start[:len(magic)]) != magic {
		return nil, 0, fmt.Errorf("begins with %q, a .npy file with %q", start[:len(magic)], magic)
	}
	var length [4]byte
	version, bytes := start[len(magic)], 2
	switch version {
	case 1:
	case 2, 3:
		bytes = 4
	default:
		return nil, 0, fmt.Errorf("is of version %d of the format, want 1, 2 or 3", version)
	}
	if _, err := io.ReadFull(r, length[:bytes]); err != nil {
		return nil, 0, fmt.Errorf("header: %w", unexpected(err))
	}
	at = int64(len(start) + bytes)
	n := int64(binary.LittleEndian.Uint32(length[:]))
	if n > min(maxHeader, size-at) {
		return nil, 0, fmt.Errorf("claims a header of %d bytes, want at most %d", n, max(0, min(maxHeader, size-at)))
	}
	header = make([]byte, n)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, 0, fmt.Errorf("header: %w", unexpected(err))
	}
	return header, at + n, nil
}

// unexpected makes an end of file what it is where more was promised.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// elements returns the product of the dimensions.
func elements(shape []int) (int64, error) {
	n := int64(1)
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative dimension", shape)
		}
		if d > 0 && n > (1<<60)/int64(d) {
			return 0, fmt.Errorf("shape %v is too large", shape)
		}
		n *= int64(d)
	}
	return n, nil
}
