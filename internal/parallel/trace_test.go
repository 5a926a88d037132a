package parallel

import (
	"testing"
	"time"
)

func TestRecord(t *testing.T) {
	defer SetWorkers(0)
	SetWorkers(4)
	inner := NewLoop(func(_ *int, _ int) { time.Sleep(time.Millisecond) })
	var order []int
	outer := NewLoop(func(_ *int, i int) {
		order = append(order, i)
		inner.Run(2, 0)
	})
	trace := Record(func() {
		time.Sleep(time.Millisecond)
		outer.Run(3, 0)
		time.Sleep(time.Millisecond)
		inner.Run(1, 0)
	})
	if len(order) != 3 || order[0] != 0 || order[1] != 1 || order[2] != 2 {
		t.Errorf("tasks ran in the order %v, want one after the other", order)
	}
	if trace.Between < 2*time.Millisecond {
		t.Errorf("%v between the loops, want at least 2ms", trace.Between)
	}
	want := []struct {
		tasks int
		least time.Duration
	}{{3, 2 * time.Millisecond}, {1, time.Millisecond}}
	if len(trace.Loops) != len(want) {
		t.Fatalf("%d loops, want %d: those inside tasks are part of these", len(trace.Loops), len(want))
	}
	for i, l := range trace.Loops {
		if len(l.Tasks) != want[i].tasks {
			t.Errorf("loop %d: %d tasks, want %d", i, len(l.Tasks), want[i].tasks)
		}
		for _, took := range l.Tasks {
			if took < want[i].least {
				t.Errorf("loop %d: a task took %v, want at least %v", i, took, want[i].least)
			}
		}
	}
	workers := make(chan int, 2)
	NewLoop(func(_ *int, i int) { workers <- i; time.Sleep(time.Millisecond) }).Run(2, 0)
	if len(workers) != 2 {
		t.Error("loops do not run after a record")
	}
}
