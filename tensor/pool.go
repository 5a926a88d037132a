package tensor

import "sync"

// Pool keeps the memory of tensors that are out of use, so that the next step
// finds it warm instead of asking for more. Long tensors are cut out of an arena,
// short ones serve again where exactly their length is asked for. The zero value
// is an empty pool.
type Pool struct {
	mu    sync.Mutex
	arena arena
	short map[int][]*Tensor // by length
}

// longTensor is the length from which a tensor comes from the arena; what is
// shorter does not add up to much.
const longTensor = 1 << 14

// Scratch is the pool that algorithms take their temporary memory from.
var Scratch Pool

// Get returns a tensor of the given shape with unspecified contents.
func (p *Pool) Get(shape Shape) *Tensor {
	n := shape.Len()
	p.mu.Lock()
	defer p.mu.Unlock()
	var t *Tensor
	if n >= longTensor {
		t = p.arena.get(n)
	} else if list := p.short[n]; len(list) > 0 {
		t = list[len(list)-1]
		p.short[n] = list[:len(list)-1]
	} else {
		t = New(shape)
	}
	t.Shape = shape
	return t
}

// Floats returns n floats with unspecified contents, as a tensor of one row.
func (p *Pool) Floats(n int) *Tensor { return p.Get(Shape{1, 1, 1, n}) }

// Put takes t, which the pool has handed out, back; the caller must not use it
// any more.
func (p *Pool) Put(t *Tensor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.segment != nil {
		p.arena.put(t)
		return
	}
	if p.short == nil {
		p.short = map[int][]*Tensor{}
	}
	n := len(t.Data)
	p.short[n] = append(p.short[n], t)
}
