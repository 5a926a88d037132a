package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"sdrm/mmd"
	"sdrm/models"
)

// Measures say how differences are measured, and how often sets are split and
// drawn anew for the evidence.
type Measures struct {
	Kernel       string `json:"kernel"`       // of the MMD: prototype, median, or the σ of a Gaussian
	Estimator    string `json:"estimator"`    // of the MMD: biased, unbiased or linear
	Permutations int    `json:"permutations"` // for the p-values, 0 for none
	Resamples    int    `json:"resamples"`    // for the intervals, 0 for none
}

// The estimators that Measures know.
const (
	EstimatorBiased   = "biased"
	EstimatorUnbiased = "unbiased"
	EstimatorLinear   = "linear"
)

// DefaultMeasures returns the prototype's kernel and estimator, with 1,000
// splits and as many resamples (ours).
func DefaultMeasures() Measures {
	return Measures{Kernel: "prototype", Estimator: EstimatorBiased, Permutations: 1000, Resamples: 1000}
}

// mostResamples bounds permutations and resamples.
const mostResamples = 1_000_000

// Check returns a *FieldError for the first field that is out of its range.
func (m Measures) Check() error {
	if _, err := m.kernel(); err != nil {
		return err
	}
	if !slices.Contains([]string{EstimatorBiased, EstimatorUnbiased, EstimatorLinear}, m.Estimator) {
		return &FieldError{"estimator", strconv.Quote(m.Estimator), "one of biased, unbiased, linear"}
	}
	for _, n := range []struct {
		field string
		found int
	}{{"permutations", m.Permutations}, {"resamples", m.Resamples}} {
		if n.found < 0 || n.found > mostResamples {
			return &FieldError{n.field, strconv.Itoa(n.found), fmt.Sprintf("0 to %d", mostResamples)}
		}
	}
	return nil
}

func (m Measures) kernel() (mmd.Kernel, error) {
	switch m.Kernel {
	case "prototype":
		return mmd.Prototype(), nil
	case "median":
		return mmd.Median(), nil
	}
	sigma, err := strconv.ParseFloat(m.Kernel, 64)
	if err != nil || !(sigma > 0) || math.IsInf(sigma, 0) {
		return mmd.Kernel{}, &FieldError{"kernel", strconv.Quote(m.Kernel), "prototype, median, or the σ of a Gaussian, more than 0"}
	}
	return mmd.Gaussian(sigma), nil
}

// Differences are how far apart the benign and the malicious latents of a run
// are, by level, with what chance has to say about it.
type Differences struct {
	Measures
	Projections int          `json:"projections"` // of the sliced distances
	Samples     int          `json:"samples"`     // benign ones, and as many malicious
	Levels      []Difference `json:"levels"`
	Skipped     []Skipped    `json:"skipped,omitempty"`
}

// Difference is that of one level; its figures are null where there are too few
// samples.
type Difference struct {
	Level       string   `json:"level"`
	ReLU        int      `json:"relu"`        // of the model, from 1
	Regularised bool     `json:"regularised"` // whether training drew it together
	Values      int      `json:"values"`      // of a latent
	MMD         Evidence `json:"mmd"`         // MMD²
	ED          Evidence `json:"ed"`          // Energy Distance
	SWD         Evidence `json:"swd"`         // Sliced Wasserstein
	MaxSWD      Evidence `json:"max_swd"`     // largest of the directions
}

// Evidence is a measure with the p-value of a permutation test of equal
// distributions and the bounds of a 95 % bootstrap interval; mmd.Evidence tells
// what they mean.
type Evidence struct {
	Value Number `json:"value"`
	P     Number `json:"p"`
	Low   Number `json:"low"`
	High  Number `json:"high"`
}

func evidence(e mmd.Evidence) Evidence {
	return Evidence{Number(e.Value), Number(e.P), Number(e.Low), Number(e.High)}
}

// Differences measures the groups at the given places, holding the latents of
// one at a time. If ctx ends, the error is context.Canceled.
func (x *Subject) Differences(ctx context.Context, at []models.Activation, m Measures) (Differences, error) {
	out := Differences{Measures: m, Projections: x.images.spec.Detect.Projections, Levels: []Difference{}}
	if err := m.Check(); err != nil {
		return out, input(err)
	}
	drawn := x.regularised()
	for _, a := range at {
		g, err := x.Groups(ctx, []models.Activation{a})
		if err != nil {
			return out, err
		}
		d := Difference{Level: a.Name, ReLU: a.ReLU + 1, Regularised: slices.Contains(drawn, a.Name)}
		if reason := g.tooFew(2); reason != "" {
			out.Skipped = append(out.Skipped, Skipped{SkippedMeasures, a.Name, TestSet, reason})
			none := evidence(mmd.Evidence{Value: math.NaN(), P: math.NaN(), Low: math.NaN(), High: math.NaN()})
			d.MMD, d.ED, d.SWD, d.MaxSWD = none, none, none, none
		} else {
			x.difference(&d, g, m)
		}
		out.Samples = g.N
		out.Levels = append(out.Levels, d)
	}
	return out, nil
}

// difference measures groups that hold one place.
func (x *Subject) difference(d *Difference, g *Groups, m Measures) {
	a, b := g.benign.View(0, g.N), g.malicious.View(0, g.N)
	kernel, _ := m.kernel() // checked
	seed, projections := x.images.spec.Seed, x.images.spec.Detect.Projections
	r := mmd.Resampling{Permutations: m.Permutations, Resamples: m.Resamples, Seed: seed}
	pairs := mmd.Compare(a, b)
	d.Values = a.Cols
	d.ED = evidence(pairs.EnergyTest(r))
	switch m.Estimator {
	case EstimatorLinear:
		d.MMD = evidence(mmd.LinearTimeTest(a, b, kernel, r))
	case EstimatorUnbiased:
		d.MMD = evidence(pairs.SquaredTest(kernel, mmd.Unbiased, r))
	default:
		d.MMD = evidence(pairs.SquaredTest(kernel, mmd.Biased, r))
	}
	d.SWD = evidence(mmd.SliceTest(a, b, projections, seed, mmd.MeanSlice, r))
	d.MaxSWD = evidence(mmd.SliceTest(a, b, projections, seed, mmd.MaxSlice, r))
}
