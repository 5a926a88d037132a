package attacks

import (
	"math"

	"sdrm/internal/fmath"
)

func init() {
	register(Recipe{
		Name:  "sig",
		Title: "SIG",
		Paper: "Barni, Kallas and Tondi, arXiv:1902.11237",
		Options: []Option{
			{"delta", "40", "BackdoorBench's (backdoor-toolbox: 30)", "amplitude of the wave in levels, above 0 and at most 255"},
			{"frequency", "6", "BackdoorBench's", "waves across the image, above 0 and at most 1024"},
		},
		create: newSIG,
	})
}

// sig adds a sinusoid along the columns: level v of column j, in an image of w
// columns, becomes v + delta·sin(2π·j·frequency/w), kept in 0 to 255. That it is
// rounded to the nearest level is our choice. Only images of the target class
// get it in training, and their labels stay.
type sig struct{ delta, frequency float64 }

func newSIG(t *told) Attack {
	return Attack{sig{t.number("delta", 0, 255), t.number("frequency", 0, 1024)}, CleanLabel, Unchanged}
}

// Apply adds the wave.
func (s sig) Apply(m Image) {
	m.check()
	for x := range m.W {
		turns := float64(float64(x)*s.frequency) / float64(m.W)
		wave := nearest(float64(s.delta * fmath.Sin(float64(2*math.Pi*turns))))
		for y := range m.H {
			pixel := m.Pixels[(y*m.W+x)*m.C:][:m.C]
			for c, v := range pixel {
				pixel[c] = add(v, wave)
			}
		}
	}
}
