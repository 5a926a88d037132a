package score

import (
	"math"

	"sdrm/internal/fmath"
)

// Moments returns the mean of values and their sample deviation, which is NaN of one
// value. Both are NaN of none.
func Moments(x []float64) (mean, deviation float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v
	}
	mean /= n
	squares, rest := 0.0, 0.0 // the rest is 0 but for rounding
	for _, v := range x {
		d := v - mean
		squares += float64(d * d)
		rest += d
	}
	return mean, math.Sqrt((squares - float64(rest*rest)/n) / (n - 1))
}

// HalfWidth returns half the width of the 95 % interval of the mean of n values with a
// sample deviation, by Student's t; NaN of less than two.
func HalfWidth(n int, deviation float64) float64 {
	return float64(quantile975(n-1)*deviation) / math.Sqrt(float64(n))
}

// quantile975 returns the t below which lies 0.975 of Student's distribution with so
// many degrees of freedom; NaN below one. It is √ν·tan θ, where θ has A(θ) = 0.95.
func quantile975(freedom int) float64 {
	if freedom < 1 {
		return math.NaN()
	}
	low, high := 0.0, math.Pi/2
	for {
		at := (low + high) / 2
		switch {
		case at == low || at == high:
			return math.Sqrt(float64(freedom)) * fmath.Sin(at) / fmath.Cos(at)
		case twoSided(freedom, at) < 0.95:
			low = at
		default:
			high = at
		}
	}
}

// twoSided returns A, the probability that |t| is less than √ν·tan θ for ν degrees of
// freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4).
func twoSided(freedom int, theta float64) float64 {
	sin, cos := fmath.Sin(theta), fmath.Cos(theta)
	odd := freedom%2 == 1
	power, sum := 1.0, 0.0
	if odd {
		power = cos
	}
	for k := freedom % 2; k < freedom; k += 2 { // power is a product of fractions and cos^k
		sum += power
		power = float64(float64(power*cos)*cos) * float64(k+1) / float64(k+2)
	}
	if odd {
		return (theta + float64(sin*sum)) * 2 / math.Pi
	}
	return float64(sin * sum)
}
