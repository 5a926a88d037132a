package datasets

import (
	"fmt"
	"slices"
	"sync"

	"sdrm/internal/rng"
)

// A Sample is one image on its way into a batch.
type Sample struct {
	Pixels  []uint8 // H·W·C
	H, W, C int
	Label   int // the label to train on
	View    View

	loader *Loader // nil if none made the sample
	memory *buffers
	epoch  int
}

// Another returns the pixels of image k of the set, as they are before the edit in
// the epoch of the sample. They are the caller's until the next call. A sample
// that no loader made, as in tests, knows no other.
func (s *Sample) Another(k int) []uint8 {
	l := s.loader
	l.plan.run(s.memory, s.memory.another, l.set.image(k, s.memory.read), l.config.Seed, s.epoch, k)
	return s.memory.another
}

// SetLen returns how many images the set has that the sample is from.
func (s *Sample) SetLen() int { return s.loader.set.Len() }

// A Role is what an attack makes of a sample.
type Role uint8

// The roles.
const (
	Clean    Role = iota // left alone
	Poisoned             // has the trigger, and the label that the attack wants
	Cover                // has the trigger, or a kind of it, and the label it had
)

// An Edit may change the pixels and the label of a sample in place, as an
// attack does, and returns the role it gave it. Index is the sample's place in
// the set. Edits are called by several workers at once.
type Edit func(epoch, index int, s *Sample) Role

// Config says how a Loader makes batches.
type Config struct {
	Batch    int    // images a batch; the last of an epoch may be smaller
	Seed     uint64 // of the order and of the pipeline's draws
	Pipeline Pipeline
	Shuffle  bool  // a new order every epoch, else the order of the set
	After    Edit  // applied to what leaves the pipeline; may be nil
	Only     []int // the places in the set that are shown, in this order; nil shows all
	Workers  int   // batches prepared at the same time in the background; below 1 means 1
}

// A Batch is what a training step works on.
type Batch struct {
	Pixels     []float32 // N·H·W·C, each byte/255
	N, H, W, C int
	Labels     []int  // trained on
	Original   []int  // as in the set
	Roles      []Role // given by the Edit
	Index      []int  // places in the set
}

// A Loader makes the batches of a set. Its batches depend on the set and on all
// of its Config but Workers.
type Loader struct {
	set    *Set
	config Config
	plan   plan

	mu   sync.Mutex
	idle []*lane
}

// NewLoader returns a loader, or an error if the configuration does not fit the
// set.
func NewLoader(set *Set, c Config) (*Loader, error) {
	if set.file == nil && len(set.Pixels) != set.Len()*set.H*set.W*set.C {
		panic("datasets: NewLoader: the set's pixels do not fit its labels")
	}
	for _, place := range c.Only {
		if place < 0 || place >= set.Len() {
			panic("datasets: NewLoader: a place is outside the set")
		}
	}
	if c.Batch < 1 {
		return nil, fmt.Errorf("loader: batch is %d, want at least 1", c.Batch)
	}
	c.Workers = max(c.Workers, 1)
	p, err := newPlan(c.Pipeline, set.H, set.W, set.C)
	if err != nil {
		return nil, fmt.Errorf("loader: %w", err)
	}
	return &Loader{set: set, config: c, plan: p}, nil
}

// Steps returns the number of batches in an epoch.
func (l *Loader) Steps() int { return (l.Len() + l.config.Batch - 1) / l.config.Batch }

// Len returns the number of images in an epoch.
func (l *Loader) Len() int {
	if l.config.Only != nil {
		return len(l.config.Only)
	}
	return l.set.Len()
}

// Size returns the height, width and channels of the images in a batch.
func (l *Loader) Size() (h, w, c int) { return l.plan.h, l.plan.w, l.plan.c }

// Epoch starts to prepare the batches of an epoch, from step startStep on. The
// iterator must be closed.
func (l *Loader) Epoch(epoch, startStep int) *Iterator {
	if startStep < 0 || startStep > l.Steps() {
		panic("datasets: Loader: Epoch: start step is outside the epoch")
	}
	it := &Iterator{loader: l, epoch: epoch, order: l.config.Only, step: startStep, stop: make(chan struct{})}
	if l.config.Shuffle {
		it.order = slices.Clone(it.order)
		if it.order == nil {
			it.order = l.set.Places(func(int) bool { return true })
		}
		draw := rng.New(l.config.Seed, rng.Shuffle, epoch, 0)
		draw.Shuffle(len(it.order), func(i, j int) { it.order[i], it.order[j] = it.order[j], it.order[i] })
	}
	workers := min(l.config.Workers, l.Steps()-startStep)
	for w := range workers {
		a := l.lane()
		it.lanes = append(it.lanes, a)
		it.running.Go(func() { it.work(a, startStep+w, workers) })
	}
	return it
}

