package judge

import (
	"context"
	"math"
	"slices"

	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/internal/fmath"
	"sdrm/internal/nullable"
	"sdrm/internal/rng"
	"sdrm/models"
	"sdrm/tensor/linalg"
)

// leastNull is how many samples a set has at least whose halves are compared (ours):
// eight and eight, which can be split in 12,870 ways, so that a permutation test has small
// steps.
const leastNull = 16

// nulls is the epoch of the streams that draw which samples are compared; division is
// another.
const nulls = -2

// PValues are the p-values of the two-sample test of detectors at a level where there
// is nothing to find, and how far they are from uniform: the statistic of Kolmogorov
// and Smirnov with its p-value.
type PValues struct {
	Level     string         `json:"level"`
	Sets      int            `json:"sets"`
	Samples   int            `json:"samples"` // of a set
	Statistic float64        `json:"ks"`
	P         float64        `json:"p"`
	Rejected  nullable.Float `json:"rejected"` // share of the sets with a p-value below 0.05
	Low       nullable.Float `json:"low"`      // of its 95 % interval (Wilson's)
	High      nullable.Float `json:"high"`
	Values    []float64      `json:"p_values"` // rising
}

// NullPValues tests untriggered test images against others of the same class, all of
// which the model calls so, at each of the given places: the images of each class are
// cut, in a drawn order, into sets as large as possible that have no image in common,
// at least so many over all classes, and one half of each is compared with the other.
// The error says how many images there are if they are too few. If ctx ends, it is
// context.Canceled.
func NullPValues(ctx context.Context, x *subject.Subject, at []models.Activation, sets int, w Work) ([]PValues, error) {
	work := &job{Work: w, all: len(at)}
	parts, err := nullSets(ctx, x, sets)
	if err != nil {
		return nil, err
	}
	var out []PValues
	for i := range at {
		u := Unit{Name: unitPValues, Level: at[i].Name}
		work.tell(u, 0)
		found := PValues{Level: at[i].Name, Sets: len(parts), Samples: len(parts[0])}
		for number, places := range parts {
			work.tell(u, float64(number)/float64(len(parts)))
			g, err := collect(ctx, x.Tests, at[i:i+1], selection{images: x.Images, set: x.Images.Test, places: places, limit: len(places), keep: everyone})
			if err != nil {
				return nil, err
			}
			half := g.N / 2
			samples := linalg.Numbers(g.N)
			in := defenses.Input{Latents: g.pick(0, samples[half:]), Clean: g.pick(0, samples[:half]), Seed: x.Spec.Seed + uint64(number)}
			p, err := defenses.MMDTest{}.PValue(ctx, in)
			if err != nil {
				return nil, fault.Inputf("level %s: %w", at[i].Name, err)
			}
			found.Values = append(found.Values, p)
		}
		slices.Sort(found.Values)
		found.Statistic, found.P = uniform(found.Values)
		rejected, _ := slices.BinarySearch(found.Values, 0.05)
		found.Rejected = nullable.Float(float64(rejected) / float64(len(parts)))
		found.Low, found.High = score.Wilson(rejected, len(parts))
		out = append(out, found)
		work.end(u)
	}
	return out, nil
}

// nullSets draws the places of the images of each set.
func nullSets(ctx context.Context, x *subject.Subject, sets int) ([][]int, error) {
	test := x.Images.Test
	byClass := make([][]int, len(test.Classes))
	images, err := x.Images.Plain(test, nil, nil)
	if err != nil {
		return nil, fault.Input(err)
	}
	_, err = x.Tests.Latents(ctx, images, nil, test.Len(), func(b *datasets.Batch, i, class int) bool {
		if called(b, i, class) {
			byClass[class] = append(byClass[class], b.Index[i])
		}
		return false
	})
	if err != nil {
		return nil, err
	}
	count := func(size int) (n int) {
		for _, places := range byClass {
			n += len(places) / size
		}
		return n
	}
	if n := count(leastNull); n < sets {
		return nil, fault.Inputf("the test images of each class that the model calls so: found %d sets of %d, want at least %d", n, leastNull, sets)
	}
	size := leastNull
	for count(size+1) >= sets {
		size++
	}
	var parts [][]int
	for class, places := range byClass {
		stream := rng.New(x.Spec.Seed, rng.Select, nulls, class)
		stream.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
		for ; len(places) >= size; places = places[size:] {
			parts = append(parts, places[:size])
		}
	}
	return parts, nil
}

// uniform returns how far rising numbers are from those of a uniform distribution on
// 0 to 1, the largest distance of the distribution functions, and the probability of at
// least that, by Kolmogorov's limit with the correction of Stephens (J. R. Stat. Soc. B
// 1970) for few numbers.
func uniform(rising []float64) (statistic, p float64) {
	n := float64(len(rising))
	for i, v := range rising {
		statistic = max(statistic, v-float64(i)/n, float64(i+1)/n-v)
	}
	root := math.Sqrt(n)
	at := float64((root + 0.12 + 0.11/root) * statistic)
	if at < 0.2 {
		return statistic, 1 // to 12 digits
	}
	sign := 2.0
	for k := 1.0; k <= 100; k++ {
		p += float64(sign * fmath.Exp(float64(-2*k*k*at)*at))
		sign = -sign
	}
	return statistic, min(max(p, 0), 1)
}
