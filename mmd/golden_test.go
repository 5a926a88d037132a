package mmd

import (
	"math"
	"slices"
	"testing"

	"sdrm/autograd"
	"sdrm/internal/golden"
	"sdrm/tensor"
)

// goldenCase is a case of testdata/golden.json.
type goldenCase struct {
	Name                   string
	A, B                   [][]float32
	Biased                 float64
	BiasedGradient         [][]float64 `json:"biased_gradient"`
	Unbiased               float64
	UnbiasedGradient       [][]float64 `json:"unbiased_gradient"`
	EnergyBiased           float64     `json:"energy_biased"`
	EnergyGradient         [][]float64 `json:"energy_gradient"`
	EnergyUnbiased         float64     `json:"energy_unbiased"`
	EnergyUnbiasedGradient [][]float64 `json:"energy_unbiased_gradient"`
	SlicedSquared          float64     `json:"sliced_squared"`
	SlicedGradient         [][]float64 `json:"sliced_gradient"`
	Single                 float64
	Energy, Sliced         float64
	MaxSliced              float64 `json:"max_sliced"`
	Median, Given          float64
	Linear                 float64
}

// goldens is testdata/golden.json, which golden.py beside it wrote.
type goldens struct {
	Cases        []goldenCase
	Significance []struct {
		Name       string
		A, B       [][]float32
		PSquared   float64 `json:"p_squared"`
		PEnergy    float64 `json:"p_energy"`
		PSliced    float64 `json:"p_sliced"`
		PMaxSliced float64 `json:"p_max_sliced"`
	}
}

func readGolden(t *testing.T) goldens {
	return golden.Read[goldens](t, "testdata/golden.json")
}

func matrix(rows [][]float32) tensor.View {
	return tensor.Matrix(slices.Concat(rows...), len(rows), len(rows[0]))
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestMeasuresGolden(t *testing.T) {
	for _, c := range readGolden(t).Cases {
		t.Run(c.Name, func(t *testing.T) {
			a, b := matrix(c.A), matrix(c.B)
			near(t, "biased", Squared(a, b, Prototype(), Biased), c.Biased, 1e-5*math.Abs(c.Biased))
			near(t, "unbiased", Squared(a, b, Prototype(), Unbiased), c.Unbiased, 1e-5*math.Abs(c.Biased))
			near(t, "single", Squared(a, b, Kernel{Multiples: []float64{1}}, Biased), c.Single, 1e-5*c.Single)
			near(t, "energy", EnergyDistance(a, b), c.Energy, 1e-5*c.Energy)
			near(t, "sliced", SlicedWasserstein(a, b, 70, 7), c.Sliced, 1e-5*c.Sliced)
			near(t, "max-sliced", slice(a, b, 70, 7).distance(MaxSlice), c.MaxSliced, 1e-5*c.MaxSliced)
			near(t, "median", Squared(a, b, Median(), Biased), c.Median, 1e-5*c.Median)
			near(t, "given", Squared(a, b, Gaussian(1.5), Biased), c.Given, 1e-5*c.Given)
			near(t, "linear", LinearTimeTest(a, b, Prototype(), Resampling{}).Value, c.Linear, 1e-5*math.Abs(c.Biased))
		})
	}
}

// TestSignificanceGolden compares random splits with SciPy's count of all.
func TestSignificanceGolden(t *testing.T) {
	r := Resampling{Permutations: 4000, Seed: 3}
	for _, c := range readGolden(t).Significance {
		t.Run(c.Name, func(t *testing.T) {
			a, b := matrix(c.A), matrix(c.B)
			pairs := Compare(a, b)
			for name, v := range map[string]struct{ got, want float64 }{
				"squared":    {pairs.SquaredTest(Prototype(), Biased, r).P, c.PSquared},
				"energy":     {pairs.EnergyTest(r).P, c.PEnergy},
				"sliced":     {SliceTest(a, b, 6, 7, MeanSlice, r).P, c.PSliced},
				"max-sliced": {SliceTest(a, b, 6, 7, MaxSlice, r).P, c.PMaxSliced},
			} {
				// Four standard errors of 4000 draws.
				near(t, name, v.got, v.want, 4*math.Sqrt(v.want*(1-v.want)/4000))
			}
		})
	}
}

func TestLossGolden(t *testing.T) {
	for _, c := range readGolden(t).Cases {
		for _, l := range []struct {
			name     string
			term     Term
			want     float64
			gradient [][]float64
			scale    float64 // of the error of want
		}{
			{"biased", termOf(t, "mmd", Biased), c.Biased, c.BiasedGradient, c.Biased},
			{"unbiased", termOf(t, "mmd", Unbiased), c.Unbiased, c.UnbiasedGradient, c.Biased},
			{"energy", termOf(t, "ed", Biased), c.EnergyBiased, c.EnergyGradient, c.EnergyBiased},
			{"energy unbiased", termOf(t, "ed", Unbiased), c.EnergyUnbiased, c.EnergyUnbiasedGradient, c.EnergyBiased},
			{"sliced", func(t *autograd.Tape, level *autograd.Var, benign, malicious []int) *autograd.Var {
				return SlicedLoss(t, level, benign, malicious, 9, 7)
			}, c.SlicedSquared, c.SlicedGradient, c.SlicedSquared},
		} {
			t.Run(c.Name+"/"+l.name, func(t *testing.T) {
				// The members stand in a batch in reverse, with a stranger in front.
				n, d := len(c.A)+len(c.B), len(c.A[0])
				level := autograd.NewParam(tensor.New(tensor.Shape{n + 1, 1, 1, d}))
				place := func(i int) int { return n - i }
				benign, malicious := make([]int, 0, n), make([]int, 0, n)
				for i, row := range append(append([][]float32{}, c.A...), c.B...) {
					copy(level.Value.Sample(place(i)), row)
					if i < len(c.A) {
						benign = append(benign, place(i))
					} else {
						malicious = append(malicious, place(i))
					}
				}
				var tape autograd.Tape
				tape.Reset(autograd.Training)
				tape.Step = 3
				loss := l.term(&tape, level, benign, malicious)
				near(t, "loss", float64(loss.Value.Data[0]), l.want, 1e-5*math.Abs(l.scale))
				tape.Backward(loss)
				top := 0.0
				for _, row := range l.gradient {
					for _, g := range row {
						top = max(top, math.Abs(g))
					}
				}
				for i, row := range l.gradient {
					for j, g := range row {
						near(t, "gradient", float64(level.Grad.Sample(place(i))[j]), g, 1e-5*top)
					}
				}
				for _, g := range level.Grad.Sample(0) {
					near(t, "gradient of a stranger", float64(g), 0, 0)
				}
			})
		}
	}
}

// termOf returns that of a regulariser.
func termOf(t *testing.T, name string, e Estimator) Term {
	t.Helper()
	r, err := FindRegulariser(name)
	if err != nil {
		t.Fatal(err)
	}
	return r.Term(e, 7)
}
