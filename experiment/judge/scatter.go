package judge

import (
	"math"

	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// scatterSamples is the number of benign, and of malicious, latents in a figure:
// the prototype's.
const scatterSamples = 100

// scatter projects latents of both groups on their joint principal components.
func scatter(g *Groups) []Scatter {
	out := []Scatter{}
	n := min(g.N, scatterSamples)
	if n < 2 {
		return out
	}
	for i, a := range g.at {
		joint := tensor.Stack(g.benign.View(i, n), g.malicious.View(i, n))
		basis, err := linalg.PCA(joint, 2)
		if err != nil || basis.Components.Rows == 0 {
			continue // latents that no figure could show
		}
		points := basis.Project(joint)
		var largest float32
		for _, v := range points.Data {
			largest = max(largest, v, -v)
		}
		s := Scatter{Level: a.Name}
		for row := range joint.Rows {
			var p [2]float64
			for k := range points.Cols {
				p[k] = math.Round(1000*float64(points.At(row, k))/float64(largest)) / 1000
			}
			if row < n {
				s.Benign = append(s.Benign, p)
			} else {
				s.Malicious = append(s.Malicious, p)
			}
		}
		out = append(out, s)
	}
	return out
}
