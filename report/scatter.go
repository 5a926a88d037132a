package report

import (
	"math"
	"strconv"
	"strings"

	"sdrm/experiment/judge"
)

// cloud is the scatter of a run's latents at one level.
type cloud struct {
	Run               string
	Level             string
	MMD               judge.Evidence
	Side              int
	Benign, Malicious string // paths of dots
	Moments           [4]string
}

const (
	cloudSide   = 240
	cloudMargin = 8
)

// standardised is a run's scatter at a level in a unit that all figures share: seen from
// the mean of the benign latents, in multiples of the root of their mean square distance
// from it.
type standardised struct {
	level             string
	benign, malicious [][2]float64
}

// standardise brings a scatter to that unit. Where all benign latents are one the unit is
// that of the figure.
func standardise(s judge.Scatter) standardised {
	mean, unit := moments(s.Benign)
	if !(unit > 0) || math.IsInf(unit, 0) {
		unit = 1
	}
	move := func(points [][2]float64) [][2]float64 {
		out := make([][2]float64, len(points))
		for i, p := range points {
			for k := range p {
				out[i][k] = (p[k] - mean[k]) / unit
			}
		}
		return out
	}
	return standardised{s.Level, move(s.Benign), move(s.Malicious)}
}

// moments are the mean of points and the root of their mean square distance from it.
func moments(points [][2]float64) (mean [2]float64, deviation float64) {
	n := float64(max(len(points), 1))
	for _, p := range points {
		for k := range p {
			mean[k] += p[k] / n
		}
	}
	for _, p := range points {
		for k := range p {
			d := p[k] - mean[k]
			deviation += float64(d*d) / n
		}
	}
	return mean, math.Sqrt(deviation)
}

// clouds returns the scatters of runs, one a level, all with the same axes.
func clouds(results []judge.Result) [][]cloud {
	spreads := make([][]standardised, len(results))
	reach := 0.0
	for run, r := range results {
		for _, s := range r.Scatter {
			one := standardise(s)
			spreads[run] = append(spreads[run], one)
			for _, points := range [][][2]float64{one.benign, one.malicious} {
				for _, p := range points {
					reach = max(reach, math.Abs(p[0]), math.Abs(p[1]))
				}
			}
		}
	}
	if !(reach > 0) {
		reach = 1 // one point, or none
	}
	out := make([][]cloud, len(results))
	for run, r := range results {
		for _, s := range spreads[run] {
			c := cloud{Run: r.Name, Level: s.level, MMD: r.At(s.level).MMD, Side: cloudSide, Benign: dots(s.benign, reach), Malicious: dots(s.malicious, reach)}
			mean, deviation := moments(s.malicious)
			for i, v := range []float64{mean[0], mean[1], math.Sqrt(float64(mean[0]*mean[0]) + float64(mean[1]*mean[1])), deviation} {
				c.Moments[i] = format(v, 2)
			}
			out[run] = append(out[run], c)
		}
	}
	return out
}

// dots places points in a figure whose axes reach so far both ways: a path of lines
// without length, which the style draws as dots.
func dots(points [][2]float64, reach float64) string {
	var b strings.Builder
	for _, p := range points {
		b.WriteByte('M')
		b.WriteString(number1(place(p[0], -reach, reach, cloudMargin, cloudSide-cloudMargin)))
		b.WriteByte(' ')
		b.WriteString(number1(place(p[1], -reach, reach, cloudSide-cloudMargin, cloudMargin)))
		b.WriteString("h0")
	}
	return b.String()
}

func number1(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
