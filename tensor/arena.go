package tensor

import (
	"slices"

	"sdrm/internal/hugepages"
)

// An arena cuts tensors out of a few long segments of memory, each from the
// lowest address where it fits, and joins what comes back with its neighbours.
// The passes of a model ask for the same lengths in the same order with every
// batch, so the first lays all others out, and what is wanted at different times
// shares memory.
type arena struct {
	segments []*segment
	headers  []*Tensor // tensors out of use, without memory
}

// segment is memory that is partly in use.
type segment struct {
	arena  *arena
	floats []float32
	holes  []hole // what is not in use, by address; two never touch
	reach  int    // end of the last of all tensors so far
}

// hole is length floats of a segment from at on.
type hole struct{ at, length int }

// A new segment holds segmentShare of the tensors that it is made for, but at most
// segmentLength floats if one needs no more: a small arena stays small, a large
// one is not cut up much. What no tensor has touched takes no memory of the
// machine's.
const (
	segmentShare  = 8
	segmentLength = 1 << 24
)

// cacheLine is a line of the cache in floats. Lengths are rounded up to it, so
// that no two tensors share one.
const cacheLine = 16

// get returns n floats with unspecified contents; the shape is the caller's to
// set.
func (a *arena) get(n int) *Tensor {
	length := ceilDiv(n, cacheLine) * cacheLine
	for _, s := range a.segments {
		if at, ok := s.take(length); ok {
			return a.tensor(s, at, n, length)
		}
	}
	s := &segment{arena: a, floats: make([]float32, max(length, min(segmentLength, segmentShare*length)))}
	hugepages.Advise(s.floats)
	s.holes = append(make([]hole, 0, 16), hole{0, len(s.floats)})
	a.segments = append(a.segments, s)
	at, _ := s.take(length)
	return a.tensor(s, at, n, length)
}

func (a *arena) tensor(s *segment, at, n, length int) *Tensor {
	var t *Tensor
	if k := len(a.headers); k > 0 {
		t, a.headers = a.headers[k-1], a.headers[:k-1]
	} else {
		t = new(Tensor)
	}
	*t = Tensor{Data: s.floats[at : at+n : at+length], segment: s, at: at}
	return t
}

// put takes back what get has returned.
func (a *arena) put(t *Tensor) {
	s := t.segment
	if s.arena != a {
		panic("tensor: Put: the tensor is another allocator's")
	}
	s.give(t.at, cap(t.Data))
	*t = Tensor{}
	a.headers = append(a.headers, t)
}

// take cuts length floats out of the lowest hole that is long enough.
func (s *segment) take(length int) (at int, ok bool) {
	for i, h := range s.holes {
		if h.length < length {
			continue
		}
		s.reach = max(s.reach, h.at+length)
		if h.length == length {
			s.holes = slices.Delete(s.holes, i, i+1)
		} else {
			s.holes[i] = hole{h.at + length, h.length - length}
		}
		return h.at, true
	}
	return 0, false
}

// give makes length floats from at on a hole, or part of the ones beside them.
func (s *segment) give(at, length int) {
	i := 0
	for i < len(s.holes) && s.holes[i].at < at {
		i++
	}
	if i > 0 && s.holes[i-1].at+s.holes[i-1].length == at {
		i--
		s.holes[i].length += length
	} else {
		s.holes = slices.Insert(s.holes, i, hole{at, length})
	}
	if i+1 < len(s.holes) && s.holes[i+1].at == s.holes[i].at+s.holes[i].length {
		s.holes[i].length += s.holes[i+1].length
		s.holes = slices.Delete(s.holes, i+1, i+2)
	}
}
