package parallel

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var workerCounts = []int{1, 2, 3, 7, 16}

// withWorkers limits the workers for the rest of a test.
func withWorkers(t *testing.T, n int) {
	SetWorkers(n)
	t.Cleanup(func() { SetWorkers(0) })
}

type marks struct{ seen []atomic.Int32 }

var markLoop = NewLoop(func(m *marks, i int) { m.seen[i].Add(1) })

func TestEveryIndexOnce(t *testing.T) {
	for _, workers := range workerCounts {
		withWorkers(t, workers)
		for _, n := range []int{-3, 0, 1, 2, 3, 15, 16, 17, 1000} {
			m := marks{make([]atomic.Int32, max(n, 0))}
			markLoop.Run(n, m)
			for i := range m.seen {
				if got := m.seen[i].Load(); got != 1 {
					t.Errorf("%d workers, %d tasks: task %d ran %d times", workers, n, i, got)
				}
			}
		}
	}
}

func TestWorkersShareTheWork(t *testing.T) {
	withWorkers(t, 3)
	type meeting struct{ here *sync.WaitGroup }
	var here sync.WaitGroup
	here.Add(3)
	// Each task waits for the other two, so one worker alone would never end.
	NewLoop(func(m *meeting, _ int) {
		m.here.Done()
		m.here.Wait()
	}).Run(3, meeting{&here})
}

func TestAtMostWorkers(t *testing.T) {
	for _, workers := range workerCounts {
		withWorkers(t, workers)
		var now, most atomic.Int32
		NewLoop(func(*struct{}, int) {
			n := now.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			runtime.Gosched()
			now.Add(-1)
		}).Run(200, struct{}{})
		if got := int(most.Load()); got > workers {
			t.Errorf("%d tasks at the same time with %d workers", got, workers)
		}
	}
}

type nested struct {
	inner *Loop[marks]
	rows  []marks
}

var nestedLoop = NewLoop(func(a *nested, i int) { a.inner.Run(len(a.rows[i].seen), a.rows[i]) })

func TestNestedLoops(t *testing.T) {
	for _, workers := range workerCounts {
		withWorkers(t, workers)
		a := nested{inner: markLoop}
		for range 20 {
			a.rows = append(a.rows, marks{make([]atomic.Int32, 50)})
		}
		nestedLoop.Run(len(a.rows), a)
		for i, row := range a.rows {
			for j := range row.seen {
				if got := row.seen[j].Load(); got != 1 {
					t.Errorf("%d workers: task %d of loop %d ran %d times", workers, j, i, got)
				}
			}
		}
	}
}

// TestNestedRunsInline: while a loop has the workers, one inside it runs in its
// caller, in order.
func TestNestedRunsInline(t *testing.T) {
	withWorkers(t, 4)
	type lists struct{ orders [4][]int }
	all := &lists{}
	type place struct {
		all *lists
		row int
	}
	inner := NewLoop(func(p *place, i int) { p.all.orders[p.row] = append(p.all.orders[p.row], i) })
	NewLoop(func(p **lists, i int) { inner.Run(100, place{*p, i}) }).Run(4, all)
	for row, order := range all.orders {
		if len(order) != 100 {
			t.Fatalf("loop %d ran %d tasks", row, len(order))
		}
		for i, v := range order {
			if v != i {
				t.Fatalf("loop %d: task %d ran as number %d", row, v, i)
			}
		}
	}
}

func TestLoopsFromManyGoroutines(t *testing.T) {
	withWorkers(t, 4)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for n := range 100 {
				m := marks{make([]atomic.Int32, n)}
				markLoop.Run(n, m)
				for i := range m.seen {
					if got := m.seen[i].Load(); got != 1 {
						t.Errorf("task %d of %d ran %d times", i, n, got)
					}
				}
			}
		})
	}
	group.Wait()
}

