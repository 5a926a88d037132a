package rng

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"testing"
)

// TestGolden pins the first numbers of streams for good: were they to change,
// every run would. The values are those of testdata/golden.py, which computes
// the definition with Python's integers.
func TestGolden(t *testing.T) {
	for _, test := range []struct {
		seed         uint64
		purpose      Purpose
		epoch, index int
		want         [3]uint64
	}{
		{0, 1, 0, 0, [3]uint64{0xb794c6dd43d95c57, 0xcbc93fc3b7dc20d1, 0x4f09e41e8faafc83}},
		{1, 1, 0, 0, [3]uint64{0xfe2cb08a7fa26c8d, 0x43b99f5d805a23d0, 0x506dc3a1b7aa57f8}},
		{0, 2, 0, 0, [3]uint64{0x76ef47c68c76259d, 0x526b9b8d7527fb79, 0xfb62d2999f1c14b9}},
		{0, 1, 1, 0, [3]uint64{0x105d047604234c33, 0xad9b363cd5fb5caa, 0x92ae6a670c35b8a8}},
		{0, 1, 0, 1, [3]uint64{0x792f5acc2c1fc9a9, 0x719b8a853a8a9bda, 0x67ebf34b2e011f43}},
		{42, 3, 79, 49999, [3]uint64{0xd780bc56c5b3f00, 0x9ff144899dc4c8a3, 0xae0681c1ed6fa442}},
		{18446744073709551615, 6, 1, -1, [3]uint64{0x6572f45c955d3f98, 0x6b1c4e3ae15a9ac1, 0xa25009ad57ec8115}},
	} {
		s := New(test.seed, test.purpose, test.epoch, test.index)
		for k, want := range test.want {
			if got := s.Uint64(); got != want {
				t.Errorf("(%d, %d, %d, %d): number %d is %#x, want %#x", test.seed, test.purpose, test.epoch, test.index, k, got, want)
			}
		}
	}
}

// TestGoldenDerived pins what is made of the bits.
func TestGoldenDerived(t *testing.T) {
	s := New(1, Init, 2, 3)
	got := []float64{s.Float64(), float64(s.Float32()), s.Uniform(-2, 5), float64(s.IntN(1000)), s.Normal(), s.Normal()}
	want := []float64{0.5188368680370024, 0.4533114433288574, -1.6408866839321776, 70, 0.28679557021737867, 0.9070753399973958}
	if !slices.Equal(got, want) {
		t.Errorf("numbers %#v, want %#v", got, want)
	}
	order := []int{0, 1, 2, 3, 4, 5, 6, 7}
	s.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	if want := []int{0, 5, 6, 3, 1, 2, 4, 7}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}

// streams are families of streams that must look random and independent: along
// one stream, and from stream to stream in each part of the name.
var streams = map[string]func(i int) uint64{
	"along a stream": func() func(int) uint64 {
		s := New(7, Measure, 0, 0)
		return func(int) uint64 { return s.Uint64() }
	}(),
	"seeds":    func(i int) uint64 { s := New(uint64(i), Init, 0, 0); return s.Uint64() },
	"purposes": func(i int) uint64 { s := New(0, Purpose(i), 0, 0); return s.Uint64() },
	"epochs":   func(i int) uint64 { s := New(0, Augment, i, 0); return s.Uint64() },
	"indices":  func(i int) uint64 { s := New(0, Augment, 0, i); return s.Uint64() },
	"negative": func(i int) uint64 { s := New(0, Augment, -i, -i); return s.Uint64() },
	"diagonal": func(i int) uint64 { s := New(uint64(i), Purpose(i), i, i); return s.Uint64() },
}

// chiSquare fails if counts are not as even as those of a uniform number: the
// statistic has mean k-1 and variance 2(k-1), and 5 standard deviations are
// allowed on either side.
func chiSquare(t *testing.T, what string, counts []int) {
	t.Helper()
	n := 0
	for _, c := range counts {
		n += c
	}
	mean := float64(n) / float64(len(counts))
	sum := 0.0
	for _, c := range counts {
		sum += (float64(c) - mean) * (float64(c) - mean) / mean
	}
	freedom := float64(len(counts) - 1)
	if math.Abs(sum-freedom) > 5*math.Sqrt(2*freedom) {
		t.Errorf("%s: chi-square %.1f with %v degrees of freedom", what, sum, freedom)
	}
}