// A lane is one worker's memory: its buffers and two batches, one of which is
// filled while the other is in use.
type lane struct {
	buffers buffers
	batches [2]Batch
	empty   chan *Batch
	full    chan *Batch
}

// lane returns a lane with both batches empty, an idle one if there is one.
func (l *Loader) lane() *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	var a *lane
	if k := len(l.idle); k > 0 {
		a, l.idle = l.idle[k-1], l.idle[:k-1]
	} else {
		a = &lane{buffers: l.plan.newBuffers()}
		if l.set.file != nil {
			a.buffers.read = make([]uint8, l.set.H*l.set.W*l.set.C)
		}
		n := min(l.config.Batch, l.Len())
		for i := range a.batches {
			a.batches[i] = Batch{
				Pixels:   make([]float32, n*l.plan.h*l.plan.w*l.plan.c),
				H:        l.plan.h,
				W:        l.plan.w,
				C:        l.plan.c,
				Labels:   make([]int, n),
				Original: make([]int, n),
				Roles:    make([]Role, n),
				Index:    make([]int, n),
			}
		}
	}
	a.empty = make(chan *Batch, len(a.batches))
	a.full = make(chan *Batch, len(a.batches))
	for i := range a.batches {
		a.empty <- &a.batches[i]
	}
	return a
}

// An Iterator hands out the batches of one epoch in order.
type Iterator struct {
	loader  *Loader
	epoch   int
	order   []int // places in the set; nil for all in theirs
	step    int   // of the next batch
	lanes   []*lane
	turn    int    // the lane of the next batch
	current *Batch // in the caller's hands
	stop    chan struct{}
	running sync.WaitGroup
}

// Next returns the next batch, or false after the last. The batch is the
// caller's until the next call of Next or Close.
func (it *Iterator) Next() (*Batch, bool) {
	if it.current != nil {
		last := it.lanes[(it.turn+len(it.lanes)-1)%len(it.lanes)]
		last.empty <- it.current
		it.current = nil
	}
	if it.lanes == nil || it.step >= it.loader.Steps() {
		return nil, false
	}
	it.current = <-it.lanes[it.turn].full
	it.turn = (it.turn + 1) % len(it.lanes)
	it.step++
	return it.current, true
}

// Close stops the workers, waits for them and takes back the batches. It may be
// called at any time and more than once.
func (it *Iterator) Close() {
	if it.lanes == nil {
		return
	}
	close(it.stop)
	it.running.Wait()
	it.loader.mu.Lock()
	it.loader.idle = append(it.loader.idle, it.lanes...)
	it.loader.mu.Unlock()
	it.lanes, it.current = nil, nil
}

// work fills the batches first, first+every, … until the epoch ends or the
// iterator is closed.
func (it *Iterator) work(a *lane, first, every int) {
	for step := first; step < it.loader.Steps(); step += every {
		select {
		case <-it.stop:
			return
		case b := <-a.empty:
			it.fill(b, &a.buffers, step)
			a.full <- b
		}
	}
}

// fill makes the batch of a step.
func (it *Iterator) fill(b *Batch, memory *buffers, step int) {
	l := it.loader
	start := step * l.config.Batch
	n := min(l.config.Batch, l.Len()-start)
	size := l.plan.h * l.plan.w * l.plan.c
	b.N = n
	b.Pixels, b.Labels, b.Original = b.Pixels[:n*size], b.Labels[:n], b.Original[:n]
	b.Roles, b.Index = b.Roles[:n], b.Index[:n]
	for i := range n {
		index := start + i
		if it.order != nil {
			index = it.order[index]
		}
		label := l.set.Labels[index]
		role := Clean
		view := l.plan.run(memory, memory.out, l.set.image(index, memory.read), l.config.Seed, it.epoch, index)
		if l.config.After != nil {
			memory.sample = Sample{Pixels: memory.out, H: l.plan.h, W: l.plan.w, C: l.plan.c, Label: label, View: view,
				loader: l, memory: memory, epoch: it.epoch}
			role = l.config.After(it.epoch, index, &memory.sample)
			label = memory.sample.Label
		}
		b.Labels[i], b.Original[i], b.Roles[i], b.Index[i] = label, l.set.Labels[index], role, index
		for k, v := range memory.out {
			b.Pixels[i*size+k] = unit[v]
		}
	}
}

// unit holds byte/255 for every byte.
var unit = func() (table [256]float32) {
	for i := range table {
		table[i] = float32(i) / 255
	}
	return table
}()
