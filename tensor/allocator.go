package tensor

import "sync"

// Allocator keeps the memory of tensors that are out of use for the next ones.
// Long tensors are cut out of an arena, short ones serve again where exactly
// their length is asked for. The zero value is an empty allocator.
type Allocator struct {
	mu    sync.Mutex
	arena arena
	short map[int][]*Tensor // by length
	usage Usage
}

// Usage is how many bytes an allocator's tensors take.
type Usage struct {
	Now, Peak int // in use, and the most that ever were at once
	Touched   int // of the machine: gaps between tensors count too
}

// Usage returns what has been used so far.
func (a *Allocator) Usage() Usage {
	a.mu.Lock()
	defer a.mu.Unlock()
	u := a.usage
	for _, s := range a.arena.segments {
		u.Touched += floatBytes * s.reach
	}
	return u
}

// ForgetPeak makes the peak of Usage begin anew.
func (a *Allocator) ForgetPeak() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.usage.Peak = a.usage.Now
}

const floatBytes = 4

// longTensor is the length from which a tensor comes from the arena; what is
// shorter does not add up to much.
const longTensor = 1 << 14

// Scratch is what algorithms take their temporary memory from.
var Scratch Allocator

// Get returns a tensor of the given shape with unspecified contents.
func (a *Allocator) Get(shape Shape) *Tensor {
	n := shape.Len()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.usage.Now += floatBytes * n
	a.usage.Peak = max(a.usage.Peak, a.usage.Now)
	var t *Tensor
	if n >= longTensor {
		t = a.arena.get(n)
	} else if list := a.short[n]; len(list) > 0 {
		t = list[len(list)-1]
		a.short[n] = list[:len(list)-1]
	} else {
		t = New(shape)
		a.usage.Touched += floatBytes * n
	}
	t.Shape = shape
	return t
}

// Floats returns n floats with unspecified contents, as a tensor of one row.
func (a *Allocator) Floats(n int) *Tensor { return a.Get(Shape{1, 1, 1, n}) }

// Put takes back what Get or Floats has returned, and passes nil over; the caller
// must not use the tensors any more.
func (a *Allocator) Put(tensors ...*Tensor) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.short == nil {
		a.short = map[int][]*Tensor{}
	}
	for _, t := range tensors {
		if t != nil {
			a.usage.Now -= floatBytes * len(t.Data)
		}
		switch {
		case t == nil:
		case t.segment != nil:
			a.arena.put(t)
		default:
			a.short[len(t.Data)] = append(a.short[len(t.Data)], t)
		}
	}
}
