package bench

import (
	"cmp"
	"container/heap"
	"slices"
	"time"

	"sdrm/internal/parallel"
)

// Scaling predicts what more cores would make of a training step.
type Scaling struct {
	// OneCore is the time of the step on one core, and Wake what one more worker adds
	// to that of a loop, in seconds.
	OneCore, Wake float64

	step  *Step
	times int // how often a step is recorded
}

// Prediction is a step on a number of cores, each as quick as the one that was
// measured.
type Prediction struct {
	Cores   int     `json:"cores"`
	Seconds float64 `json:"step_s"`
	Speedup float64 `json:"speedup"`
	// Efficiency is the speed-up over the number of cores.
	Efficiency float64 `json:"efficiency"`
	// Work is the time of all tasks, and Between that outside of loops, in seconds.
	Work    float64 `json:"work_s"`
	Between float64 `json:"between_s"`
	// Losses say where the rest is lost, the largest first.
	Losses []Loss `json:"losses"`
}

// Loss is by how many seconds the loops of one function take longer than their
// work divided by the cores.
type Loss struct {
	Function string  `json:"function"`
	Loops    int     `json:"loops"`
	Tasks    int     `json:"tasks"`
	Seconds  float64 `json:"lost_s"`
}

// between is the name of what is outside of loops, and more of what the tasks of a cut
// for many cores take longer than those of a cut for one.
const (
	between = "between the loops"
	more    = "more work than on one core"
)

// NewScaling records steps of the workload on one core.
func NewScaling(s *Step, times int) *Scaling {
	out := &Scaling{Wake: wake(), step: s, times: times}
	trace := out.record(1)
	out.OneCore = (trace.Between + work(trace)).Seconds()
	return out
}

// record returns the tasks of a step whose loops are cut for a number of cores, run in
// one thread. Of each task the least time counts: what disturbs it, only lengthens it.
func (s *Scaling) record(cores int) parallel.Trace {
	defer parallel.SetWorkers(parallel.SetWorkers(cores))
	s.step.Run()
	least := parallel.Record(func() { s.step.Run() })
	for range s.times - 1 {
		t := parallel.Record(func() { s.step.Run() })
		least.Between = min(least.Between, t.Between)
		for i, l := range t.Loops {
			for j, task := range l.Tasks {
				least.Loops[i].Tasks[j] = min(least.Loops[i].Tasks[j], task)
			}
		}
	}
	return least
}

// Predict lets the tasks of every loop, cut for so many cores, be taken in turn by
// whichever of the cores is free, as package parallel does. Cores are woken one after
// the other, which Wake is the cost of. Caches and memory are taken to serve every core
// as they serve one, which holds less of a block of images that is cut for many.
func (s *Scaling) Predict(cores int) Prediction {
	return s.predict(s.record(cores), cores)
}

func (s *Scaling) predict(trace parallel.Trace, cores int) Prediction {
	p := Prediction{Cores: cores, Work: work(trace).Seconds(), Between: trace.Between.Seconds()}
	lost := map[string]*Loss{between: {Function: between, Seconds: p.Between * (1 - 1/float64(cores))}}
	p.Seconds = p.Between
	for _, l := range trace.Loops {
		took := span(l.Tasks, cores, time.Duration(s.Wake*float64(time.Second))).Seconds()
		p.Seconds += took
		of := lost[l.Caller]
		if of == nil {
			of = &Loss{Function: l.Caller}
			lost[l.Caller] = of
		}
		of.Loops++
		of.Tasks += len(l.Tasks)
		of.Seconds += took - sum(l.Tasks).Seconds()/float64(cores)
	}
	if seconds := (p.Work + p.Between - s.OneCore) / float64(cores); seconds > 0 {
		lost[more] = &Loss{Function: more, Seconds: seconds}
	}
	p.Speedup = s.OneCore / p.Seconds
	p.Efficiency = p.Speedup / float64(cores)
	for _, l := range lost {
		p.Losses = append(p.Losses, *l)
	}
	slices.SortFunc(p.Losses, func(a, b Loss) int {
		return cmp.Or(cmp.Compare(b.Seconds, a.Seconds), cmp.Compare(a.Function, b.Function))
	})
	return p
}

// free holds when each worker has done its tasks so far: a heap.
type free []time.Duration

func (f free) Len() int           { return len(f) }
func (f free) Less(i, j int) bool { return f[i] < f[j] }
func (f free) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *free) Push(x any)        { *f = append(*f, x.(time.Duration)) }
func (f *free) Pop() any          { panic("bench: workers do not leave") }

// span returns how long tasks take that are taken in turn by workers, the k-th of
// which is woken after k·wake; the caller, who wakes them, begins last.
func span(tasks []time.Duration, cores int, wake time.Duration) time.Duration {
	workers := make(free, min(cores, len(tasks)))
	for i := range workers {
		workers[i] = time.Duration(min(i+1, len(workers)-1)) * wake
	}
	heap.Init(&workers)
	end := time.Duration(0)
	for _, t := range tasks {
		workers[0] += t
		end = max(end, workers[0])
		heap.Fix(&workers, 0)
	}
	return end
}

// work is the time of all tasks.
func work(trace parallel.Trace) time.Duration {
	total := time.Duration(0)
	for _, l := range trace.Loops {
		total += sum(l.Tasks)
	}
	return total
}

func sum(tasks []time.Duration) time.Duration {
	total := time.Duration(0)
	for _, t := range tasks {
		total += t
	}
	return total
}

// emptyLoops is how many loops are run to time one.
const emptyLoops = 1000

var emptyLoop = parallel.NewLoop(func(*struct{}, int) {})

// wake measures the cost of a second worker for a loop whose tasks take no time.
func wake() float64 {
	run := func(tasks int) float64 {
		return Median(9, func() {
			for range emptyLoops {
				emptyLoop.Run(tasks, struct{}{})
			}
		}) / emptyLoops
	}
	return max(0, run(2)-run(1))
}
