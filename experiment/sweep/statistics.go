package sweep

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"sdrm/internal/nullable"
)

// Mean is the mean of some values with their sample deviation, which is NaN of
// one value.
type Mean struct {
	N         int            `json:"n"`
	Mean      nullable.Float `json:"mean"`
	Deviation nullable.Float `json:"deviation"`
}

func meanOf(x []float64) Mean {
	mean, deviation := stat.MeanStdDev(x, nil)
	return Mean{len(x), nullable.Float(mean), nullable.Float(deviation)}
}

// Difference is the mean of paired differences with the bounds of its 95 %
// interval by Student's t, which are NaN of one pair.
type Difference struct {
	Pairs int            `json:"pairs"`
	Mean  nullable.Float `json:"mean"`
	Low   nullable.Float `json:"low"`
	High  nullable.Float `json:"high"`
}

func differenceOf(x []float64) Difference {
	m := meanOf(x)
	d := Difference{m.N, m.Mean, nullable.NaN(), nullable.NaN()}
	if m.N > 1 {
		t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(m.N - 1)}.Quantile(0.975)
		half := nullable.Float(float64(t / math.Sqrt(float64(m.N)) * float64(m.Deviation)))
		d.Low, d.High = m.Mean-half, m.Mean+half
	}
	return d
}
