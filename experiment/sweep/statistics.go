package sweep

import (
	"sdrm/defenses/score"
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
	mean, deviation := score.Moments(x)
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
	half := nullable.Float(score.HalfWidth(m.N, float64(m.Deviation)))
	return Difference{m.N, m.Mean, m.Mean - half, m.Mean + half}
}
