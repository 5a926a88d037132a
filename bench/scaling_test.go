package bench

import (
	"math"
	"strings"
	"testing"
	"time"

	"sdrm/internal/parallel"
)

func TestPredict(t *testing.T) {
	const ms = time.Millisecond
	trace := parallel.Trace{Between: 2 * ms, Loops: []parallel.Traced{
		{Caller: "even", Tasks: []time.Duration{4 * ms, 4 * ms, 4 * ms, 4 * ms, 4 * ms, 4 * ms, 4 * ms, 4 * ms}},
		{Caller: "uneven", Tasks: []time.Duration{1 * ms, 1 * ms, 6 * ms}},
	}}
	for _, c := range []struct {
		cores   int
		wake    float64
		seconds float64
		first   string
		lost    float64
	}{
		{1, 0, 0.042, between, 0},
		{2, 0, 0.002 + 0.016 + 0.007, "uneven", 0.003},
		{8, 0, 0.002 + 0.004 + 0.006, "uneven", 0.005},
		{64, 0, 0.002 + 0.004 + 0.006, "uneven", 0.006 - 0.008/64},
		// The workers begin after 1, 2, 3, … ms, and those that began first take two tasks.
		{8, 0.001, 0.002 + 0.010 + 0.008, "uneven", 0.007},
	} {
		s := &Scaling{OneCore: 0.042, Wake: c.wake}
		p := s.predict(trace, c.cores)
		if !near(p.Seconds, c.seconds) || !near(p.Speedup, 0.042/c.seconds) || !near(p.Efficiency*float64(c.cores), p.Speedup) {
			t.Errorf("%d cores: %.4f s, %.3f times, efficiency %.3f, want %.4f s", c.cores, p.Seconds, p.Speedup, p.Efficiency, c.seconds)
		}
		if l := p.Losses[0]; c.cores > 1 && (l.Function != c.first || !near(l.Seconds, c.lost)) {
			t.Errorf("%d cores: most is lost in %q, %.4f s, want %q, %.4f s", c.cores, l.Function, l.Seconds, c.first, c.lost)
		}
		total := p.Losses[0].Seconds
		for _, l := range p.Losses[1:] {
			total += l.Seconds
		}
		if want := p.Seconds - 0.042/float64(c.cores); !near(total, want) {
			t.Errorf("%d cores: the losses are %.4f s, want %.4f s: the step less its work divided", c.cores, total, want)
		}
	}
}

// What a cut for many cores has more to do than one for one is a loss.
func TestPredictMoreWork(t *testing.T) {
	s := &Scaling{OneCore: 0.030}
	p := s.predict(parallel.Trace{Loops: []parallel.Traced{{Caller: "even", Tasks: []time.Duration{20 * time.Millisecond, 20 * time.Millisecond}}}}, 2)
	if l := p.Losses[0]; l.Function != more || !near(l.Seconds, 0.005) || !near(p.Speedup, 1.5) {
		t.Errorf("%+v, want 0.005 s lost in %q and 1.5 times", p, more)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestScalingOfAStep(t *testing.T) {
	step, err := NewStep("vgg5", 8, 0.1, 1)
	if err != nil {
		t.Fatal(err)
	}
	before := parallel.Workers()
	s := NewScaling(step, 2)
	one := s.Predict(1)
	if !near(one.Seconds, one.Between+one.Work) || !(one.Work > 0) || !(one.Between > 0) {
		t.Errorf("one core: %.4f s, want those between the loops, %.4f, and in them, %.4f", one.Seconds, one.Between, one.Work)
	}
	if !(s.OneCore > 0) || parallel.Workers() != before {
		t.Errorf("one core: %v s, %d workers afterwards, want more than 0 and %d", s.OneCore, parallel.Workers(), before)
	}
	loops := 0
	for _, l := range one.Losses {
		if l.Function != between && l.Function != more && !strings.HasPrefix(l.Function, "tensor.") && !strings.HasPrefix(l.Function, "mmd.") && !strings.HasPrefix(l.Function, "train.") {
			t.Errorf("a loop of %q, want one of tensor, mmd or train", l.Function)
		}
		loops += l.Loops
	}
	if loops < 20 {
		t.Errorf("a step has %d loops, want its convolutions, normalisations, products and update", loops)
	}
}
