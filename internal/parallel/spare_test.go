package parallel_test

import (
	"sync/atomic"
	"testing"

	"sdrm/internal/parallel"
)

func TestSpareHandsOutWhatCameBackLast(t *testing.T) {
	var spare parallel.Spare[int]
	a, b := spare.Get(), spare.Get()
	if a == b {
		t.Fatal("two tasks have the same memory")
	}
	spare.Put(a)
	spare.Put(b)
	if spare.Get() != b || spare.Get() != a {
		t.Error("what came back is not handed out again, the last first")
	}
	if c := spare.Get(); c == a || c == b {
		t.Error("memory in use is handed out")
	}
	spare.Put(b)
	if n := testing.AllocsPerRun(100, func() { spare.Put(spare.Get()) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

var spareLoop = parallel.NewLoop(func(a *spareArgs, i int) {
	mine := a.spare.Get()
	if mine.Add(1) != 1 {
		a.shared.Add(1)
	}
	mine.Add(-1)
	a.spare.Put(mine)
})

type spareArgs struct {
	spare  *parallel.Spare[atomic.Int32]
	shared *atomic.Int32
}

func TestSpareIsOfOneTaskAtATime(t *testing.T) {
	defer parallel.SetWorkers(parallel.SetWorkers(7))
	var spare parallel.Spare[atomic.Int32]
	var shared atomic.Int32
	spareLoop.Run(10000, spareArgs{&spare, &shared})
	if n := shared.Load(); n != 0 {
		t.Errorf("%d times two tasks had the same memory", n)
	}
}
