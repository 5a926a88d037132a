package defenses

import (
	"context"
	"fmt"
	"math"

	"sdrm/internal/fmath"
	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// Frequency looks at the images alone, not at the model: triggers leave
// energy at frequencies where natural images have little (Zeng et al., ICCV
// 2021, arXiv:2104.03413). Their detector is a convolutional network trained on
// two-dimensional cosine transforms of images with made-up triggers; this one
// compares each coefficient with those of clean images, and is ours.
type Frequency struct{}

// frequencyFloor is added to the square of a coefficient before its logarithm is
// taken (ours): that of one step of a byte.
const frequencyFloor = 1. / (255 * 255)

// Name returns "frequency".
func (Frequency) Name() string { return "frequency" }

// Needs says images, and clean ones.
func (Frequency) Needs() Needs { return Needs{Unit: Images, CleanImages: true} }

// Inspect takes the logarithm of the energy of every coefficient of the cosine
// transform of every channel, less its mean over its standard deviation in half
// of the clean images, and of all these the differences from the image's
// median, as some images are finer than others as a whole. The score is the
// highest of them. The canonical decision flags scores that at most 5 % of clean
// images exceed, by the other half of these. The best case may also take the mean of
// the highest hundredth.
func (d Frequency) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkImages(ctx, d, 4); err != nil {
		return Verdict{}, err
	}
	order := in.shuffledClean(0)
	half := len(order) / 2
	fit := newSpectrum(pick(in.CleanImages, order[:half]))
	heldOut, _ := fit.peaks(pick(in.CleanImages, order[half:]))
	scores, top := fit.peaks(in.Images)
	return Verdict{
		Detector: d.Name(),
		Canonical: beyond("peak", scores, heldOut, "images",
			fmt.Sprintf("%d for mean and deviation", half)),
		Options: []Decision{free("peak", scores), free("highest hundredth", top)},
	}, nil
}

// spectrum is what is usual at every coefficient of clean images.
type spectrum struct {
	shape           tensor.Shape
	rows, columns   []float64 // cosine bases of the height and the width
	mean, deviation []float64
}

// newSpectrum learns from clean images.
func newSpectrum(clean *tensor.Tensor) *spectrum {
	p := &spectrum{shape: clean.Shape, rows: cosines(clean.Shape.H()), columns: cosines(clean.Shape.W())}
	energies := p.energies(clean)
	column := make([]float64, len(energies))
	for j := range clean.Shape.SampleLen() {
		for i, e := range energies {
			column[i] = e[j]
		}
		mean, deviation := moments(column)
		p.mean, p.deviation = append(p.mean, mean), append(p.deviation, max(deviation, 1e-3))
	}
	return p
}

// peaks returns for every image the highest of its standardised energies above
// their median, and the mean of the highest hundredth of them.
func (p *spectrum) peaks(x *tensor.Tensor) (highest, top []float64) {
	for _, z := range p.energies(x) {
		for j, e := range z {
			z[j] = (e - p.mean[j]) / p.deviation[j]
		}
		median := middlePercentile(z) // which sorts
		best := z[len(z)-(len(z)+99)/100:]
		mean, _ := moments(best)
		highest, top = append(highest, best[len(best)-1]-median), append(top, mean-median)
	}
	return highest, top
}

// energies returns for every image the logarithms of its squared coefficients.
func (p *spectrum) energies(x *tensor.Tensor) [][]float64 {
	out := make([][]float64, x.Shape.N())
	energyLoop.Run(len(out), energyArgs{p, x, out})
	return out
}

type energyArgs struct {
	p   *spectrum
	x   *tensor.Tensor
	out [][]float64
}

var energyLoop = parallel.NewLoop(func(a *energyArgs, i int) {
	coefficients := transform(a.x.Sample(i), a.p.rows, a.p.columns, a.x.Shape)
	for j, v := range coefficients {
		coefficients[j] = fmath.Log(float64(v*v) + frequencyFloor)
	}
	a.out[i] = coefficients
})

// transform returns the orthonormal two-dimensional cosine transform (type II)
// of every channel of an image.
func transform(image []float32, rows, columns []float64, s tensor.Shape) []float64 {
	h, w, c := s.H(), s.W(), s.C()
	half := make([]float64, h*w*c) // transformed along the rows
	for y := range h {
		for v := range w {
			out := half[(y*w+v)*c:][:c]
			for x := range w {
				for ch, value := range image[(y*w+x)*c:][:c] {
					out[ch] += float64(columns[v*w+x] * float64(value))
				}
			}
		}
	}
	full := make([]float64, h*w*c)
	for u := range h {
		out := full[u*w*c:][:w*c]
		for y := range h {
			for j, value := range half[y*w*c:][:w*c] {
				out[j] += float64(rows[u*h+y] * value)
			}
		}
	}
	return full
}

// cosines returns the orthonormal basis of the cosine transform of n values, a
// frequency a row.
func cosines(n int) []float64 {
	basis := make([]float64, n*n)
	for u := range n {
		scale := math.Sqrt(2 / float64(n))
		if u == 0 {
			scale = math.Sqrt(1 / float64(n))
		}
		for x := range n {
			basis[u*n+x] = float64(scale * fmath.Cos(math.Pi*float64((2*x+1)*u)/float64(2*n)))
		}
	}
	return basis
}

func init() {
	register(Definition{Order: 5, Title: "Frequency", Paper: "after Zeng et al., ICCV 2021, arXiv:2104.03413",
		Defaults: "at most 5 % of the other clean images (ours, as the detector is: theirs is a trained network)"}, Frequency{})
}
