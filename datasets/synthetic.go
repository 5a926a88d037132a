package datasets

import (
	"context"
	"math"

	"sdrm/internal/fmath"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
)

// syntheticSide is the height and width of a synthetic image.
const syntheticSide = 32

// syntheticSeed is that of the set which is called by its name: it is the same
// in every run.
const syntheticSeed = 2021

var synthetic = Source{
	Name:    "synthetic",
	Title:   "figures under random perspectives on clutter, made and not read",
	Paper:   "of this project",
	Classes: figureNames(),
	H:       syntheticSide, W: syntheticSide, C: 3,
	Images: [2]int{Train: 4000, Test: 1000},
	Most:   1_000_000,
	Flip:   true, // most figures are their own mirror image; E and K have no other class for theirs
}

func init() {
	s := synthetic
	s.find = func(_ string, split Split) listing {
		return listing{images: s.Images[split], fill: func(_ context.Context, set *Set) []error {
			drawSynthetic(set, split, syntheticSeed)
			return nil
		}}
	}
	register(s)
}

// The difficulty of the synthetic set. Lengths are in units of half an image,
// colours and light in units of the full range.
const (
	minSize, maxSize = 0.45, 0.80 // half the extent of the figure
	maxTurn          = 0.35       // rotation either way, in radians
	maxShear         = 0.25       // either way
	maxStretch       = 0.25       // of the width against the height, either way
	maxPerspective   = 0.25       // change of scale across the figure
	maxShift         = 0.26       // of the figure's centre from the image's

	// The figure is lighter than the ground. Were it darker as often, no pixel
	// would say anything by itself and a small network would need many epochs
	// to learn anything at all.
	minGround, maxGround     = 0.10, 0.50 // brightness of the ground
	minContrast, maxContrast = 0.20, 0.45 // what the figure has above it
	maxClutterContrast       = 0.35       // what clutter has above or below it
	maxTint                  = 0.20       // of a colour's channels around its brightness

	maxGradient  = 0.25 // change of colour across figure or ground
	maxTexture   = 0.10 // amplitude of waves on the ground
	minClutter   = 2    // things behind the figure
	maxClutter   = 5
	maxOccluders = 2    // thin lines in front of it
	maxLight     = 0.45 // change of brightness across the image
	minGain      = 0.70 // overall brightness
	maxGain      = 1.15
	maxBlur      = 2    // passes of a 1-2-1 filter along both axes
	maxNoise     = 0.05 // standard deviation, of each pixel and colour
)

// Synthetic returns n images of a split of the synthetic data set of a seed:
// 32×32 colour images of ten figures, shapes and letters, each under a random
// perspective, in random colours on a ground with clutter, lit, blurred and
// noisy. Of every ten images in a row each shows another figure. A longer set
// begins with the images of a shorter one.
func Synthetic(seed uint64, split Split, n int) *Set {
	if n < 0 {
		panic("datasets: Synthetic: negative number of images")
	}
	set := synthetic.empty(n)
	drawSynthetic(set, split, seed)
	return set
}

