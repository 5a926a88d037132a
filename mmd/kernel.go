package mmd

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"sdrm/asm"
	"sdrm/internal/fmath"
)

// Kernel is a sum of Gaussian kernels of a squared distance D,
//
//	k(D) = Σ_m exp(−D/(b·m)),
//
// whose bandwidths are multiples m of a base b that Rule finds. The bandwidth is
// a constant to gradients.
type Kernel struct {
	Multiples []float64
	Rule      Rule
}

// Rule says what the base bandwidth is.
type Rule int

const (
	// MeanDistance is the mean squared distance of all pairs of different
	// members of the joint set, the rule of the authors' code.
	MeanDistance Rule = iota
	// MedianDistance is the median of these squared distances, or where it is 0, for
	// half of the pairs coincide, their mean (ours).
	MedianDistance
	// Given is 1: the multiples are the bandwidths.
	Given
)

// base returns the base bandwidth of samples with a mean distance: that distance if it
// is not finite, NaN if the samples lie so near one another, or the bandwidths were given
// so small, that derivatives of the kernel are beyond float32.
func (k Kernel) base(mean float64, median func() float64) float64 {
	base := mean
	switch {
	case mean-mean != 0:
		return mean
	case k.Rule == Given:
		base = 1
	case k.Rule == MedianDistance:
		if m := median(); m > 0 {
			base = m
		}
	}
	for _, m := range k.Multiples {
		if base != 0 && !(4/float64(base*m) <= math.MaxFloat32) {
			return math.NaN()
		}
	}
	return base
}

// Prototype is the kernel of the authors' code: five bandwidths, the mean
// distance times ¼, ½, 1, 2 and 4. There is no factor 2 beside the bandwidth.
func Prototype() Kernel { return prototype }

var prototype = Kernel{Multiples: []float64{0.25, 0.5, 1, 2, 4}}

// Median is the single kernel exp(−D/2σ²) whose σ is the median distance
// (Gretton et al., JMLR 2012, section 8).
func Median() Kernel { return Kernel{Multiples: []float64{2}, Rule: MedianDistance} }

// The least and the largest σ of a Gaussian whose derivatives are float32 numbers.
const (
	LeastSigma   = 1e-19
	LargestSigma = 1e19
)

// Gaussian is the single kernel exp(−D/2σ²). Measures may be NaN for a σ below LeastSigma.
func Gaussian(sigma float64) Kernel {
	return Kernel{Multiples: []float64{2 * sigma * sigma}, Rule: Given}
}

// at returns k and its derivative at squared distance d, for mean distance b.
func (k Kernel) at(d, b float64) (value, slope float64) {
	for _, m := range k.Multiples {
		width := b * m
		e := fmath.Exp(-d / width)
		value += e
		slope -= e / width
	}
	return value, slope
}

// values sets dst to k at squared distances, for mean distance b. scratch is as long.
func (k Kernel) values(dst, scratch []float64, squared []float32, b float64) {
	kernels := asm.Current()
	clear(dst)
	for _, m := range k.Multiples {
		width := b * m
		for i, d := range squared {
			scratch[i] = -float64(d) / width
		}
		kernels.Exp64(scratch, scratch)
		for i, e := range scratch {
			dst[i] += e
		}
	}
}

// Estimator says how the kernel is averaged over pairs of one set.
type Estimator int

const (
	// Biased averages over all pairs, a sample with itself included (a
	// V-statistic). It is never negative, and its mean is positive for equal
	// distributions. The authors' code uses it.
	Biased Estimator = iota
	// Unbiased leaves out the pairs of a sample with itself (a U-statistic;
	// Gretton et al., JMLR 2012, eq. 3). It needs two members a set.
	Unbiased
)

var estimatorNames = []string{"biased", "unbiased"}

// EstimatorNames returns the names of the estimators.
func EstimatorNames() []string { return slices.Clone(estimatorNames) }

// String returns the estimator's name.
func (e Estimator) String() string { return estimatorNames[e] }

// ParseEstimator returns the estimator of the given name.
func ParseEstimator(name string) (Estimator, error) {
	e := slices.Index(estimatorNames, name)
	if e < 0 {
		return 0, fmt.Errorf("mmd: unknown estimator %q, want %s", name, strings.Join(estimatorNames, " or "))
	}
	return Estimator(e), nil
}

// members returns how many members a set needs.
func (e Estimator) members() int {
	if e == Unbiased {
		return 2
	}
	return 1
}

// pairs returns the number of ordered pairs within a set of n members.
func (e Estimator) pairs(n int) float64 {
	if e == Unbiased {
		return float64(n) * float64(n-1)
	}
	return float64(n) * float64(n)
}
