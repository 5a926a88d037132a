// Package parallel runs loops over a fixed number of tasks on a few persistent
// workers. The caller works too, a loop inside a loop runs in the caller, and a
// warm loop allocates nothing.
//
// How work is cut into tasks is the caller's business. It follows from shapes alone
// wherever a result depends on it; the number of workers may decide only who runs a
// task, how many tasks independent elements fall into, whether they go through several
// steps in one loop or in a loop for each, and where a chain is interrupted and continued.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// A Loop is a body that can be run over many task indices with arguments of
// type A. Loops are made once, as package variables.
type Loop[A any] struct {
	body func(args *A, i int)
	mu   sync.Mutex
	free []*call[A]
}

// call holds one run's arguments; it is reused so that running allocates nothing.
type call[A any] struct {
	loop *Loop[A]
	args A
}

func (c *call[A]) task(i int) { c.loop.body(&c.args, i) }

// NewLoop returns a loop with the given body. Calls of body with different i
// may run at the same time.
func NewLoop[A any](body func(args *A, i int)) *Loop[A] {
	return &Loop[A]{body: body}
}

// Run calls the body for every i in [0, n) and returns when all have returned.
// A panic in the body is raised again in the caller, with the same value, once
// the others are done.
func (l *Loop[A]) Run(n int, args A) {
	if n <= 0 {
		return
	}
	l.mu.Lock()
	var c *call[A]
	if k := len(l.free); k > 0 {
		c, l.free = l.free[k-1], l.free[:k-1]
	} else {
		c = &call[A]{loop: l}
	}
	l.mu.Unlock()
	c.args = args
	defer l.release(c)
	shared.run(n, c)
}

func (l *Loop[A]) release(c *call[A]) {
	var zero A
	c.args = zero
	l.mu.Lock()
	l.free = append(l.free, c)
	l.mu.Unlock()
}

type tasks interface{ task(i int) }

// pool is the one set of workers of the process.
type pool struct {
	busy  sync.Mutex // held by the loop that has the workers
	limit atomic.Int64
	trace atomic.Pointer[tracer] // nil unless loops are recorded

	current tasks
	n       int64
	_       [cacheLine]byte // all workers write next, and read what is around it
	next    atomic.Int64
	_       [cacheLine]byte
	pending atomic.Int64 // helpers woken for the current loop that have not finished it
	wake    []chan struct{}
	done    chan struct{}

	panicMu sync.Mutex
	failure any
}

// cacheLine is at least the bytes of a line of the cache.
const cacheLine = 128

var shared pool

// SetWorkers limits every following loop to n workers, the caller included.
// n < 1 restores the default, GOMAXPROCS at the time of the loop. It returns the limit
// before, 0 for the default.
func SetWorkers(n int) (before int) { return int(shared.limit.Swap(int64(max(n, 0)))) }

// Workers returns the number of workers that a loop uses now.
func Workers() int {
	if n := int(shared.limit.Load()); n > 0 {
		return n
	}
	return runtime.GOMAXPROCS(0)
}

func (p *pool) run(n int, t tasks) {
	if trace := p.trace.Load(); trace != nil {
		trace.run(n, t)
		return
	}
	workers := min(Workers(), n)
	if workers == 1 || !p.busy.TryLock() {
		for i := range n {
			t.task(i)
		}
		return
	}
	defer p.busy.Unlock()
	for len(p.wake) < workers-1 {
		ch := make(chan struct{}, 1)
		p.wake = append(p.wake, ch)
		go p.help(ch)
	}
	if p.done == nil {
		p.done = make(chan struct{}, 1)
	}
	p.current, p.n, p.failure = t, int64(n), nil
	p.next.Store(0)
	p.pending.Store(int64(workers - 1))
	for _, ch := range p.wake[:workers-1] {
		ch <- struct{}{}
	}
	p.work()
	p.wait(p.wake[:workers-1])
	p.current = nil
	if p.failure != nil {
		panic(p.failure)
	}
}

// help is a persistent worker: it looks for the next loop for a short while
// before it sleeps, because loops of one training step follow each other
// within microseconds.
func (p *pool) help(wake chan struct{}) {
	for {
		spin(func() bool { return len(wake) > 0 })
		<-wake
		p.work()
		if p.pending.Add(-1) == 0 {
			p.done <- struct{}{}
		}
	}
}

// wait returns when no worker is in the current loop. A worker that has not yet
// answered the wake-up need not any more: on a busy machine it could take
// longer to come than the loop took.
func (p *pool) wait(woken []chan struct{}) {
	for _, wake := range woken {
		select {
		case <-wake:
			if p.pending.Add(-1) == 0 {
				return
			}
		default:
		}
	}
	spin(func() bool { return p.pending.Load() == 0 })
	<-p.done
}

// spin polls until ready, but no longer than about a tenth of a millisecond: to
// wake a sleeping thread takes a virtual machine that long and more, and to poll
// longer takes time from the work where other programs share the cores. Between
// rounds it lets other goroutines run.
func spin(ready func() bool) {
	const rounds, polls = 100, 1000
	for range rounds {
		for range polls {
			if ready() {
				return
			}
		}
		runtime.Gosched()
	}
}

// work takes task indices until none is left. After a panic the remaining
// tasks are dropped.
func (p *pool) work() {
	defer func() {
		if r := recover(); r != nil {
			p.panicMu.Lock()
			if p.failure == nil {
				p.failure = r
			}
			p.panicMu.Unlock()
			p.next.Store(p.n)
		}
	}()
	for n, t := p.n, p.current; ; {
		i := p.next.Add(1) - 1
		if i >= n {
			return
		}
		t.task(int(i))
	}
}