func TestUniform(t *testing.T) {
	const n = 1 << 16
	for name, draw := range streams {
		t.Run(name, func(t *testing.T) {
			high, low, pairs := make([]int, 256), make([]int, 256), make([]int, 256)
			var ones [64]int
			last := uint64(0)
			for i := range n {
				v := draw(i)
				high[v>>56]++
				low[v&255]++
				pairs[v>>60<<4|last>>60]++
				for b := range ones {
					ones[b] += int(v >> b & 1)
				}
				last = v
			}
			chiSquare(t, "high byte", high)
			chiSquare(t, "low byte", low)
			chiSquare(t, "neighbours", pairs)
			for b, count := range ones {
				if math.Abs(float64(count)-n/2) > 5*math.Sqrt(n)/2 {
					t.Errorf("bit %d is set %d times of %d", b, count, n)
				}
			}
		})
	}
}

// TestAvalanche: changing any part of the name by one changes half the bits.
func TestAvalanche(t *testing.T) {
	const n = 4096
	for name, change := range map[string]func(i int) Stream{
		"seed":    func(i int) Stream { return New(uint64(i)+1, Shuffle, i, i) },
		"purpose": func(i int) Stream { return New(uint64(i), Augment, i, i) },
		"epoch":   func(i int) Stream { return New(uint64(i), Shuffle, i+1, i) },
		"index":   func(i int) Stream { return New(uint64(i), Shuffle, i, i+1) },
		"swap":    func(i int) Stream { return New(uint64(i), Shuffle, i+5, i) },
	} {
		changed := 0
		for i := range n {
			a, b := New(uint64(i), Shuffle, i, i), change(i)
			if name == "swap" {
				a = New(uint64(i), Shuffle, i, i+5)
			}
			changed += bits.OnesCount64(a.Uint64() ^ b.Uint64())
		}
		mean, deviation := 32.0*n, 4*math.Sqrt(n)
		if math.Abs(float64(changed)-mean) > 5*deviation {
			t.Errorf("%s: %d bits change, want %.0f ± %.0f", name, changed, mean, 5*deviation)
		}
	}
}

// TestStreamsDoNotOverlap: the beginnings of many streams have no number in
// common, as they would if one stream were a later part of another.
func TestStreamsDoNotOverlap(t *testing.T) {
	seen := map[uint64]string{}
	for seed := range 4 {
		for purpose := Init; purpose <= Resample; purpose++ {
			for epoch := range 8 {
				for index := range 8 {
					name := fmt.Sprint(seed, purpose, epoch, index)
					s := New(uint64(seed), purpose, epoch, index)
					for range 64 {
						v := s.Uint64()
						if other, ok := seen[v]; ok {
							t.Fatalf("streams %s and %s share the number %#x", name, other, v)
						}
						seen[v] = name
					}
				}
			}
		}
	}
}

func TestStreamsAreIndependent(t *testing.T) {
	a, b := New(1, Init, 0, 0), New(1, Init, 0, 0)
	for range 10 {
		other := New(1, Init, 0, 1)
		other.Uint64() // must not disturb a
		if x, y := a.Uint64(), b.Uint64(); x != y {
			t.Fatalf("equal streams give %#x and %#x", x, y)
		}
	}
	c := a // a copy goes on by itself
	if x, y := a.Uint64(), c.Uint64(); x != y {
		t.Errorf("a copied stream gives %#x, the original %#x", y, x)
	}
}

func TestFloats(t *testing.T) {
	const n = 1 << 17
	s := New(3, Measure, 1, 1)
	var sum, squares, sum32 float64
	for range n {
		v, w, u := s.Float64(), s.Float32(), s.Uniform(-3, -1)
		if v < 0 || v >= 1 || w < 0 || w >= 1 || u < -3 || u >= -1 {
			t.Fatalf("out of range: %v, %v, %v", v, w, u)
		}
		sum += v
		squares += v * v
		sum32 += float64(w)
	}
	deviation := 5 / math.Sqrt(12*n) // of a mean of n uniform numbers, five times
	if mean := sum / n; math.Abs(mean-0.5) > deviation {
		t.Errorf("mean of Float64 is %v, want 0.5 ± %.4f", mean, deviation)
	}
	if mean := sum32 / n; math.Abs(mean-0.5) > deviation {
		t.Errorf("mean of Float32 is %v, want 0.5 ± %.4f", mean, deviation)
	}
	if mean := squares / n; math.Abs(mean-1.0/3) > deviation {
		t.Errorf("mean square of Float64 is %v, want 1/3 ± %.4f", mean, deviation)
	}
}

