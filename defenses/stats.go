package defenses

import (
	"math"
	"slices"

	"sdrm/tensor/linalg"
)

// madNormal makes the median absolute deviation of a normal distribution its
// standard deviation.
const madNormal = 1.4826

// median sorts x. Of an even number it is the mean of the middle two, of none
// NaN.
func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// percentile returns the p-th percentile of x. It sorts x.
func percentile(x []float64, p float64) float64 {
	slices.Sort(x)
	return linalg.Quantile(x, p/100)
}

// middlePercentile is the 50th percentile, which may differ from the median in
// the last bit. It sorts x.
func middlePercentile(x []float64) float64 { return percentile(x, 50) }

// medianDeviation returns the middle of x, by median or middlePercentile, and
// in the same way that of the distances to it, the MAD. It overwrites x.
func medianDeviation(x []float64, middleOf func([]float64) float64) (middle, mad float64) {
	middle = middleOf(x)
	for i, v := range x {
		x[i] = math.Abs(v - middle)
	}
	return middle, middleOf(x)
}

// moments returns the mean and the standard deviation, with divisor n, of x.
func moments(x []float64) (mean, deviation float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		d := v - mean
		deviation += float64(d * d)
	}
	return mean, math.Sqrt(deviation / float64(len(x)))
}

// topThreshold returns the lowest of the count highest scores, count rounded up;
// +Inf of none.
func topThreshold(scores []float64, count float64) float64 {
	// The small term keeps a product that should be whole from being rounded
	// up past it.
	n := int(math.Ceil(count - 1e-9))
	if n <= 0 {
		return math.Inf(1)
	}
	sorted := slices.Sorted(slices.Values(scores))
	return sorted[max(0, len(sorted)-n)]
}
