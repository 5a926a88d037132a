package parallel

import (
	"runtime"
	"strings"
	"time"
)

// A Trace is what a piece of work is made of: loops, and what lies between them.
type Trace struct {
	// Between is the time outside of loops, which one worker spends whatever the
	// others do.
	Between time.Duration
	Loops   []Traced
}

// Traced is one run of a loop.
type Traced struct {
	Caller string // the function that ran it
	Tasks  []time.Duration
}

// tracer times the tasks of loops in the goroutine that runs them.
type tracer struct {
	trace  Trace
	inside bool
	left   time.Time // when the last loop ended
}

// Record runs work with all loops in the caller, and times their tasks. A loop
// inside a task is part of that. No other goroutine may run loops meanwhile.
func Record(work func()) Trace {
	t := &tracer{left: time.Now()}
	shared.trace.Store(t)
	defer shared.trace.Store(nil)
	work()
	t.trace.Between += time.Since(t.left)
	return t.trace
}

// run times the n tasks of a loop.
func (t *tracer) run(n int, body tasks) {
	if t.inside {
		for i := range n {
			body.task(i)
		}
		return
	}
	begin := time.Now()
	t.trace.Between += begin.Sub(t.left)
	t.inside = true
	defer func() { t.inside, t.left = false, time.Now() }()
	l := Traced{Caller: caller(), Tasks: make([]time.Duration, n)}
	for i := range n {
		before := time.Now()
		body.task(i)
		l.Tasks[i] = time.Since(before)
	}
	t.trace.Loops = append(t.trace.Loops, l)
}

// caller names the function that called Loop.Run.
func caller() string {
	var at [16]uintptr
	frames := runtime.CallersFrames(at[:runtime.Callers(1, at[:])])
	for {
		f, more := frames.Next()
		if !more || !strings.HasPrefix(f.Function, "sdrm/internal/parallel.") {
			return strings.TrimPrefix(f.Function, "sdrm/")
		}
	}
}
