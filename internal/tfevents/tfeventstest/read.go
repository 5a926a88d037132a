// Package tfeventstest reads what package tfevents writes, for tests.
package tfeventstest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"sdrm/internal/tfevents"
)

// Event is a record's content.
type Event struct {
	Seconds float64 // since 1970
	Step    int64
	Version string // of the first event alone
	Scalars []tfevents.Scalar
}

// Read returns the events of a whole file.
func Read(data []byte) (events []Event, err error) {
	for len(data) > 0 {
		payload, rest, err := record(data)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", len(events), err)
		}
		e, err := event(payload)
		if err != nil {
			return nil, fmt.Errorf("event %d: %w", len(events), err)
		}
		events, data = append(events, e), rest
	}
	return events, nil
}

func record(data []byte) (payload, rest []byte, err error) {
	if len(data) < 16 {
		return nil, nil, errors.New("is cut off")
	}
	if binary.LittleEndian.Uint32(data[8:]) != tfevents.Checksum(data[:8]) {
		return nil, nil, errors.New("the checksum of the length is wrong")
	}
	n := binary.LittleEndian.Uint64(data)
	if n > uint64(len(data)-16) {
		return nil, nil, errors.New("is cut off")
	}
	payload, data = data[12:12+n], data[12+n:]
	if binary.LittleEndian.Uint32(data) != tfevents.Checksum(payload) {
		return nil, nil, errors.New("the checksum of the payload is wrong")
	}
	return payload, data[4:], nil
}

func event(message []byte) (e Event, err error) {
	err = fields(message, func(number int, bits uint64, inner []byte) error {
		switch number {
		case 1:
			e.Seconds = math.Float64frombits(bits)
		case 2:
			e.Step = int64(bits)
		case 3:
			e.Version = string(inner)
		case 5:
			return fields(inner, func(_ int, _ uint64, value []byte) error {
				e.Scalars = append(e.Scalars, tfevents.Scalar{})
				s := &e.Scalars[len(e.Scalars)-1]
				return fields(value, func(number int, bits uint64, tag []byte) error {
					if number == 1 {
						s.Tag = string(tag)
					} else {
						s.Value = math.Float32frombits(uint32(bits))
					}
					return nil
				})
			})
		}
		return nil
	})
	return e, err
}

// fields calls use with every field of a message: its number, its bits if it is a
// number, its bytes if not.
func fields(message []byte, use func(number int, bits uint64, inner []byte) error) error {
	for len(message) > 0 {
		key, n := binary.Uvarint(message)
		if n <= 0 {
			return errors.New("a key is cut off")
		}
		message = message[n:]
		var bits uint64
		var inner []byte
		size := 0
		switch wire := key & 7; wire {
		case 0:
			bits, size = binary.Uvarint(message)
		case 1:
			if size = 8; len(message) >= size {
				bits = binary.LittleEndian.Uint64(message)
			}
		case 2:
			length, n := binary.Uvarint(message)
			if n <= 0 || length > uint64(len(message)-n) {
				return errors.New("a field is cut off")
			}
			size = n + int(length)
			inner = message[n:size]
		case 5:
			if size = 4; len(message) >= size {
				bits = uint64(binary.LittleEndian.Uint32(message))
			}
		default:
			return fmt.Errorf("wire type %d", wire)
		}
		if size <= 0 || size > len(message) {
			return errors.New("a field is cut off")
		}
		if err := use(int(key>>3), bits, inner); err != nil {
			return err
		}
		message = message[size:]
	}
	return nil
}
