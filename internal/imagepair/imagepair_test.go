package imagepair

import (
	"image"
	"image/color"
	"math"
	"testing"

	"sdrm/internal/golden"
)

// changed returns the pair of testdata/figures.py.
func changed(h, w, c, amplitude, every int) Pair {
	p := Pair{H: h, W: w, C: c}
	for i := range h * w * c {
		v := i/8%192 + (i*i*9+31*i+i>>3)%64
		p.Original = append(p.Original, uint8(v))
		if i/every%2 == 0 {
			v = min(max(v+amplitude, 0), 255)
		}
		p.Changed = append(p.Changed, uint8(v))
	}
	return p
}

// The figures are those of NumPy and SciPy.
func TestFigures(t *testing.T) {
	type figures struct {
		H, W, C, Amplitude, Every int
		PSNR, SSIM                float64
		Largest                   int
	}
	for _, want := range golden.Read[[]figures](t, "testdata/figures.json") {
		p := changed(want.H, want.W, want.C, want.Amplitude, want.Every)
		if got := p.PSNR(); math.Abs(got-want.PSNR) > 1e-9 {
			t.Errorf("%+v: PSNR %v", want, got)
		}
		if got := p.SSIM(); math.Abs(got-want.SSIM) > 1e-9 {
			t.Errorf("%+v: SSIM %v", want, got)
		}
		if got := p.Largest(); got != want.Largest {
			t.Errorf("%+v: largest change %d", want, got)
		}
	}
}

func TestEqualAndSmallImages(t *testing.T) {
	p := changed(12, 12, 3, 0, 1)
	if psnr, ssim, largest := p.PSNR(), p.SSIM(), p.Largest(); !math.IsInf(psnr, 1) || math.Abs(ssim-1) > 1e-12 || largest != 0 {
		t.Errorf("equal images: PSNR %v, SSIM %v, largest change %d", psnr, ssim, largest)
	}
	for _, p := range []Pair{changed(10, 40, 1, 5, 1), changed(40, 10, 3, 5, 1), changed(1, 1, 1, 5, 1)} {
		if ssim := p.SSIM(); !math.IsNaN(ssim) {
			t.Errorf("%d×%d pixels have the SSIM %v", p.H, p.W, ssim)
		}
	}
}

func TestCheck(t *testing.T) {
	if err := changed(2, 3, 3, 1, 1).Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Pair){
		"no height":   func(p *Pair) { p.H = 0 },
		"another":     func(p *Pair) { p.W = 4 },
		"wide":        func(p *Pair) { p.W = math.MaxInt },
		"two":         func(p *Pair) { p.C = 2 },
		"no original": func(p *Pair) { p.Original = nil },
		"no change":   func(p *Pair) { p.Changed = p.Changed[1:] },
	} {
		p := changed(2, 3, 3, 1, 1)
		change(&p)
		if p.Check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// A sheet holds a column a pair: original, changed image, difference. Each pixel
// is a square of one colour, however large the images are.
func TestSheet(t *testing.T) {
	for _, c := range []struct{ h, w, channels, factor int }{{2, 3, 3, 42}, {28, 28, 1, 4}, {129, 4, 1, 1}} {
		pairs := []Pair{changed(c.h, c.w, c.channels, 10, 2), changed(c.h, c.w, c.channels, -20, 1)}
		sheet := Sheet(pairs)
		if want := image.Rect(0, 0, 2*(c.w*c.factor+gap)+gap, 3*(c.h*c.factor+gap)+gap); sheet.Bounds() != want {
			t.Fatalf("%+v: a sheet of %v, want %v", c, sheet.Bounds(), want)
		}
		if got := sheet.At(gap-1, gap); got != ground {
			t.Errorf("%+v: the space between is %v", c, got)
		}
		for column, p := range pairs {
			for i := range c.h * c.w {
				for row := range 3 {
					want := color.RGBA{A: 255}
					for k, v := range []*uint8{&want.R, &want.G, &want.B} {
						at := i*c.channels + k%c.channels
						a, b := p.Original[at], p.Changed[at]
						*v = [3]uint8{a, b, uint8(min(max(128+8*(int(b)-int(a)), 0), 255))}[row]
					}
					x := gap + column*(c.w*c.factor+gap) + i%c.w*c.factor
					y := gap + row*(c.h*c.factor+gap) + i/c.w*c.factor
					for _, inside := range []int{0, c.factor - 1} {
						if got := sheet.At(x+inside, y+inside); got != want {
							t.Fatalf("%+v: pixel %d of row %d, column %d is %v, want %v", c, i, row, column, got, want)
						}
					}
				}
			}
		}
	}
}
