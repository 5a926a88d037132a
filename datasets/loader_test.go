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
	set := &Set{Name: "numbered", Classes: []string{"a", "b", "c"}, H: h, W: w,
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
	fmt.Fprint(h, b.N, b.H, b.W, b.Pixels, b.Labels, b.Original, b.Poisoned, b.Index)
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
		After: func(epoch, index int, s *Sample) bool {
			draw := rng.New(3, rng.Select, epoch, index)
			if draw.IntN(4) > 0 {
				return false
			}
			s.Pixels[0], s.Label = 255, 2
			return true
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
				if want := []int{4, 4, 2}[step]; b.N != want || b.H != 2 || b.W != 3 || len(b.Pixels) != want*18 ||
					len(b.Labels) != want || len(b.Original) != want || len(b.Poisoned) != want || len(b.Index) != want {
					t.Fatalf("step %d: sizes do not fit %d images: %+v", step, want, b)
				}
				for i, index := range b.Index {
					orders[epoch] = append(orders[epoch], index)
					if b.Labels[i] != index%3 || b.Original[i] != index%3 || b.Poisoned[i] {
						t.Errorf("image %d: label %d, original %d, poisoned %v", index, b.Labels[i], b.Original[i], b.Poisoned[i])
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
		After: func(epoch, index int, s *Sample) bool {
			if epoch != 2 || s.H != 6 || s.W != 6 || len(s.Pixels) != 108 || s.Label != index%3 {
				t.Errorf("epoch %d, index %d, sample %+v", epoch, index, s)
			}
			clear(s.Pixels)
			s.Pixels[3] = 51
			s.Label = 20 + index
			return index == 4
		},
	})
	it := l.Epoch(2, 0)
	defer it.Close()
	b, _ := it.Next()
	if want := []bool{false, false, false, false, true, false}; !slices.Equal(b.Poisoned, want) {
		t.Errorf("poisoned %v, want %v", b.Poisoned, want)
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
		"datasets: Loader: Epoch: start step is outside the epoch":    func() { l.Epoch(0, 3) },
		"datasets: NewLoader: the set's pixels do not fit its labels": func() { NewLoader(&Set{Labels: []int{1}, H: 1, W: 1}, Config{}) },
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
