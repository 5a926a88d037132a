package tensor

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// checkArena checks that holes and tensors in use cover every segment once.
func checkArena(t *testing.T, a *arena, used []*Tensor) {
	t.Helper()
	for _, s := range a.segments {
		pieces := slices.Clone(s.holes)
		for i := 1; i < len(pieces); i++ {
			if pieces[i-1].at+pieces[i-1].length >= pieces[i].at {
				t.Fatalf("holes %v and %v touch or are out of order", pieces[i-1], pieces[i])
			}
		}
		for _, u := range used {
			if u.segment == s {
				pieces = append(pieces, hole{u.at, cap(u.Data)})
			}
		}
		slices.SortFunc(pieces, func(x, y hole) int { return cmp.Compare(x.at, y.at) })
		at := 0
		for _, p := range pieces {
			if p.at != at {
				t.Fatalf("a piece begins at %d, want %d: %v", p.at, at, pieces)
			}
			at += p.length
		}
		if at != len(s.floats) {
			t.Fatalf("pieces end at %d of %d", at, len(s.floats))
		}
	}
}

func TestArenaHandsOutEveryFloatOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var a arena
	var used []*Tensor
	for round := range 3000 {
		if len(used) > 0 && (r.IntN(2) == 0 || len(used) > 60) {
			i := r.IntN(len(used))
			want := float32(used[i].Shape[0])
			for _, v := range used[i].Data {
				if v != want {
					t.Fatalf("a tensor holds %v, want its own %v", v, want)
				}
			}
			a.put(used[i])
			used = slices.Delete(used, i, i+1)
		} else {
			n := 1 + r.IntN(1<<r.IntN(17))
			x := a.get(n)
			if len(x.Data) != n {
				t.Fatalf("got %d floats, want %d", len(x.Data), n)
			}
			x.Shape[0] = round
			for i := range x.Data {
				x.Data[i] = float32(round)
			}
			used = append(used, x)
		}
		checkArena(t, &a, used)
	}
	for _, x := range used {
		a.put(x)
	}
	for _, s := range a.segments {
		if want := []hole{{0, len(s.floats)}}; !slices.Equal(s.holes, want) {
			t.Errorf("holes %v with nothing in use, want %v", s.holes, want)
		}
	}
}

// TestArenaLaysEveryPassOutLikeTheFirst runs the pattern of a training step,
// values that are given up on the way back, and scratch memory beside them.
func TestArenaLaysEveryPassOutLikeTheFirst(t *testing.T) {
	var a arena
	lengths := []int{4 << 20, 1 << 20, 2 << 20, 1 << 19, 1 << 20, 1 << 18}
	live, most, touched := 0, 0, map[*segment]int{}
	pass := func() (places []*float32) {
		var values []*Tensor
		get := func(n int) *Tensor {
			x := a.get(n)
			live += cap(x.Data)
			most = max(most, live)
			touched[x.segment] = max(touched[x.segment], x.at+cap(x.Data))
			places = append(places, &x.Data[0])
			return x
		}
		put := func(x *Tensor) {
			live -= cap(x.Data)
			a.put(x)
		}
		for _, n := range lengths {
			scratch := get(1 << 19)
			values = append(values, get(n))
			put(scratch)
		}
		grad := get(lengths[len(lengths)-1])
		for i, v := range slices.Backward(values) {
			scratch := get(1 << 20)
			next := get(lengths[max(0, i-1)])
			put(scratch)
			put(grad)
			put(v)
			grad = next
		}
		put(grad)
		return places
	}
	first := pass()
	if again := pass(); !slices.Equal(again, first) {
		t.Errorf("the second pass lies at %v, the first at %v", again, first)
	}
	sum := 0
	for _, n := range touched {
		sum += n
	}
	if sum > most+most/4 {
		t.Errorf("%d floats are touched where at most %d are in use at once", sum, most)
	}
	if n := testing.AllocsPerRun(3, func() {
		x, y := a.get(1<<20), a.get(1<<18)
		a.put(x)
		a.put(y)
	}); n != 0 {
		t.Errorf("%v allocations in an arena that has seen the pass, want 0", n)
	}
}
