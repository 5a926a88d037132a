package autograd

import "sdrm/tensor"

// Bound lets the values and gradients of passes take at most so many bytes of
// memory, as far as that can be; 0 is no bound. What is Done, but read on the way
// back, is then kept only as long as there is room, and computed again from what
// it was made of: sublinear memory in the depth of a network at the cost of forward
// passes (Chen, Xu, Zhang and Guestrin, arXiv:1604.06174). What goes is decided
// whenever a tensor is asked for, after Kirisame et al., Dynamic tensor
// rematerialization (ICLR 2021, section 3): the value with the least cost of
// computing it again, for each byte and for each op since it was used. No bit
// depends on it. A tape whose passes need more takes more: Memory tells.
func (t *Tape) Bound(bytes int) { t.bound = bytes }

// get returns a tensor for a value or a gradient.
func (t *Tape) get(shape tensor.Shape) *tensor.Tensor {
	for t.bound > 0 && t.memory.Usage().Now+shape.Bytes() > t.bound && t.evict() {
	}
	return t.memory.Get(shape)
}

// evict gives up the value that is best given up, if there is one.
func (t *Tape) evict() bool {
	var victim *Var
	least := 0.0
	for _, v := range t.owned {
		if v.Value == nil || v.again == nil || !v.done || v.kept || v.pins > 0 || v.shape.Len() < leastEvicted {
			continue
		}
		t.sums++
		cost := t.cost(v) / float64(v.shape.Len()) / float64(t.clock-v.used+1)
		if victim == nil || cost < least {
			victim, least = v, cost
		}
	}
	if victim == nil {
		return false
	}
	t.memory.Put(victim.Value)
	victim.Value = nil
	return true
}

// leastEvicted is the number of elements from which a value is worth it.
const leastEvicted = 1 << 10

// cost is about how many operations it takes to compute v again, what it is made
// of included where that was given up.
func (t *Tape) cost(v *Var) float64 {
	v.counted = t.sums
	sum := v.work
	for _, x := range v.sources {
		if x != nil && x.Value == nil && x.counted != t.sums {
			sum += t.cost(x)
		}
	}
	return sum
}

// pin keeps the value of v where it is until unpin.
func (t *Tape) pin(v *Var) {
	v.pins++
	v.used = t.clock
	t.pinned = append(t.pinned, v)
}

// unpin lets go of what was pinned since there were mark.
func (t *Tape) unpin(mark int) {
	for _, v := range t.pinned[mark:] {
		v.pins--
	}
	t.pinned = t.pinned[:mark]
}
