// Package weights names a model's parameters and buffers to the world outside:
// their digest, and the files that hold them, one format a file.
package weights

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"

	"sdrm/internal/safetensors"
	"sdrm/layers"
)

// Digest returns the SHA-256 of a model's parameters and buffers as PyTorch
// lays them out. It hashes, for every tensor in the order of names: the name's
// length and bytes, the number of dimensions and each of them, and the
// elements (float32 bits, or int64 for counters). All numbers are little
// endian, lengths and dimensions 8 bytes.
func Digest(entries []layers.Entry) string { return DigestTensors(Tensors(entries)) }

// Tensors returns the entries in PyTorch's layout, sorted by name.
func Tensors(entries []layers.Entry) []safetensors.Tensor {
	out := make([]safetensors.Tensor, len(entries))
	for i, e := range entries {
		data, dims := e.Export()
		out[i] = safetensors.Tensor{Name: e.Name, Shape: dims, F32: data}
		if e.Layout == layers.Scalar {
			out[i].F32, out[i].I64 = nil, []int64{int64(data[0])}
		}
	}
	Sort(out)
	return out
}

// Sort sorts tensors by name.
func Sort(tensors []safetensors.Tensor) {
	slices.SortFunc(tensors, func(a, b safetensors.Tensor) int { return cmp.Compare(a.Name, b.Name) })
}

// DigestTensors returns the Digest of sorted tensors.
func DigestTensors(tensors []safetensors.Tensor) string {
	sum := sha256.New()
	b := bufio.NewWriterSize(sum, 1<<15) // a hash takes everything
	number := func(x uint64) { b.Write(binary.LittleEndian.AppendUint64(b.AvailableBuffer(), x)) }
	for _, t := range tensors {
		number(uint64(len(t.Name)))
		b.WriteString(t.Name)
		number(uint64(len(t.Shape)))
		for _, n := range t.Shape {
			number(uint64(n))
		}
		for _, x := range t.F32 {
			b.Write(binary.LittleEndian.AppendUint32(b.AvailableBuffer(), math.Float32bits(x)))
		}
		for _, x := range t.I64 {
			number(uint64(x))
		}
	}
	b.Flush()
	return hex.EncodeToString(sum.Sum(nil))
}
