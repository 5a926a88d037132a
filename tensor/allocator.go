package tensor

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// Allocator keeps the memory of tensors that are out of use for the next ones.
// Long tensors are cut out of an arena; short ones, which tasks ask for all the time,
// have memory for a power of two of floats and a lock for each. The zero value is an
// empty allocator.
type Allocator struct {
	now, peak atomic.Int64 // bytes, see Usage
	short     [shortClasses]shortTensors

	mu    sync.Mutex
	arena arena
}

// shortTensors are those of up to 1<<class floats that are out of use.
type shortTensors struct {
	mu    sync.Mutex
	free  []*Tensor
	count int // of all, also those in use
}

// Usage is how many bytes an allocator's tensors take.
type Usage struct {
	Now, Peak int // in use, and the most that ever were at once
	Touched   int // of the machine: gaps between tensors count too
}

// Usage returns what has been used so far.
func (a *Allocator) Usage() Usage {
	u := Usage{Now: int(a.now.Load()), Peak: int(a.peak.Load())}
	for class := range a.short {
		s := &a.short[class]
		s.mu.Lock()
		u.Touched += floatBytes * s.count << class
		s.mu.Unlock()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.arena.segments {
		u.Touched += floatBytes * s.reach
	}
	return u
}

// ForgetPeak makes the peak of Usage begin anew.
func (a *Allocator) ForgetPeak() { a.peak.Store(a.now.Load()) }

const floatBytes = 4

// longTensor is the length from which a tensor comes from the arena; what is
// shorter does not add up to much.
const longTensor = 1 << 14

// shortClass is the least power of two that so many floats fit in, and shortClasses how
// many those of short tensors are.
func shortClass(floats int) int { return bits.Len(uint(max(floats, 1) - 1)) }

const shortClasses = 15

// Scratch is what algorithms take their temporary memory from.
var Scratch Allocator

// Get returns a tensor of the given shape with unspecified contents.
func (a *Allocator) Get(shape Shape) *Tensor {
	n := shape.Len()
	now := a.now.Add(int64(floatBytes * n))
	for peak := a.peak.Load(); now > peak && !a.peak.CompareAndSwap(peak, now); {
		peak = a.peak.Load()
	}
	t := a.memory(n)
	t.Shape = shape
	return t
}

// memory returns a tensor of n floats.
func (a *Allocator) memory(n int) *Tensor {
	if n >= longTensor {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.arena.get(n)
	}
	class := shortClass(n)
	t := a.short[class].get(class)
	t.Data = t.Data[:n]
	return t
}

// get returns a tensor of 1<<class floats.
func (s *shortTensors) get(class int) *Tensor {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.free) - 1; last >= 0 {
		t := s.free[last]
		s.free = s.free[:last]
		t.out = true
		return t
	}
	s.count++
	return &Tensor{Data: make([]float32, 1<<class), short: s, out: true}
}

// Floats returns n floats with unspecified contents, as a tensor of one row.
func (a *Allocator) Floats(n int) *Tensor { return a.Get(Shape{1, 1, 1, n}) }

// Put takes back what Get or Floats has returned, and passes nil over; the caller
// must not use the tensors any more.
func (a *Allocator) Put(tensors ...*Tensor) {
	for _, t := range tensors {
		if t == nil {
			continue
		}
		a.now.Add(int64(-floatBytes * len(t.Data)))
		if t.segment != nil {
			a.putLong(t)
			continue
		}
		class := shortClass(cap(t.Data))
		switch {
		case t.short == nil:
			panic("tensor: Put: the tensor is no allocator's")
		case class >= shortClasses || t.short != &a.short[class]:
			panic("tensor: Put: the tensor is another allocator's")
		}
		t.short.put(t)
	}
}

func (a *Allocator) putLong(t *Tensor) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arena.put(t)
}

func (s *shortTensors) put(t *Tensor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !t.out {
		panic("tensor: Put: the tensor was given back before")
	}
	t.out = false
	s.free = append(s.free, t)
}
