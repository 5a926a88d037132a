package safetensors

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// Tensor is a named array to be written: F32 or I64 holds its elements in
// row-major order, the other is nil.
type Tensor struct {
	Name  string
	Shape []int
	F32   []float32
	I64   []int64
}

func (t *Tensor) dtype() (DType, int) {
	if t.I64 != nil {
		return I64, len(t.I64)
	}
	return F32, len(t.F32)
}

// entry is a tensor in the header.
type entry struct {
	DType   DType   `json:"dtype"`
	Shape   []int   `json:"shape"`
	Offsets []int64 `json:"data_offsets"`
}

// Write writes the tensors in the given order, with metadata, which may be nil.
// Names must differ and lengths must fit the shapes; the bytes written depend
// on the arguments alone.
func Write(w io.Writer, metadata map[string]string, tensors []Tensor) error {
	header, err := header(metadata, tensors)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<15) // keeps the first error for Flush
	b.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header))))
	b.Write(header)
	for _, t := range tensors {
		for _, x := range t.F32 {
			b.Write(binary.LittleEndian.AppendUint32(b.AvailableBuffer(), math.Float32bits(x)))
		}
		for _, x := range t.I64 {
			b.Write(binary.LittleEndian.AppendUint64(b.AvailableBuffer(), uint64(x)))
		}
	}
	return b.Flush()
}

func header(metadata map[string]string, tensors []Tensor) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	field := func(name string, value any) error {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(text)
		return nil
	}
	if len(metadata) > 0 {
		if err := field(metadataKey, metadata); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{metadataKey: true}
	var at int64
	for i := range tensors {
		t := &tensors[i]
		if seen[t.Name] {
			return nil, fmt.Errorf("safetensors: name %q is used twice", t.Name)
		}
		seen[t.Name] = true
		dtype, n := t.dtype()
		want, err := elements(t.Shape)
		if err != nil {
			return nil, fmt.Errorf("safetensors: tensor %q: %w", t.Name, err)
		}
		if int64(n) != want {
			return nil, fmt.Errorf("safetensors: tensor %q: %d elements do not fill shape %v", t.Name, n, t.Shape)
		}
		shape := t.Shape
		if shape == nil {
			shape = []int{}
		}
		end := at + want*dtype.size()
		if err := field(t.Name, entry{dtype, shape, []int64{at, end}}); err != nil {
			return nil, err
		}
		at = end
	}
	b.WriteByte('}')
	// Spaces align the data to eight bytes, as the reference implementation does.
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	if b.Len() > maxHeader {
		return nil, fmt.Errorf("safetensors: header has %d bytes, want at most %d", b.Len(), maxHeader)
	}
	return b.Bytes(), nil
}
