package score

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

func TestQuantileEqualsGonum(t *testing.T) {
	for freedom := 1; freedom <= 3000; freedom += 1 + freedom/20 {
		want := distuv.StudentsT{Sigma: 1, Nu: float64(freedom)}.Quantile(0.975)
		near(t, "quantile", quantile975(freedom), want, 1e-9*want)
	}
	near(t, "one degree of freedom", quantile975(1), math.Tan(0.475*math.Pi), 1e-12)
	near(t, "two degrees of freedom", quantile975(2), 0.95*math.Sqrt(2/(1-0.95*0.95)), 1e-14)
	if got := quantile975(0); !math.IsNaN(got) {
		t.Errorf("without a degree of freedom: %v, want NaN", got)
	}
}

func TestMomentsEqualGonum(t *testing.T) {
	for _, x := range [][]float64{nil, {2}, {1, 2}, {1e9, 1e9 + 1, 1e9 + 3}, {0.1, 0.1, 0.1}} {
		mean, deviation := Moments(x)
		wantMean, wantDeviation := stat.MeanStdDev(x, nil)
		for _, c := range [][2]float64{{mean, wantMean}, {deviation, wantDeviation}} {
			if c[0] != c[1] && !(math.Abs(c[0]-c[1]) <= 1e-15*math.Abs(c[1])) && !(math.IsNaN(c[0]) && math.IsNaN(c[1])) {
				t.Errorf("%v: found %v, want %v", x, c[0], c[1])
			}
		}
	}
}
