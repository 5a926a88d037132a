// Package tfevents writes scalars in the files that TensorBoard reads: records
// framed as TensorFlow's TFRecord, each an Event in protobuf's wire format
// (tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto).
package tfevents

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"time"
)

// Version is the file_version of the first event. TensorBoard compares it.
const Version = "brain.Event:2"

// Scalar is the value of a curve at one step. TensorBoard groups curves by what
// stands before the first slash of their tags.
type Scalar struct {
	Tag   string
	Value float32
}

// Writer writes events, each in one call of its writer's Write.
type Writer struct{ w io.Writer }

// NewWriter begins a file.
func NewWriter(w io.Writer, now time.Time) (*Writer, error) {
	e := appendBytes(event(now, 0), eventVersion, []byte(Version))
	return &Writer{w}, write(w, e)
}

// Write adds the values of some curves at a step.
func (w *Writer) Write(now time.Time, step int64, values []Scalar) error {
	var summary []byte
	for _, s := range values {
		value := appendBytes(nil, valueTag, []byte(s.Tag))
		value = append(value, valueSimple)
		value = binary.LittleEndian.AppendUint32(value, math.Float32bits(s.Value))
		summary = appendBytes(summary, summaryValue, value)
	}
	return write(w.w, appendBytes(event(now, step), eventSummary, summary))
}

// The wire types of protobuf; bytes come with their length.
const (
	varint = 0
	bits64 = 1
	bytes  = 2
	bits32 = 5
)

// The keys of the fields: the number before the wire type.
const (
	eventTime    = 1<<3 | bits64
	eventStep    = 2<<3 | varint
	eventVersion = 3<<3 | bytes
	eventSummary = 5<<3 | bytes
	summaryValue = 1<<3 | bytes
	valueTag     = 1<<3 | bytes
	valueSimple  = 2<<3 | bits32
)

// event returns the time and the step of an event, as seconds since 1970.
func event(now time.Time, step int64) []byte {
	seconds := float64(now.UnixMicro()) / 1e6
	e := binary.LittleEndian.AppendUint64([]byte{eventTime}, math.Float64bits(seconds))
	if step == 0 {
		return e // what protobuf leaves out is 0
	}
	return binary.AppendUvarint(append(e, eventStep), uint64(step))
}

func appendBytes(to []byte, key byte, field []byte) []byte {
	to = binary.AppendUvarint(append(to, key), uint64(len(field)))
	return append(to, field...)
}

// write writes a record: length, its checksum, payload, its checksum.
func write(w io.Writer, payload []byte) error {
	r := binary.LittleEndian.AppendUint64(nil, uint64(len(payload)))
	r = binary.LittleEndian.AppendUint32(r, Checksum(r))
	r = append(r, payload...)
	r = binary.LittleEndian.AppendUint32(r, Checksum(payload))
	_, err := w.Write(r)
	return err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum is the checksum of a record's parts: CRC32C, rotated and shifted so
// that data which hold checksums do not meet their own
// (tensorflow/core/lib/hash/crc32c.h).
func Checksum(data []byte) uint32 {
	sum := crc32.Checksum(data, castagnoli)
	return (sum>>15 | sum<<17) + 0xa282ead8
}
