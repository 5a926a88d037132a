package tensor

import (
	"runtime"
	"sync"
	"testing"
)

func TestAllocatorHandsOutMemoryAgain(t *testing.T) {
	for _, n := range []int{1, 16, longTensor - 1, longTensor, longTensor + 1, 3 * segmentLength / 2} {
		var p Allocator
		x := p.Floats(n)
		first := &x.Data[0]
		if y := p.Floats(n); &y.Data[0] == first {
			t.Fatalf("%d floats in use were handed out", n)
		}
		p.Put(x)
		shape := Shape{n, 1, 1, 1}
		y := p.Get(shape)
		if y.Shape != shape || len(y.Data) != n {
			t.Errorf("shape %v with %d elements, want %v", y.Shape, len(y.Data), shape)
		}
		if &y.Data[0] != first {
			t.Errorf("%d floats out of use were not handed out", n)
		}
	}
}

func TestAllocatorCutsLongTensorsAlone(t *testing.T) {
	var p Allocator
	short, long := p.Floats(16), p.Floats(4*longTensor)
	first := &long.Data[0]
	p.Put(short)
	p.Put(long)
	if p.Floats(8) == short {
		t.Error("a short tensor was cut")
	}
	if p.Floats(15) != short {
		t.Error("the short tensor is lost")
	}
	a, b := p.Floats(2*longTensor), p.Floats(2*longTensor)
	if &a.Data[0] != first || b.segment != a.segment || b.at != a.at+2*longTensor {
		t.Error("two halves do not lie where the whole was")
	}
}

// What is touched is all that tensors have reached so far, whatever comes later where
// others lay.
func TestAllocatorCountsWhatIsTouched(t *testing.T) {
	var p Allocator
	touched := func(what string, want int) {
		t.Helper()
		if got := p.Usage().Touched; got != floatBytes*want {
			t.Errorf("%s: %d floats are touched, want %d", what, got/floatBytes, want)
		}
	}
	low, high := p.Floats(longTensor), p.Floats(2*longTensor)
	touched("two tensors", 3*longTensor)
	p.Put(low)
	low = p.Floats(longTensor)
	touched("the lower one again", 3*longTensor)
	p.Put(low, high, p.Floats(16))
	touched("a short one", 3*longTensor+16)
	p.Floats(16)
	p.Floats(4 * longTensor)
	touched("the short one again, and a longer one", 4*longTensor+16)
}

// What several tasks take at once is counted as if one did, and nothing is handed out
// twice.
func TestAllocatorServesTasksAtOnce(t *testing.T) {
	const tasks, rounds = 8, 1000
	var p Allocator
	var wg sync.WaitGroup
	for task := range tasks {
		wg.Go(func() {
			for round := range rounds {
				n := 1 + (task*rounds+round)%100
				x, y := p.Floats(n), p.Floats(n)
				mark := float32(task)
				x.Data[n-1], y.Data[0] = mark, -mark
				runtime.Gosched()
				if x.Data[n-1] != mark || y.Data[0] != -mark {
					t.Errorf("task %d: another one has its %d floats", task, n)
				}
				p.Put(x, nil, y)
			}
		})
	}
	wg.Wait()
	u := p.Usage()
	if u.Now != 0 {
		t.Errorf("%d bytes are in use, want none", u.Now)
	}
	if least, most := 2*floatBytes, 2*tasks*100*floatBytes; u.Peak < least || u.Peak > most {
		t.Errorf("the peak is %d bytes, want %d to %d", u.Peak, least, most)
	}
	if p.ForgetPeak(); p.Usage().Peak != 0 {
		t.Errorf("the peak is %d bytes anew, want 0", p.Usage().Peak)
	}
}

func TestAllocatorRefusesForeignTensors(t *testing.T) {
	var p, q Allocator
	twice := q.Floats(3000)
	q.Put(twice)
	for _, c := range []struct {
		x    *Tensor
		want string
	}{
		{p.Floats(longTensor), "tensor: Put: the tensor is another allocator's"},
		{p.Floats(100), "tensor: Put: the tensor is another allocator's"},
		{twice, "tensor: Put: the tensor was given back before"},
		{New(Shape{1, 1, 1, 17}), "tensor: Put: the tensor is no allocator's"},
		{New(Shape{1, 1, 1, 4096}), "tensor: Put: the tensor is no allocator's"},
		{New(Shape{1, 1, 1, 1 << 16}), "tensor: Put: the tensor is no allocator's"},
	} {
		func() {
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("panic %v, want %q", got, c.want)
				}
			}()
			q.Put(c.x)
		}()
	}
}
