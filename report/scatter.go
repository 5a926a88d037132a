package report

import (
	"math"

	"sdrm/experiment/judge"
)

// cloud is the scatter of a run's latents at one level.
type cloud struct {
	Run, Level        string
	MMD               judge.Evidence
	Side              int
	Benign, Malicious []dot
}

type dot struct{ X, Y float64 }

const cloudSide = 320

// clouds returns a run's scatters, one a level.
func clouds(r judge.Result) []cloud {
	var out []cloud
	for _, s := range r.Scatter {
		f := frame(s.Benign, s.Malicious)
		out = append(out, cloud{r.Name, s.Level, r.At(s.Level).MMD, cloudSide, f.dots(s.Benign), f.dots(s.Malicious)})
	}
	return out
}

// A square is a piece of the plane: its middle, and half of its side.
type square struct {
	x, y, half float64
}

// frame returns the smallest square around all points, so that both axes have
// one scale.
func frame(sets ...[][2]float64) square {
	var lo, hi [2]float64
	for k := range 2 {
		lo[k], hi[k] = math.Inf(1), math.Inf(-1)
		for _, points := range sets {
			for _, p := range points {
				lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
			}
		}
	}
	half := max(hi[0]-lo[0], hi[1]-lo[1]) / 2
	if !(half > 0) {
		half = 1 // one point, or none
	}
	return square{(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2, half}
}

// dots places points in the figure.
func (s square) dots(points [][2]float64) []dot {
	const margin = 14
	var out []dot
	for _, p := range points {
		out = append(out, dot{
			place(p[0], s.x-s.half, s.x+s.half, margin, cloudSide-margin),
			place(p[1], s.y-s.half, s.y+s.half, cloudSide-margin, margin),
		})
	}
	return out
}
