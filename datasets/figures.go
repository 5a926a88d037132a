package datasets

import (
	"math"

	"sdrm/internal/fmath"
)

// A point in the plane of a figure, where x points right and y down.
type point struct{ x, y float64 }

// A figure is what a class of the synthetic set looks like: its name and the
// signed distance to its edge, negative inside. Figures fill about [-1, 1]².
type figure struct {
	name     string
	distance func(p point) float64
}

// figures are the classes of the synthetic set, by label.
var figures = [...]figure{
	{"disc", disc},
	{"ring", ring},
	{"square", polygon(point{-0.8, -0.8}, point{0.8, -0.8}, point{0.8, 0.8}, point{-0.8, 0.8})},
	{"triangle", polygon(point{0, -1}, point{0.95, 0.75}, point{-0.95, 0.75})},
	{"star", polygon(starPoints(5, 1.1, 0.48)...)},
	{"cross", polygon(
		point{-0.3, -0.95}, point{0.3, -0.95}, point{0.3, -0.3}, point{0.95, -0.3},
		point{0.95, 0.3}, point{0.3, 0.3}, point{0.3, 0.95}, point{-0.3, 0.95},
		point{-0.3, 0.3}, point{-0.95, 0.3}, point{-0.95, -0.3}, point{-0.3, -0.3})},
	{"letter A", strokes(
		point{-0.7, 0.9}, point{0, -0.9},
		point{0, -0.9}, point{0.7, 0.9},
		point{-0.4, 0.3}, point{0.4, 0.3})},
	{"letter E", strokes(
		point{-0.55, -0.85}, point{-0.55, 0.85},
		point{-0.55, -0.85}, point{0.6, -0.85},
		point{-0.55, 0}, point{0.45, 0},
		point{-0.55, 0.85}, point{0.6, 0.85})},
	{"letter H", strokes(
		point{-0.6, -0.9}, point{-0.6, 0.9},
		point{0.6, -0.9}, point{0.6, 0.9},
		point{-0.6, 0}, point{0.6, 0})},
	{"letter K", strokes(
		point{-0.55, -0.9}, point{-0.55, 0.9},
		point{-0.55, 0.1}, point{0.6, -0.9},
		point{-0.2, -0.15}, point{0.65, 0.9})},
}

// figureNames returns the names of the figures, by label.
func figureNames() []string {
	names := make([]string, len(figures))
	for i, f := range figures {
		names[i] = f.name
	}
	return names
}

func disc(p point) float64 { return length(p) - 0.92 }

func ring(p point) float64 { return math.Abs(length(p)-0.7) - 0.23 }

// polygon returns the distance to a closed polygon.
func polygon(corners ...point) func(point) float64 {
	return func(p point) float64 {
		nearest, inside := math.Inf(1), false
		a := corners[len(corners)-1]
		for _, b := range corners {
			nearest = min(nearest, segment(p, a, b))
			if (a.y > p.y) != (b.y > p.y) && p.x < float64((b.x-a.x)*((p.y-a.y)/(b.y-a.y)))+a.x {
				inside = !inside
			}
			a = b
		}
		if inside {
			return -nearest
		}
		return nearest
	}
}

// strokes returns the distance to thick lines, each between two of the ends.
func strokes(ends ...point) func(point) float64 {
	const halfWidth = 0.22
	return func(p point) float64 {
		nearest := math.Inf(1)
		for i := 0; i < len(ends); i += 2 {
			nearest = min(nearest, segment(p, ends[i], ends[i+1]))
		}
		return nearest - halfWidth
	}
}

// starPoints returns the corners of a star with n points, the first at the top.
func starPoints(n int, outer, inner float64) []point {
	corners := make([]point, 2*n)
	for i := range corners {
		radius := outer
		if i%2 == 1 {
			radius = inner
		}
		angle := float64(float64(i) * (math.Pi / float64(n)))
		corners[i] = point{float64(radius * fmath.Sin(angle)), -float64(radius * fmath.Cos(angle))}
	}
	return corners
}

// segment returns the distance from p to the line between a and b.
func segment(p, a, b point) float64 {
	ex, ey := b.x-a.x, b.y-a.y
	px, py := p.x-a.x, p.y-a.y
	t := (float64(px*ex) + float64(py*ey)) / (float64(ex*ex) + float64(ey*ey))
	t = min(max(t, 0), 1)
	return length(point{px - float64(t*ex), py - float64(t*ey)})
}

func length(p point) float64 { return math.Sqrt(float64(p.x*p.x) + float64(p.y*p.y)) }
