// Package rng draws random numbers from counters: a stream is named by (seed,
// purpose, epoch, index) and its k-th number is a hash of the name and k. No
// stream depends on how much was drawn from another, so a loader with one
// worker or sixteen draws the same, and a resumed run continues where it was.
package rng

import (
	"math"

	"sdrm/internal/fmath"
)

// Purpose keeps the streams of different parts of a run apart.
type Purpose uint64

// The purposes, by the kind of what is drawn. Their numbers are part of every
// published result. Parts that share a purpose keep their streams apart by epoch and
// index alone, and some that never use each other's numbers, detectors among them, draw
// from one stream of Search or Generate: a new part takes a new purpose, the next number.
const (
	Init     Purpose = 1  // initial weights; index is the parameter
	Shuffle  Purpose = 2  // order of the samples of an epoch
	Augment  Purpose = 3  // random transforms; index is the sample
	Select   Purpose = 4  // which samples are chosen; index is the sample
	Dropout  Purpose = 5  // index is the call
	Generate Purpose = 6  // made-up data; index is the sample
	Perturb  Purpose = 7  // what is done to a sample; index is the sample
	Search   Purpose = 8  // starting points of searches
	Measure  Purpose = 9  // projections and permutations
	Resample Purpose = 10 // samples drawn again with replacement
	// Regularise is what a term of the loss draws; epoch is the step.
	Regularise Purpose = 11
)

// Stream is a counter-based generator. Its zero value is not a stream; use New.
type Stream struct {
	key     uint64
	counter uint64
}

// New returns the stream named by its arguments.
func New(seed uint64, purpose Purpose, epoch, index int) Stream {
	k := mix(seed + 0x9e3779b97f4a7c15)
	k = mix(k ^ uint64(purpose)*0xbf58476d1ce4e5b9)
	k = mix(k ^ uint64(epoch)*0x94d049bb133111eb)
	k = mix(k ^ uint64(index)*0xd6e8feb86659fd93)
	return Stream{key: k}
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Uint64 returns 64 uniform bits.
func (s *Stream) Uint64() uint64 {
	s.counter++
	return mix(s.key + s.counter*0x9e3779b97f4a7c15)
}

// Skip passes over the next n numbers of 64 bits: Float64 and Uniform draw one, Normal two.
func (s *Stream) Skip(n int) { s.counter += uint64(n) }

// Float64 returns a uniform number in [0, 1) with 53 bits.
func (s *Stream) Float64() float64 { return float64(float64(s.Uint64()>>11) * 0x1p-53) }

// Float32 returns a uniform number in [0, 1) with 24 bits.
func (s *Stream) Float32() float32 { return float32(float32(s.Uint64()>>40) * 0x1p-24) }

// Uniform returns a uniform number in [lo, hi]: of numbers below hi those next to it may
// be rounded to it.
func (s *Stream) Uniform(lo, hi float64) float64 { return lo + float64(s.Float64()*(hi-lo)) }

// IntN returns a uniform number in [0, n); n must be positive.
func (s *Stream) IntN(n int) int {
	if n <= 0 {
		panic("rng: IntN wants a positive bound")
	}
	// Rejection keeps every value equally likely (Lemire's method without the
	// 128-bit product would be biased for n that do not divide 2^64).
	limit := math.MaxUint64 - math.MaxUint64%uint64(n)
	for {
		if v := s.Uint64(); v < limit {
			return int(v % uint64(n))
		}
	}
}

// Normal returns a standard normal number (Box and Muller 1958).
func (s *Stream) Normal() float64 {
	u := 1 - s.Float64() // in (0, 1]
	r := math.Sqrt(-2 * fmath.Log(u))
	return float64(r * fmath.Cos(2*math.Pi*s.Float64()))
}

// Shuffle permutes n things uniformly (Fisher and Yates).
func (s *Stream) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, s.IntN(i+1))
	}
}