// drawSynthetic fills a set with the labels and images of a split and a seed.
func drawSynthetic(set *Set, split Split, seed uint64) {
	// The labels of each run of ten come from the stream of a negative index,
	// its images from those of theirs.
	var labels [len(figures)]int
	for start := 0; start < set.Len(); start += len(labels) {
		for i := range labels {
			labels[i] = i
		}
		draw := rng.New(seed, rng.Generate, int(split), -1-start)
		draw.Shuffle(len(labels), func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
		copy(set.Labels[start:], labels[:])
	}
	drawLoop.Run(set.Len(), drawArgs{set, seed, split})
}

type drawArgs struct {
	set   *Set
	seed  uint64
	split Split
}

var drawLoop = parallel.NewLoop(func(args *drawArgs, i int) {
	s := scene{draw: rng.New(args.seed, rng.Generate, int(args.split), i)}
	s.paint(figures[args.set.Labels[i]].distance)
	s.write(args.set.Image(i))
})

type colour [3]float64

// mix returns a + t·(b-a).
func mix(a, b colour, t float64) colour {
	for c := range a {
		a[c] += float64(t * (b[c] - a[c]))
	}
	return a
}

// A scene is an image in the making.
type scene struct {
	draw   rng.Stream
	pixels [syntheticSide * syntheticSide]colour
}

// paint puts the layers of an image over each other, from the back to the
// camera.
func (s *scene) paint(distance func(point) float64) {
	brightness := s.draw.Uniform(minGround, maxGround)
	s.ground(s.colour(brightness))
	for range minClutter + s.draw.IntN(maxClutter-minClutter+1) {
		s.clutter(s.colour(brightness + s.either(maxClutterContrast)))
	}
	s.figure(distance, s.colour(brightness+s.draw.Uniform(minContrast, maxContrast)))
	for range s.draw.IntN(maxOccluders + 1) {
		s.occluder(s.colour(brightness + s.either(maxClutterContrast)))
	}
	s.light()
	for range s.draw.IntN(maxBlur + 1) {
		s.blur()
	}
	s.noise()
}

// write rounds the pixels to bytes.
func (s *scene) write(image []uint8) {
	for i, pixel := range s.pixels {
		for c, v := range pixel {
			image[3*i+c] = uint8(float64(min(max(v, 0), 1)*255) + 0.5)
		}
	}
}

// colour returns a colour of about the given brightness.
func (s *scene) colour(brightness float64) colour {
	var v colour
	for c := range v {
		v[c] = brightness + s.either(maxTint)
	}
	return v
}

// either returns a uniform number in [-limit, limit).
func (s *scene) either(limit float64) float64 { return s.draw.Uniform(-limit, limit) }

// at returns the middle of pixel i, in [-1, 1]².
func at(i int) point {
	return point{
		float64((float64(i%syntheticSide)+0.5)*(2.0/syntheticSide)) - 1,
		float64((float64(i/syntheticSide)+0.5)*(2.0/syntheticSide)) - 1,
	}
}

// A shade is a colour that changes linearly over the image.
type shade struct {
	middle, alongX, alongY colour
}

func (s *scene) shade(middle colour) shade {
	sh := shade{middle: middle}
	for c := range middle {
		sh.alongX[c], sh.alongY[c] = s.either(maxGradient/2), s.either(maxGradient/2)
	}
	return sh
}

func (sh *shade) at(p point) colour {
	v := sh.middle
	for c := range v {
		v[c] += float64(p.x*sh.alongX[c]) + float64(p.y*sh.alongY[c])
	}
	return v
}

// ground fills the image with a shade and waves over it.
func (s *scene) ground(middle colour) {
	sh := s.shade(middle)
	amplitude := s.draw.Uniform(0, maxTexture)
	angle, phase := s.draw.Uniform(0, math.Pi), s.draw.Uniform(0, 2*math.Pi)
	frequency := s.draw.Uniform(3, 14)
	fx, fy := float64(frequency*fmath.Cos(angle)), float64(frequency*fmath.Sin(angle))
	for i := range s.pixels {
		p := at(i)
		wave := float64(amplitude * fmath.Sin(float64(fx*p.x)+float64(fy*p.y)+phase))
		v := sh.at(p)
		for c := range v {
			v[c] += wave
		}
		s.pixels[i] = v
	}
}

// cover paints a colour where the distance, in units of half an image, is
// negative; along the edge pixels are covered in part.
func (s *scene) cover(i int, v colour, distance, opacity float64) {
	share := min(max(0.5-float64(distance*(syntheticSide/2)), 0), 1)
	if share > 0 {
		s.pixels[i] = mix(s.pixels[i], v, float64(share*opacity))
	}
}

// clutter puts a box, a disc or a bar somewhere.
func (s *scene) clutter(v colour) {
	kind := s.draw.IntN(3)
	centre := point{s.either(1), s.either(1)}
	size := s.draw.Uniform(0.08, 0.35)
	angle := s.draw.Uniform(0, math.Pi)
	cos, sin := fmath.Cos(angle), fmath.Sin(angle)
	half := point{size, float64(size * s.draw.Uniform(0.3, 1))}
	end := point{centre.x + float64(3*size*cos), centre.y + float64(3*size*sin)}
	opacity := s.draw.Uniform(0.4, 1)
	for i := range s.pixels {
		p := at(i)
		d := point{p.x - centre.x, p.y - centre.y}
		var distance float64
		switch kind {
		case 0:
			x := math.Abs(float64(d.x*cos) + float64(d.y*sin))
			y := math.Abs(float64(d.y*cos) - float64(d.x*sin))
			distance = max(x-half.x, y-half.y)
		case 1:
			distance = length(d) - size
		default:
			distance = segment(p, centre, end) - float64(0.25*size)
		}
		s.cover(i, v, distance, opacity)
	}
}

// figure paints the figure of the class under a random perspective: a point of
// the image is taken back to the figure's plane by a projective map.
func (s *scene) figure(distance func(point) float64, middle colour) {
	size := s.draw.Uniform(minSize, maxSize)
	centre := point{s.either(maxShift), s.either(maxShift)}
	angle := s.either(maxTurn)
	cos, sin := fmath.Cos(angle), fmath.Sin(angle)
	shear, stretch := s.either(maxShear), 1+s.either(maxStretch)
	tilt := point{s.either(maxPerspective), s.either(maxPerspective)}
	sh := s.shade(middle)
	for i := range s.pixels {
		p := at(i)
		x, y := (p.x-centre.x)/size, (p.y-centre.y)/size
		x, y = float64(x*cos)+float64(y*sin), float64(y*cos)-float64(x*sin)
		depth := 1 + float64(tilt.x*x) + float64(tilt.y*y)
		if depth < 0.25 || math.Abs(x)+math.Abs(y) > 4 {
			continue // far off the figure
		}
		x, y = x/depth, y/depth
		x = float64((x - float64(shear*y)) * stretch)
		s.cover(i, sh.at(p), float64(distance(point{x, y})*size), 1)
	}
}

// occluder draws a thin line across the figure.
func (s *scene) occluder(v colour) {
	a := point{s.either(1), s.either(1)}
	b := point{s.either(1), s.either(1)}
	halfWidth := s.draw.Uniform(0.02, 0.07)
	for i := range s.pixels {
		s.cover(i, v, segment(at(i), a, b)-halfWidth, 1)
	}
}

// light scales brightness overall and along a direction.
func (s *scene) light() {
	gain := s.draw.Uniform(minGain, maxGain)
	x, y := s.either(maxLight/2), s.either(maxLight/2)
	for i := range s.pixels {
		p := at(i)
		factor := float64(gain * (1 + float64(p.x*x) + float64(p.y*y)))
		for c := range s.pixels[i] {
			s.pixels[i][c] = float64(s.pixels[i][c] * factor)
		}
	}
}

// blur filters along rows, then along columns, with weights ¼, ½, ¼; edges
// repeat.
func (s *scene) blur() {
	for line := range syntheticSide {
		s.blurLine(line*syntheticSide, 1)
	}
	for line := range syntheticSide {
		s.blurLine(line, syntheticSide)
	}
}

func (s *scene) blurLine(start, stride int) {
	before := s.pixels[start]
	for k := range syntheticSide {
		i := start + k*stride
		here := s.pixels[i]
		after := here
		if k+1 < syntheticSide {
			after = s.pixels[i+stride]
		}
		for c := range here {
			s.pixels[i][c] = float64(0.5*here[c]) + float64(0.25*(before[c]+after[c]))
		}
		before = here
	}
}

// noise adds to every value a number that is nearly normal: the sum of four
// uniform ones.
func (s *scene) noise() {
	const mask = 1<<16 - 1
	// Four numbers uniform in [0, 2^16) have the sum's mean 2^17 and, each
	// having variance 2^32/12, its standard deviation 2^16/√3.
	sigma := float64(s.draw.Uniform(0, maxNoise) * (1.7320508075688772 / (1 << 16)))
	for i := range s.pixels {
		for c := range s.pixels[i] {
			b := s.draw.Uint64()
			sum := b&mask + b>>16&mask + b>>32&mask + b>>48
			s.pixels[i][c] += float64(sigma * (float64(sum) - 1<<17))
		}
	}
}
