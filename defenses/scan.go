package defenses

import (
	"context"
	"fmt"
	"math"
	"slices"

	"sdrm/internal/rng"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// SCAn asks whether the latents of a class are one group or two (Tang, Wang,
// Tang and Zhang, USENIX Security 2021): a latent is its class's mean plus a
// variation that all classes share. The covariances of both come from clean
// latents of all classes; the inspected class, split in two where that explains
// it best, is taken for poisoned if the split explains far more than the splits of the
// other classes do.
type SCAn struct{}

const (
	// scanThreshold is e², the anomaly index from which a class is poisoned (the
	// paper and BackdoorBench; backdoor-toolbox has e).
	scanThreshold = 7.38905609893065
	// scanComponents is how many principal components of the clean latents are
	// looked at (ours; the paper takes a narrow layer whole).
	scanComponents = 32
	// scanRounds and scanTolerance end the expectation maximisation:
	// backdoor-toolbox, with the tolerance taken relative (ours).
	scanRounds    = 100
	scanTolerance = 1e-5
	// scanDraws is how often a class that is larger than the smallest is cut into
	// parts of that one's size (ours; published code compares unequal classes).
	scanDraws = 16
	// scanClasses is how many other classes are needed for a median (ours).
	scanClasses = 2
	// scanRows is how many clean latents another class needs if that leaves so many
	// classes (ours): the least class is the size of the parts of all.
	scanRows = 20
)

// Name returns "scan".
func (SCAn) Name() string { return "scan" }

// Needs says clean latents of the class and of others, and fewer samples of the
// other group than of the class.
func (SCAn) Needs() Needs { return Needs{Clean: true, Others: true, Minority: true} }

// Inspect needs clean latents of the class and of at least two other classes.
// The canonical decision flags, if the anomaly index exceeds e² and the split
// explains more than that of the median class (ours: the index has no sign),
// the group that holds fewer of the clean latents of the class. The best case
// is a defender who knows which group is the poison.
func (d SCAn) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkLatents(ctx, d); err != nil {
		return Verdict{}, err
	}
	classes, err := d.classes(in)
	if err != nil {
		return Verdict{}, err
	}
	b, err := basis(d, "clean latents of all classes", tensor.Stack(classes...), scanComponents)
	if err != nil {
		return Verdict{}, err
	}
	points := make([][][]float64, len(classes))
	for i, c := range classes {
		points[i] = linalg.Float64s(b.Project(c))
	}
	s := fitSpread(points)
	x, order := sorted(in.Latents)
	points[0] = append(linalg.Float64s(b.Project(x)), points[0]...)
	size := math.MaxInt
	for _, p := range points {
		size = min(size, len(p))
	}
	explained := make([]float64, len(points))
	for i, p := range points {
		explained[i] = s.gain(p, size, in.Seed, i)
	}
	own := halve(s.whiten(points[0]))
	middle, mad := medianDeviation(slices.Clone(explained), median)
	index := math.Abs(explained[0]-middle) / float64(madNormal*mad)

	first := fewerOf(own.Labels[len(order):])
	options := own.options(first, [2]string{"group with fewer clean latents", "group with more clean latents"}, order)
	canonical := options[0]
	canonical.Threshold = scanThreshold
	canonical.ThresholdRule = fmt.Sprintf("the group with fewer clean latents if the anomaly index of the class, here %.4g, exceeds e², else none", index)
	if !(explained[0] > middle && index > scanThreshold) {
		canonical.Flags = make([]bool, len(order))
	}
	return Verdict{Detector: d.Name(), Canonical: canonical, Options: options}, nil
}

// classes returns the clean latents, those of the inspected class first, of the
// others those with scanRows, if there are enough of them.
func (d SCAn) classes(in Input) ([]tensor.View, error) {
	if len(in.Others) < scanClasses {
		return nil, unusable(d, ErrLatents, "other classes: found %d, expected at least %d", len(in.Others), scanClasses)
	}
	var classes []tensor.View
	for i, latents := range append([]tensor.View{in.Clean}, in.Others...) {
		field := "clean latents"
		if i > 0 {
			field = otherClass(i - 1)
		}
		if err := checkRows(d, field, latents, leastClean, in.Latents.Cols); err != nil {
			return nil, err
		}
		c, _ := sorted(latents)
		classes = append(classes, c)
	}
	large := slices.DeleteFunc(slices.Clone(classes[1:]), func(c tensor.View) bool { return c.Rows < scanRows })
	if len(large) < scanClasses {
		return classes, nil
	}
	return append(classes[:1], large...), nil
}

// gain returns the mean of what a split explains over parts of a class of one
// size, for the fewer the samples the more a split seems to explain. A larger
// class is cut into as many parts as it has, scanDraws times by draws.
func (s *spread) gain(class [][]float64, size int, seed uint64, number int) float64 {
	draws := scanDraws
	if len(class) == size {
		draws = 1
	}
	sum, parts := 0.0, 0
	for draw := range draws {
		order := drawn(len(class), rng.New(seed, rng.Search, 2+draw, number))
		for ; len(order) >= size; order = order[size:] {
			part := make([][]float64, size)
			for i, at := range order[:size] {
				part[i] = class[at]
			}
			c := halve(s.whiten(part))
			sum += s.explained(&c)
			parts++
		}
	}
	return sum / float64(parts)
}

