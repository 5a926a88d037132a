package report

import (
	"fmt"
	"math"
	"strings"
)

// chart is a line chart over epochs. All coordinates are those of its SVG.
type chart struct {
	Title          string
	Width, Height  int
	Left, Right    float64 // of the plot area
	Top, Bottom    float64
	XTicks, YTicks []tick
	Lines          []line
}

type tick struct {
	At   float64
	Text string
}

// line is a run's curve: Points for a polyline, End for the dot at its end.
type line struct {
	Run    int // picks the colour
	Points string
	EndX   float64
	EndY   float64
	Name   string
	Last   string // value at the end
}

const (
	chartWidth  = 380
	chartHeight = 230
)

// newChart draws a series a run; nil series are left out. Values between lo and
// hi are always in view; if they are NaN the data alone decide.
func newChart(title string, names []string, series [][]float64, lo, hi float64) chart {
	c := chart{Title: title, Width: chartWidth, Height: chartHeight, Left: 46, Right: chartWidth - 14, Top: 14, Bottom: chartHeight - 36}
	longest := 0
	for _, s := range series {
		longest = max(longest, len(s))
		for i, v := range s {
			v = max(-math.MaxFloat32, min(v, math.MaxFloat32)) // beyond what training has, but a file may hold it
			s[i] = v
			lo, hi = math.Min(orIf(lo, v), v), math.Max(orIf(hi, v), v)
		}
	}
	if longest == 0 {
		return c
	}
	step := niceStep(hi - lo)
	lo, hi = float64(math.Floor(lo/step)*step), float64(math.Ceil(hi/step)*step)
	if lo == hi {
		hi += step
	}
	x := func(epoch int) float64 {
		return place(float64(epoch), 0, float64(max(longest-1, 1)), c.Left, c.Right)
	}
	y := func(v float64) float64 { return place(v, lo, hi, c.Bottom, c.Top) }
	for i := range int(math.Round((hi-lo)/step)) + 1 {
		v := lo + float64(float64(i)*step)
		c.YTicks = append(c.YTicks, tick{y(v), trim(v)})
	}
	every := max(1, int(math.Ceil(niceStep(float64(longest)))))
	for epoch := 0; epoch < longest; epoch++ {
		if epoch == 0 || (epoch+1)%every == 0 && epoch+1 > every/2+1 {
			c.XTicks = append(c.XTicks, tick{x(epoch), fmt.Sprint(epoch + 1)})
		}
	}
	for run, s := range series {
		if len(s) == 0 {
			continue
		}
		var points []string
		for epoch, v := range s {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(epoch), y(v)))
		}
		last := len(s) - 1
		c.Lines = append(c.Lines, line{run, strings.Join(points, " "), round1(x(last)), round1(y(s[last])), names[run], format(s[last], 3)})
	}
	return c
}

// orIf returns x, or v where x is NaN.
func orIf(x, v float64) float64 {
	if math.IsNaN(x) {
		return v
	}
	return x
}

// place maps v from [lo, hi] to [a, b]. The bounds may be products.
func place(v, lo, hi, a, b float64) float64 {
	lo = float64(lo)
	return round1(a + float64((float64(v)-lo)/(float64(hi)-lo)*(b-a)))
}

func round1(x float64) float64 { return math.Round(x*10) / 10 }

// niceStep returns a step of 1, 2 or 5 times a power of ten that cuts a range
// into four to ten parts.
func niceStep(size float64) float64 {
	if size <= 0 {
		return 1
	}
	step := 1.0
	for step > size/4 {
		step /= 10
	}
	for step*10 <= size/4 {
		step *= 10
	}
	for _, m := range []float64{5, 2} {
		if m*step <= size/4 {
			return m * step
		}
	}
	return step
}

func trim(v float64) string { return fmt.Sprintf("%.4g", v) }