func TestSkip(t *testing.T) {
	for draws, draw := range map[int]func(*Stream){
		1: func(s *Stream) { s.Float64() },
		2: func(s *Stream) { s.Normal() },
	} {
		for _, n := range []int{0, 1, 7} {
			drawn, skipped := New(3, Init, 0, 1), New(3, Init, 0, 1)
			for range n {
				draw(&drawn)
			}
			skipped.Skip(n * draws)
			if got, want := skipped.Uint64(), drawn.Uint64(); got != want {
				t.Errorf("%d times %d numbers skipped, the next is %x, want %x", n, draws, got, want)
			}
		}
	}
}

func TestIntN(t *testing.T) {
	s := New(4, Measure, 0, 0)
	for _, n := range []int{1, 2, 3, 7, 10, 100, 255} {
		counts := make([]int, n)
		for range 200 * n {
			counts[s.IntN(n)]++
		}
		if n > 1 {
			chiSquare(t, fmt.Sprintf("IntN(%d)", n), counts)
		}
	}
	// Taking a remainder without rejection would give the lower two thirds of this
	// range, which 2^64 holds 2⅔ times, half as often again as the rest.
	const large = math.MaxInt / 4 * 3
	low := 0
	for range 10000 {
		v := s.IntN(large)
		if v < 0 || v >= large {
			t.Fatalf("IntN(%d) = %d", large, v)
		}
		if v < large/2 {
			low++
		}
	}
	if low < 4750 || low > 5250 {
		t.Errorf("IntN(%d): %d of 10000 in the lower half", large, low)
	}
	for _, n := range []int{0, -1} {
		func() {
			defer func() {
				if got := recover(); got != "rng: IntN wants a positive bound" {
					t.Errorf("IntN(%d): panic %v", n, got)
				}
			}()
			s.IntN(n)
		}()
	}
}

func TestNormal(t *testing.T) {
	const n = 1 << 17
	s := New(5, Init, 0, 0)
	var moments [5]float64
	tail, product, last := 0, 0.0, 0.0
	for range n {
		v := s.Normal()
		power := 1.0
		for k := range moments {
			moments[k] += power / n
			power *= v
		}
		if math.Abs(v) > 2 {
			tail++
		}
		product += v * last / n
		last = v
	}
	// The k-th powers of a normal number have variances 1, 2, 15 and 96.
	for k, want := range []float64{1: 0, 2: 1, 3: 0, 4: 3} {
		if k == 0 {
			continue
		}
		bound := 5 * math.Sqrt([]float64{0, 1, 2, 15, 96}[k]/n)
		if math.Abs(moments[k]-want) > bound {
			t.Errorf("moment %d is %v, want %v ± %.4f", k, moments[k], want, bound)
		}
	}
	const beyond = 0.0455003 // P(|v| > 2)
	if math.Abs(float64(tail)-beyond*n) > 5*math.Sqrt(beyond*n) {
		t.Errorf("%d of %d beyond 2, want about %.0f", tail, n, beyond*n)
	}
	if math.Abs(product) > 5/math.Sqrt(n) {
		t.Errorf("neighbours have correlation %v", product)
	}
}

// TestShuffle: every permutation of four is equally likely.
func TestShuffle(t *testing.T) {
	counts := map[[4]int]int{}
	for i := range 24000 {
		order := [4]int{0, 1, 2, 3}
		s := New(6, Shuffle, i, 0)
		s.Shuffle(4, func(i, j int) { order[i], order[j] = order[j], order[i] })
		counts[order]++
	}
	if len(counts) != 24 {
		t.Fatalf("%d permutations, want 24", len(counts))
	}
	var all []int
	for _, count := range counts {
		all = append(all, count)
	}
	chiSquare(t, "permutations", all)
}

func TestDrawingAllocatesNothing(t *testing.T) {
	sum := 0.0
	got := testing.AllocsPerRun(100, func() {
		s := New(1, Augment, 2, 3)
		sum += s.Float64() + s.Normal() + float64(s.IntN(5))
	})
	if got != 0 || sum == 0 {
		t.Errorf("%v allocations, sum %v", got, sum)
	}
}
