package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"testing"

	"sdrm/internal/parallel"
)

// TestSyntheticGolden pins the set: every architecture must draw it alike.
func TestSyntheticGolden(t *testing.T) {
	for _, test := range []struct {
		split Split
		want  string
	}{
		{Train, "6ffdc269eed346b21ce869e55adb3883e5cb0b21a7321e21fd665bc7174d9b83"},
		{Test, "a0bc1f53d8437df468d1624106818e2ee90db896ce94e9cd42eea76c0529f451"},
	} {
		sum := sha256.Sum256(Synthetic(1, test.split, 100).Pixels)
		if got := hex.EncodeToString(sum[:]); got != test.want {
			t.Errorf("%v: SHA-256 %s, want %s", test.split, got, test.want)
		}
	}
}

func TestSyntheticShape(t *testing.T) {
	wantSource(t, "synthetic", 10, 3, [2]int{4000, 1000}, true)
	for _, n := range []int{0, 1, 9, 10, 11, 205} {
		set := Synthetic(3, Train, n)
		if set.Len() != n || set.H != 32 || set.W != 32 || len(set.Classes) != 10 || len(set.Pixels) != n*3072 {
			t.Fatalf("%d images: %d labels, %d×%d, %d classes, %d bytes", n, set.Len(), set.H, set.W, len(set.Classes), len(set.Pixels))
		}
		for start := 0; start+10 <= n; start += 10 {
			labels := slices.Sorted(slices.Values(set.Labels[start : start+10]))
			if !slices.Equal(labels, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
				t.Errorf("labels %v from %d on", labels, start)
			}
		}
		for i, label := range set.Labels {
			if label < 0 || label > 9 {
				t.Errorf("label %d is %d", i, label)
			}
		}
	}
	if labels := Synthetic(3, Train, 20).Labels; slices.Equal(labels[:10], labels[10:]) || slices.IsSorted(labels[:10]) {
		t.Errorf("labels %v are not shuffled", labels)
	}
}

func TestSyntheticBeginsAlike(t *testing.T) {
	long, short := Synthetic(5, Test, 43), Synthetic(5, Test, 27)
	if !bytes.Equal(long.Pixels[:len(short.Pixels)], short.Pixels) || !slices.Equal(long.Labels[:27], short.Labels) {
		t.Error("a longer set does not begin with the shorter one")
	}
}

func TestSyntheticSameForAnyWorkers(t *testing.T) {
	defer parallel.SetWorkers(0)
	parallel.SetWorkers(1)
	want := Synthetic(5, Train, 50)
	for _, workers := range []int{2, 7} {
		parallel.SetWorkers(workers)
		if got := Synthetic(5, Train, 50); !bytes.Equal(got.Pixels, want.Pixels) || !slices.Equal(got.Labels, want.Labels) {
			t.Errorf("%d workers draw another set", workers)
		}
	}
}

// TestSyntheticImagesDiffer: no image of any seed, split or place equals
// another, or is nearly blank.
func TestSyntheticImagesDiffer(t *testing.T) {
	seen := map[[32]byte]bool{}
	for seed := range uint64(3) {
		for _, split := range []Split{Train, Test} {
			set := Synthetic(seed, split, 100)
			for i := range set.Len() {
				image := set.Image(i)
				sum := sha256.Sum256(image)
				if seen[sum] {
					t.Errorf("seed %d, %v: image %d occurs twice", seed, split, i)
				}
				seen[sum] = true
				low, high := slices.Min(image), slices.Max(image)
				if high-low < 30 {
					t.Errorf("seed %d, %v: image %d has values from %d to %d only", seed, split, i, low, high)
				}
			}
		}
	}
}

// TestSyntheticNeedsLearning: neither the mean colour nor the nearest class mean
// tells the classes apart well, but the means do say something.
func TestSyntheticNeedsLearning(t *testing.T) {
	train, test := Synthetic(1, Train, 2000), Synthetic(1, Test, 500)
	const size = 32 * 32 * 3
	means := make([]float64, 10*size)
	for i, label := range train.Labels {
		for k, v := range train.Image(i) {
			means[label*size+k] += float64(v) / 200
		}
	}
	right := 0
	for i, label := range test.Labels {
		best, nearest := -1, math.Inf(1)
		for class := range 10 {
			distance := 0.0
			for k, v := range test.Image(i) {
				d := float64(v) - means[class*size+k]
				distance += d * d
			}
			if distance < nearest {
				best, nearest = class, distance
			}
		}
		if best == label {
			right++
		}
	}
	if accuracy := float64(right) / 500; accuracy < 0.12 || accuracy > 0.45 {
		t.Errorf("the nearest class mean is right on %.3f of the test images, want between 0.12 and 0.45", accuracy)
	}
}

func TestFigures(t *testing.T) {
	for _, f := range figures {
		inside := 0
		for y := -2.0; y <= 2; y += 0.05 {
			for x := -2.0; x <= 2; x += 0.05 {
				d := f.distance(point{x, y})
				if d < 0 {
					inside++
				}
				if d < 0 && max(math.Abs(x), math.Abs(y)) > 1.2 {
					t.Fatalf("%s: (%.2f, %.2f) is inside", f.name, x, y)
				}
				// Moving by a step changes a distance by at most the step.
				if next := f.distance(point{x + 0.05, y}); math.Abs(next-d) > 0.0500001 {
					t.Fatalf("%s: distance jumps from %v to %v at (%.2f, %.2f)", f.name, d, next, x, y)
				}
			}
		}
		if area := float64(inside) * 0.05 * 0.05; area < 0.9 || area > 3.5 {
			t.Errorf("%s: area %.2f, want 0.9 to 3.5", f.name, area)
		}
	}
	// Points whose distance to a figure is plain to see.
	for _, test := range []struct {
		name string
		p    point
		want float64
	}{
		{"disc", point{0, 2}, 1.08},
		{"ring", point{0, 0}, 0.47},
		{"ring", point{0.7, 0}, -0.23},
		{"square", point{0, 0}, -0.8},
		{"square", point{1.8, 0}, 1},
		{"square", point{1.1, 1.2}, 0.5},
		{"triangle", point{0, 1.75}, 1},
		{"star", point{0, -2.1}, 1},
		{"cross", point{0, 1.95}, 1},
		{"letter E", point{1.6, 0.85}, 0.78},
		{"letter H", point{0, 0.5}, 0.28},
		{"letter A", point{0, -1.9}, 0.78},
		{"letter K", point{-0.55, 0}, -0.22},
	} {
		i := slices.IndexFunc(figures[:], func(f figure) bool { return f.name == test.name })
		if got := figures[i].distance(test.p); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s: distance of %v is %v, want %v", test.name, test.p, got, test.want)
		}
	}
}

func BenchmarkSynthetic(b *testing.B) {
	for b.Loop() {
		Synthetic(1, Train, 100)
	}
}
