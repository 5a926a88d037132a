// Package safetensors reads and writes the safetensors format: eight bytes of
// header length (little endian), a JSON header that gives every tensor's type,
// shape and place, and the tensors' bytes without gaps.
//
// A file is not trusted. Its header is checked against the file's size before
// memory is taken for it, the tensors must tile the data exactly, and tensors
// are read into memory that the caller has sized.
package safetensors

import "fmt"

// DType is the type of a tensor's elements.
type DType string

// The types that this package reads and writes.
const (
	F32 DType = "F32"
	I64 DType = "I64"
)

var sizes = map[DType]int64{F32: 4, I64: 8}

// size returns the bytes of an element, 0 for an unknown type.
func (d DType) size() int64 { return sizes[d] }

const (
	// maxHeader is the longest header that is read, in bytes, of which a tensor
	// takes about 100. The format's reference implementation accepts 100 MB.
	maxHeader = 1 << 20
	// maxName is the longest name of a tensor, in bytes.
	maxName = 256
)

// metadataKey is the header's one key that is not a tensor: a map of strings.
const metadataKey = "__metadata__"

// elements returns the product of the dimensions.
func elements(shape []int) (int64, error) {
	n := int64(1)
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative dimension", shape)
		}
		if d > 0 && n > (1<<62)/int64(d) {
			return 0, fmt.Errorf("shape %v is too large", shape)
		}
		n *= int64(d)
	}
	return n, nil
}
