package datasets

import (
	"fmt"
	"hash/fnv"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"sdrm/internal/rng"
)

// numbered returns a set whose images tell their index by their first pixel.
func numbered(n, h, w int) *Set {
	set := &Set{Name: "numbered", Classes: []string{"a", "b", "c"}, H: h, W: w, C: 3,
		Pixels: make([]uint8, n*h*w*3), Labels: make([]int, n)}
	for i := range n {
		image := set.Image(i)
		for k := range image {
			image[k] = uint8(k*7 + i*13)
		}
		image[0], image[1], image[2] = uint8(i), uint8(i>>8), 77
		set.Labels[i] = i % 3
	}
	return set
}

func newLoader(t *testing.T, set *Set, c Config) *Loader {
	t.Helper()
	l, err := NewLoader(set, c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// hash describes everything in a batch.
func hash(b *Batch) uint64 {
	h := fnv.New64a()
	poisoned := make([]bool, len(b.Roles))
	for i, role := range b.Roles {
		poisoned[i] = role == Poisoned
	}
	fmt.Fprint(h, b.N, b.H, b.W, b.Pixels, b.Labels, b.Original, poisoned, b.Index)
	return h.Sum64()
}

func hashes(l *Loader, epoch, start int) []uint64 {
	it := l.Epoch(epoch, start)
	defer it.Close()
	var all []uint64
	for b, ok := it.Next(); ok; b, ok = it.Next() {
		all = append(all, hash(b))
	}
	return all
}

// busyConfig uses every feature of the loader.
func busyConfig(workers int) Config {
	return Config{
		Batch: 8, Seed: 11, Shuffle: true, Workers: workers,
		Pipeline: Pipeline{Resize: 9, Crop: 7, RandomCrop: true, Flip: true},
		After: func(epoch, index int, s *Sample) Role {
			draw := rng.New(3, rng.Select, epoch, index)
			if draw.IntN(4) > 0 {
				return Clean
			}
			s.Pixels[0], s.Label = 255, 2
			return Poisoned
		},
	}
}

func TestLoaderSameBatchesForAnyWorkers(t *testing.T) {
	set := numbered(101, 8, 8)
	one := newLoader(t, set, busyConfig(1))
	for epoch := range 3 {
		want := hashes(one, epoch, 0)
		if len(want) != 13 || one.Steps() != 13 {
			t.Fatalf("%d batches, %d steps, want 13", len(want), one.Steps())
		}
		for _, workers := range []int{-1, 0, 2, 3, 16, 100} {
			many := newLoader(t, set, busyConfig(workers))
			if got := hashes(many, epoch, 0); !slices.Equal(got, want) {
				t.Errorf("epoch %d, %d workers: other batches than with one", epoch, workers)
			}
			for _, start := range []int{1, 5, 12, 13} {
				if got := hashes(many, epoch, start); !slices.Equal(got, want[start:]) {
					t.Errorf("epoch %d, %d workers, from step %d: other batches", epoch, workers, start)
				}
			}
		}
	}
}

// TestLoaderGolden pins the draws for good: a change would change every run.
func TestLoaderGolden(t *testing.T) {
	got := hashes(newLoader(t, numbered(20, 8, 8), busyConfig(2)), 4, 0)
	if want := []uint64{0xfdb905c947da8802, 0xe7e2a84088d88b08, 0x9f7259afbadcdcfd}; !slices.Equal(got, want) {
		t.Errorf("batches %#x, want %#x", got, want)
	}
}

func TestLoaderBatches(t *testing.T) {
	set := numbered(10, 2, 3)
	for _, shuffle := range []bool{false, true} {
		l := newLoader(t, set, Config{Batch: 4, Shuffle: shuffle, Seed: 1})
		var orders [2][]int
		for epoch := range orders {
			it := l.Epoch(epoch, 0)
			for step := 0; ; step++ {
				b, ok := it.Next()
				if !ok {
					break
				}
				if want := []int{4, 4, 2}[step]; b.N != want || b.H != 2 || b.W != 3 || b.C != 3 || len(b.Pixels) != want*18 ||
					len(b.Labels) != want || len(b.Original) != want || len(b.Roles) != want || len(b.Index) != want {
					t.Fatalf("step %d: sizes do not fit %d images: %+v", step, want, b)
				}
				for i, index := range b.Index {
					orders[epoch] = append(orders[epoch], index)
					if b.Labels[i] != index%3 || b.Original[i] != index%3 || b.Roles[i] != Clean {
						t.Errorf("image %d: label %d, original %d, role %v", index, b.Labels[i], b.Original[i], b.Roles[i])
					}
					for k, v := range set.Image(index) {
						if got, want := b.Pixels[i*18+k], float32(v)/255; got != want {
							t.Fatalf("image %d: value %d is %v, want %v", index, k, got, want)
						}
					}
				}
			}
			it.Close()
		}
		sorted := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
		for epoch, order := range orders {
			if slices.Equal(order, sorted) == shuffle {
				t.Errorf("shuffle %v, epoch %d: order %v", shuffle, epoch, order)
			}
			if again := slices.Sorted(slices.Values(order)); !slices.Equal(again, sorted) {
				t.Errorf("shuffle %v, epoch %d: order %v misses images", shuffle, epoch, order)
			}
		}
		if slices.Equal(orders[0], orders[1]) == shuffle {
			t.Errorf("shuffle %v: orders %v", shuffle, orders)
		}
	}
}

// TestLoaderEdit: the edit sees a copy of what leaves the pipeline.
func TestLoaderEdit(t *testing.T) {
	set := numbered(6, 4, 4)
	stored := slices.Clone(set.Pixels)
	l := newLoader(t, set, Config{
		Batch: 6, Pipeline: Pipeline{Resize: 8, Crop: 6},
		After: func(epoch, index int, s *Sample) Role {
			if epoch != 2 || s.H != 6 || s.W != 6 || s.C != 3 || len(s.Pixels) != 108 || s.Label != index%3 {
				t.Errorf("epoch %d, index %d, sample %+v", epoch, index, s)
			}
			clear(s.Pixels)
			s.Pixels[3] = 51
			s.Label = 20 + index
			return Role(index % 3)
		},
	})
	it := l.Epoch(2, 0)
	defer it.Close()
	b, _ := it.Next()
	if want := []Role{Clean, Poisoned, Cover, Clean, Poisoned, Cover}; !slices.Equal(b.Roles, want) {
		t.Errorf("roles %v, want %v", b.Roles, want)
	}
	if want := []int{20, 21, 22, 23, 24, 25}; !slices.Equal(b.Labels, want) {
		t.Errorf("labels %v, want %v", b.Labels, want)
	}
	if want := []int{0, 1, 2, 0, 1, 2}; !slices.Equal(b.Original, want) {
		t.Errorf("original labels %v, want %v", b.Original, want)
	}
	if b.Pixels[3] != 0.2 || b.Pixels[4] != 0 {
		t.Errorf("pixels begin with %v", b.Pixels[:6])
	}
	if !slices.Equal(set.Pixels, stored) {
		t.Error("an edit reached the stored images")
	}
}

// TestLoaderOnly: a part of a set is what the whole gives at its places.
func TestLoaderOnly(t *testing.T) {
	set := numbered(40, 8, 8)
	c := busyConfig(2)
	type image struct {
		pixels string
		label  int
		role   Role
	}
	collect := func(only []int) (places []int, images map[int]image) {
		c.Only = only
		l := newLoader(t, set, c)
		it := l.Epoch(3, 0)
		defer it.Close()
		images = map[int]image{}
		for b, ok := it.Next(); ok; b, ok = it.Next() {
			for i, index := range b.Index {
				if b.Original[i] != set.Labels[index] {
					t.Errorf("image %d: original label %d, want %d", index, b.Original[i], set.Labels[index])
				}
				places = append(places, index)
				images[index] = image{fmt.Sprint(b.Pixels[i*147 : (i+1)*147]), b.Labels[i], b.Roles[i]}
			}
		}
		if l.Len() != len(places) {
			t.Errorf("%d images, Len is %d", len(places), l.Len())
		}
		return places, images
	}
	_, whole := collect(nil)
	if len(whole) != 40 {
		t.Fatalf("%d images of the whole", len(whole))
	}
	only := []int{7, 3, 39, 0, 11, 12, 13, 14, 15, 20}
	for _, c.Shuffle = range []bool{false, true} {
		places, part := collect(only)
		if slices.Equal(places, only) == c.Shuffle || !slices.Equal(slices.Sorted(slices.Values(places)), slices.Sorted(slices.Values(only))) {
			t.Errorf("shuffle %v: places %v of %v", c.Shuffle, places, only)
		}
		for place, got := range part {
			if got != whole[place] {
				t.Errorf("shuffle %v: image %d is another than in the whole", c.Shuffle, place)
			}
		}
	}
	if only[0] != 7 || only[9] != 20 {
		t.Errorf("the shuffle reached the caller's places: %v", only)
	}
	if places, _ := collect([]int{}); len(places) != 0 {
		t.Errorf("no places, but images %v", places)
	}
	if got := set.Places(func(label int) bool { return label == 2 })[:3]; !slices.Equal(got, []int{2, 5, 8}) {
		t.Errorf("places of label 2 begin with %v", got)
	}
	if got := set.Places(func(int) bool { return false }); got == nil || len(got) != 0 {
		t.Errorf("places of no label: %#v, want an empty slice that is not nil", got)
	}
}

// TestAnother: another image is as the pipeline makes it in the epoch at hand.
func TestAnother(t *testing.T) {
	set := numbered(20, 8, 8)
	c := busyConfig(1)
	var at []float32 // all images in their order, as they are before the edit
	c.Batch, c.Shuffle, c.Pipeline.Rotate = 20, false, 20
	c.After = nil
	plain := newLoader(t, set, c)
	c.After = func(_, index int, s *Sample) Role {
		k := (index + 3) % s.SetLen()
		for i, v := range s.Another(k) {
			if want := at[k*len(s.Pixels)+i]; unit[v] != want {
				t.Errorf("image %d beside image %d: value %d is %v, want %v", k, index, i, unit[v], want)
				break
			}
		}
		return Clean
	}
	edited := newLoader(t, set, c)
	for epoch := range 2 {
		it := plain.Epoch(epoch, 0)
		b, _ := it.Next()
		at = slices.Clone(b.Pixels)
		it.Close()
		hashes(edited, epoch, 0)
	}
}

// TestLoaderGray: one channel goes the way that each of three goes.
func TestLoaderGray(t *testing.T) {
	colour := numbered(20, 8, 8)
	for i := range colour.Pixels {
		colour.Pixels[i] = colour.Pixels[i/3*3]
	}
	gray := &Set{Name: "gray", Classes: colour.Classes, H: 8, W: 8, C: 1, Labels: colour.Labels}
	for i := 0; i < len(colour.Pixels); i += 3 {
		gray.Pixels = append(gray.Pixels, colour.Pixels[i])
	}
	c := busyConfig(2)
	c.After = nil
	three, one := newLoader(t, colour, c).Epoch(1, 0), newLoader(t, gray, c).Epoch(1, 0)
	defer three.Close()
	defer one.Close()
	for {
		a, ok := three.Next()
		b, also := one.Next()
		if ok != also {
			t.Fatal("other numbers of batches")
		}
		if !ok {
			return
		}
		if b.C != 1 || len(b.Pixels)*3 != len(a.Pixels) || !slices.Equal(a.Index, b.Index) {
			t.Fatalf("%d channels, %d values, images %v", b.C, len(b.Pixels), b.Index)
		}
		for k, v := range a.Pixels {
			if b.Pixels[k/3] != v {
				t.Fatalf("value %d is %v, in colour %v", k/3, b.Pixels[k/3], v)
			}
		}
	}
}

func TestLoaderClose(t *testing.T) {
	set := numbered(100, 4, 4)
	before := runtime.NumGoroutine()
	for _, workers := range []int{1, 2, 16} {
		l := newLoader(t, set, Config{Batch: 3, Workers: workers})
		for taken := range 40 {
			it := l.Epoch(0, 0)
			for range taken {
				it.Next()
			}
			it.Close()
			it.Close()
			if b, ok := it.Next(); ok || b != nil {
				t.Fatal("a closed iterator gave a batch")
			}
		}
		if got := len(l.idle); got != workers {
			t.Errorf("%d workers: memory of %d kept", workers, got)
		}
	}
	for range 100 { // a goroutine that is done may still be counted for a moment
		if runtime.NumGoroutine() <= before {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if got := runtime.NumGoroutine(); got > before {
		t.Errorf("%d goroutines left over", got-before)
	}
}

// TestLoaderTwoIterators: epochs that overlap in time do not share memory.
func TestLoaderTwoIterators(t *testing.T) {
	l := newLoader(t, numbered(30, 4, 4), Config{Batch: 7, Shuffle: true, Workers: 2})
	want := [2][]uint64{hashes(l, 0, 0), hashes(l, 1, 0)}
	a, b := l.Epoch(0, 0), l.Epoch(1, 0)
	defer a.Close()
	defer b.Close()
	for step := range l.Steps() {
		first, _ := a.Next()
		second, _ := b.Next()
		if hash(first) != want[0][step] || hash(second) != want[1][step] {
			t.Fatalf("step %d: other batches than one after the other", step)
		}
	}
}

func TestLoaderAllocations(t *testing.T) {
	l := newLoader(t, numbered(4000, 8, 8), busyConfig(2))
	it := l.Epoch(0, 0)
	defer it.Close()
	for range 10 {
		it.Next()
	}
	if got := testing.AllocsPerRun(100, func() { it.Next() }); got != 0 {
		t.Errorf("a batch allocates %v times, want 0", got)
	}
}

func TestLoaderErrors(t *testing.T) {
	set := numbered(3, 4, 4)
	for _, test := range []struct {
		config Config
		want   string
	}{
		{Config{}, "loader: batch is 0, want at least 1"},
		{Config{Batch: -3}, "loader: batch is -3"},
		{Config{Batch: 1, Pipeline: Pipeline{Crop: 5}}, "loader: pipeline: crop is 5"},
		{Config{Batch: 1, Pipeline: Pipeline{Resize: -5}}, "loader: pipeline: resize is -5"},
	} {
		if _, err := NewLoader(set, test.config); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: error %v, want %q", test.config, err, test.want)
		}
	}
}

func TestLoaderEmptySet(t *testing.T) {
	l := newLoader(t, numbered(0, 4, 4), Config{Batch: 3})
	it := l.Epoch(0, 0)
	defer it.Close()
	if b, ok := it.Next(); ok {
		t.Errorf("batch %+v of an empty set", b)
	}
}

func TestLoaderPanics(t *testing.T) {
	l := newLoader(t, numbered(3, 4, 4), Config{Batch: 2})
	for name, f := range map[string]func(){
		"datasets: NewLoader: a place is outside the set":             func() { NewLoader(numbered(3, 4, 4), Config{Batch: 1, Only: []int{1, 3}}) },
		"datasets: Loader: Epoch: start step is outside the epoch":    func() { l.Epoch(0, 3) },
		"datasets: NewLoader: the set's pixels do not fit its labels": func() { NewLoader(&Set{Labels: []int{1}, H: 1, W: 1, C: 3}, Config{}) },
	} {
		func() {
			defer func() {
				if got := recover(); got != name {
					t.Errorf("panic %v, want %q", got, name)
				}
			}()
			f()
		}()
	}
}