func TestPanic(t *testing.T) {
	failure := errors.New("failure")
	failing := NewLoop(func(at *int, i int) {
		if i == *at {
			panic(failure)
		}
	})
	for _, workers := range workerCounts {
		for _, at := range []int{0, 1, 50, 99} {
			t.Run(fmt.Sprintf("workers=%d/task=%d", workers, at), func(t *testing.T) {
				withWorkers(t, workers)
				func() {
					defer func() {
						if got := recover(); got != failure {
							t.Errorf("panic %v, want %v", got, failure)
						}
					}()
					failing.Run(100, at)
				}()
				// The workers are still there and clean.
				m := marks{make([]atomic.Int32, 100)}
				markLoop.Run(100, m)
				for i := range m.seen {
					if got := m.seen[i].Load(); got != 1 {
						t.Fatalf("after a panic task %d ran %d times", i, got)
					}
				}
			})
		}
	}
}

// TestPanicDropsTheOtherTasks: of two workers that have a task each one panics, and the
// other, which waits until nothing is left, takes no further task.
func TestPanicDropsTheOtherTasks(t *testing.T) {
	const workers, n = 2, 100
	withWorkers(t, workers)
	var ran atomic.Int32
	wait := func(until time.Time, ready func() bool) {
		for !ready() && time.Now().Before(until) {
			runtime.Gosched()
		}
	}
	loop := NewLoop(func(deadline *time.Time, i int) {
		ran.Add(1)
		if i == 0 {
			wait(*deadline, func() bool { return ran.Load() == workers })
			panic("first")
		}
		wait(*deadline, func() bool { return shared.next.Load() >= n })
	})
	func() {
		defer func() {
			if got := recover(); got != "first" {
				t.Errorf("panic %v, want first", got)
			}
		}()
		loop.Run(n, time.Now().Add(10*time.Second))
	}()
	if got := ran.Load(); got != workers {
		t.Errorf("%d tasks ran, want %d", got, workers)
	}
}

func TestPanicInNestedLoop(t *testing.T) {
	withWorkers(t, 3)
	inner := NewLoop(func(_ *struct{}, i int) {
		if i == 5 {
			panic("inner")
		}
	})
	outer := NewLoop(func(*struct{}, int) { inner.Run(10, struct{}{}) })
	for range 20 {
		func() {
			defer func() {
				if got := recover(); got != "inner" {
					t.Errorf("panic %v, want inner", got)
				}
			}()
			outer.Run(10, struct{}{})
		}()
	}
}

func TestSetWorkers(t *testing.T) {
	defer SetWorkers(0)
	for _, test := range []struct{ set, want int }{
		{3, 3}, {1, 1}, {100, 100}, {0, runtime.GOMAXPROCS(0)}, {-5, runtime.GOMAXPROCS(0)},
	} {
		SetWorkers(test.set)
		if got := Workers(); got != test.want {
			t.Errorf("SetWorkers(%d): %d workers, want %d", test.set, got, test.want)
		}
	}
}

type sums struct {
	out   []float64
	scale float64
}

var sumLoop = NewLoop(func(a *sums, i int) { a.out[i] = a.scale * float64(i) })

func TestWarmLoopAllocatesNothing(t *testing.T) {
	for _, workers := range []int{1, 2, 4} {
		withWorkers(t, workers)
		a := sums{out: make([]float64, 64), scale: 2}
		if got := testing.AllocsPerRun(200, func() { sumLoop.Run(len(a.out), a) }); got != 0 {
			t.Errorf("%d workers: a warm loop allocates %v times", workers, got)
		}
		if a.out[63] != 126 {
			t.Errorf("%d workers: result %v, want 126", workers, a.out[63])
		}
	}
}

// TestArgumentsAreLetGo: a loop does not keep what it ran with alive.
func TestArgumentsAreLetGo(t *testing.T) {
	withWorkers(t, 2)
	collected := make(chan struct{})
	func() {
		data := make([]float64, 1000)
		runtime.AddCleanup(&data[0], func(done chan struct{}) { close(done) }, collected)
		sumLoop.Run(len(data), sums{out: data})
	}()
	for range 100 {
		runtime.GC()
		select {
		case <-collected:
			return
		case <-time.After(time.Millisecond):
		}
	}
	t.Error("the arguments of a loop stay reachable")
}

func BenchmarkRun(b *testing.B) {
	a := sums{out: make([]float64, 8), scale: 2}
	b.ReportAllocs()
	for b.Loop() {
		sumLoop.Run(len(a.out), a)
	}
}