// fewerOf returns the group of two that occurs less often, 1 of equals.
func fewerOf(labels []int) int {
	ones := 0
	for _, label := range labels {
		ones += label
	}
	if 2*ones <= len(labels) {
		return 1
	}
	return 0
}

// spread is how the means of classes vary, and samples around them, in the
// coordinates that make the second covariance the identity and the first
// diagonal.
type spread struct {
	forward, back []float64 // k×k, to these coordinates and from them
	between       []float64 // variance of the means along each
}

// fitSpread estimates the two covariances from samples by class by expectation
// maximisation: a class's mean is the one to be expected given its samples, and
// the covariances are those of the means and of the samples around them.
func fitSpread(classes [][][]float64) *spread {
	k, n := len(classes[0][0]), 0
	for _, c := range classes {
		n += len(c)
	}
	means, expected := make([][]float64, len(classes)), make([][]float64, len(classes))
	shares := make([]float64, len(classes))
	inside := make([]float64, k*k) // of the samples around their own means
	for i, c := range classes {
		shares[i] = float64(len(c)) / float64(n)
		means[i] = meanOf(c)
		expected[i] = means[i]
		addTo(inside, shares[i], linalg.SecondMoment(around(c, means[i]), k))
	}
	var s *spread
	var between, within []float64
	for round := 0; ; round++ {
		joint := make([]float64, k)
		for i, m := range expected {
			addTo(joint, shares[i], m)
		}
		newBetween, newWithin := make([]float64, k*k), slices.Clone(inside)
		for i, m := range expected {
			addTo(newBetween, shares[i], linalg.SecondMoment(around([][]float64{m}, joint), k))
			addTo(newWithin, shares[i], linalg.SecondMoment(around([][]float64{means[i]}, m), k))
		}
		moved := math.Inf(1)
		if round > 0 {
			moved = math.Sqrt(linalg.SquaredDistance(newBetween, between)) + math.Sqrt(linalg.SquaredDistance(newWithin, within))
		}
		between, within = newBetween, newWithin
		s = newSpread(between, within, k)
		none := make([]float64, k*k)
		size := math.Sqrt(linalg.SquaredDistance(between, none)) + math.Sqrt(linalg.SquaredDistance(within, none))
		if moved <= scanTolerance*size || round == scanRounds {
			return s
		}
		for i, c := range classes {
			inner := linalg.MulVec(s.forward, means[i])
			expected[i] = linalg.MulVec(s.back, s.shrink(inner, len(c)))
		}
	}
}

// newSpread diagonalises two covariances.
func newSpread(between, within []float64, k int) *spread {
	white := linalg.InverseRoot(slices.Clone(within), k)
	root := linalg.Spectral(slices.Clone(within), k, func(v, _ float64) float64 { return math.Sqrt(max(0, v)) })
	values, vectors := linalg.SymmetricEigen(linalg.Mul(linalg.Mul(white, between, k), white, k), k)
	turned := make([]float64, k*k)
	for i := range k {
		for j := range k {
			turned[j*k+i] = vectors[i*k+j]
		}
	}
	return &spread{linalg.Mul(vectors, white, k), linalg.Mul(root, turned, k), values}
}

// shrink returns the mean to be expected of a class, in whitened coordinates,
// given the mean of n of its samples: n·S_μ(n·S_μ + S_ε)⁻¹ times that.
func (s *spread) shrink(mean []float64, n int) []float64 {
	out := make([]float64, len(mean))
	for j, v := range mean {
		nd := float64(float64(n) * max(0, s.between[j]))
		out[j] = float64(v * (nd / (nd + 1)))
	}
	return out
}

// whiten returns samples in the coordinates of the spread.
func (s *spread) whiten(points [][]float64) tensor.View {
	k := len(s.between)
	out := tensor.Matrix(make([]float32, len(points)*k), len(points), k)
	for i, p := range points {
		for j, v := range linalg.MulVec(s.forward, p) {
			out.Data[i*k+j] = float32(v)
		}
	}
	return out
}

// explained returns how much the log-likelihood of a sample gains on average,
// times two, when a class has two means instead of one.
func (s *spread) explained(c *clusters) float64 {
	points := linalg.Float64s(c.points)
	one := s.shrink(meanOf(points), len(points))
	sum := 0.0
	for i, p := range points {
		sum += linalg.SquaredDistance(p, one) - linalg.SquaredDistance(p, c.Centroids[c.Labels[i]])
	}
	return sum / float64(len(points))
}

func meanOf(points [][]float64) []float64 {
	mean := make([]float64, len(points[0]))
	for _, p := range points {
		addTo(mean, 1/float64(len(points)), p)
	}
	return mean
}

// around returns the points minus a centre.
func around(points [][]float64, centre []float64) [][]float64 {
	out := make([][]float64, len(points))
	for i, p := range points {
		out[i] = slices.Clone(p)
		addTo(out[i], -1, centre)
	}
	return out
}

// addTo adds a·x to dst.
func addTo(dst []float64, a float64, x []float64) {
	for i, v := range x {
		dst[i] += float64(a * v)
	}
}

func init() {
	register(Definition{Order: 4, Title: "SCAn", Paper: "Tang, Wang, Tang and Zhang, USENIX Security 2021",
		Defaults: "anomaly index above e² (paper, BackdoorBench); 100 rounds, tolerance 10⁻⁵ (backdoor-toolbox); 32 components, classes of one size, 16 draws (ours)"}, SCAn{})
}
