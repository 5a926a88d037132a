package attacks

import "sync"

// bySize keeps what a trigger makes once for every height, width and number of
// channels that it meets. Its zero value is empty; it is safe for concurrent
// use.
type bySize[T any] struct {
	mu   sync.Mutex
	made map[[3]int]T
}

// get returns what there is for a size, made if this is the first time.
func (b *bySize[T]) get(h, w, c int, create func(h, w, c int) T) T {
	b.mu.Lock()
	defer b.mu.Unlock()
	size := [3]int{h, w, c}
	v, found := b.made[size]
	if !found {
		if b.made == nil {
			b.made = map[[3]int]T{}
		}
		v = create(h, w, c)
		b.made[size] = v
	}
	return v
}
