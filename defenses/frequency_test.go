package defenses

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"sdrm/defenses/score"
	"sdrm/internal/golden"
	"sdrm/tensor"
)

func TestCosineTransformGolden(t *testing.T) {
	g := readInputs(t)
	for i, v := range transform(g.Image, cosines(6), cosines(9), tensor.Shape{1, 6, 9, 3}) {
		near(t, fmt.Sprintf("coefficient %d", i), v, g.DCT[i], 1e-12)
	}
}

func TestFrequencyGolden(t *testing.T) {
	for i, c := range golden.Read[othersGolden](t, "testdata/others.json").Frequency {
		images := func(rows [][]float32) *tensor.Tensor {
			m := matrix(rows)
			for j := range m.Data {
				m.Data[j] /= 255
			}
			return &tensor.Tensor{Shape: tensor.Shape{m.Rows, c.Shape[0], c.Shape[1], c.Shape[2]}, Data: m.Data}
		}
		highest, top := newSpectrum(images(c.Clean)).peaks(images(c.X))
		for j := range highest {
			near(t, fmt.Sprint("case ", i, ": peak of image ", j), highest[j], c.Highest[j], 1e-4)
			near(t, fmt.Sprint("case ", i, ": highest hundredth of image ", j), top[j], c.Top[j], 1e-4)
		}
	}
}

// As TestClaimedLevelsHold, of a detector of images, whose clean ones are halved: held-out images are
// none of those that the fit has seen, whose peaks are lower.
func TestFrequencyClaimHolds(t *testing.T) {
	const draws, clean, inspected = 60, 80, 40
	noise := func(stream uint64, n int) *tensor.Tensor {
		random := rand.New(rand.NewPCG(stream, 9))
		x := tensor.New(tensor.Shape{n, 8, 8, 1})
		for i := range x.Data {
			x.Data[i] = random.Float32()
		}
		return x
	}
	flagged := 0
	for draw := range uint64(draws) {
		in := Input{Seed: draw, CleanImages: noise(1000+draw, clean), CleanLabels: make([]int, clean), Images: noise(2000+draw, inspected)}
		flagged += score.Count(verdict(t, Frequency{}, in).Canonical.Flags)
	}
	const m = clean / 2.
	want := (m + 1 - math.Ceil(95*(m+1)/100)) / (m + 1)
	near(t, "share of clean images", float64(flagged)/draws/inspected, want, 3.5*math.Sqrt(want*(1-want)*(1/(m+2)+1./inspected)/draws))
}
